"""Phases, pauses, section states and restored text: one entry each, or nothing at all."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from server.documents.tree import read_tree, text_of
from server.domain.roles import ROLES
from server.journal.kinds import PAUSED, PHASE, RESTORE, SECTION
from server.journal.payload import read_facts, restored_number
from server.meeting import (
    discuss_section,
    finalize_section,
    read_back_section,
    reopen_section,
    restore_section,
    set_editing_paused,
    set_phase,
)
from server.storage.tables import Document
from tests.support.desk import Desk, add_meeting, refused
from tests.support.finalizing import make_final, reopen


def last(desk: Desk) -> tuple[str, str | None, str, dict[str, Any]]:
    """The newest entry: kind, document, author's role, facts."""
    entry = desk.entries()[-1]
    return entry.kind, entry.document_id, entry.author_role, read_facts(entry.payload)


def state(desk: Desk, section: str = "notes") -> str:
    return str(desk.rows(select(Document.state).where(Document.id == desk.documents[section]))[0].state)


async def test_a_meeting_is_started_closed_and_reopened(prework: Desk) -> None:
    desk, count = prework, len(prework.entries())
    for phase, before, reason in [("live", "prework", ""), ("closed", "live", ""), ("live", "closed", "a vote is due")]:
        await set_phase(desk.journal, desk.actor(), phase, reason=f" {reason} ")
        *entry, told = last(desk)
        assert entry == [PHASE, None, "case_manager"]
        assert told | {"phase": phase, "before": before, "reason": reason} == told
        assert ("carried" in told) == (phase == "closed")
        assert desk.row().phase == phase
    assert len(desk.entries()) == count + 3
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("phase", "to"),
    [
        ("prework", "closed"),
        ("prework", "prework"),
        ("live", "prework"),
        ("live", "live"),
        ("closed", "prework"),
        ("closed", "closed"),
    ],
)
async def test_no_other_step_between_phases(desk: Desk, phase: str, to: str) -> None:
    await add_meeting(desk, phase=phase)
    assert await refused(desk, set_phase(desk.journal, desk.actor(), to, reason="why not")) == "conflict: phase"


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
async def test_reopening_needs_a_reason(desk: Desk, reason: str) -> None:
    await make_final(desk)
    act = reopen_section(desk.journal, desk.actor(), desk.documents["notes"], reason=reason)
    assert await refused(desk, act) == "invalid: reason"
    await set_phase(desk.journal, desk.actor(), "closed")
    assert await refused(desk, set_phase(desk.journal, desk.actor(), "live", reason=reason)) == "invalid: reason"


async def test_a_reason_has_an_end(desk: Desk) -> None:
    act = set_phase(desk.journal, desk.actor(), "closed", reason="x" * 1001)
    assert await refused(desk, act) == "invalid: reason"


async def test_a_section_is_discussed_and_a_draft_again(desk: Desk) -> None:
    notes = desk.documents["notes"]
    for to, before in (("in_discussion", "draft"), ("draft", "in_discussion")):
        discussing = to == "in_discussion"
        await discuss_section(desk.journal, desk.actor(), notes, discussing=discussing)
        assert last(desk) == (SECTION, notes, "case_manager", {"state": to, "before": before, "reason": ""})
        assert state(desk) == to
        again = discuss_section(desk.journal, desk.actor(), notes, discussing=discussing)
        assert await refused(desk, again) == "conflict: state"
    assert state(desk, "goals") == "draft"
    assert desk.kinds().count(SECTION) == 2
    assert desk.faults() == []


async def test_the_words_that_were_read_back_are_sealed(desk: Desk) -> None:
    notes, lead = desk.documents["notes"], desk.actor("lea_representative")
    write = desk.writer().write("Agreed.")
    await desk.journal.settle()
    assert write.entry is not None
    assert await read_back_section(desk.journal, lead, notes) == write.entry.number
    await make_final(desk)
    kind, document, role, about = last(desk)
    assert (kind, document, role) == (SECTION, notes, "lea_representative")
    assert (about["state"], about["before"]) == ("final", "draft")
    assert about["sealed"] == {"number": write.entry.number, "hash": write.entry.hash.hex()}
    row = desk.rows(select(Document.__table__).where(Document.id == notes))[0]
    assert (row.state, row.sealed_number, row.sealed_hash) == (
        "final",
        about["sealed"]["number"],
        about["sealed"]["hash"],
    )
    assert await refused(desk, finalize_section(desk.journal, lead, notes)) == "final"
    assert await refused(desk, discuss_section(desk.journal, desk.actor(), notes, discussing=True)) == "final"
    await reopen(desk)
    row = desk.rows(select(Document.__table__).where(Document.id == notes))[0]
    assert (row.state, row.sealed_number, row.read_back_number) == ("draft", None, None)
    assert await refused(desk, reopen_section(desk.journal, lead, notes, reason="why")) == "conflict: state"
    assert desk.faults() == []


async def test_words_that_were_not_read_back_are_not_sealed(desk: Desk) -> None:
    notes, lead = desk.documents["notes"], desk.actor("lea_representative")
    assert await refused(desk, finalize_section(desk.journal, lead, notes)) == "conflict: read_back"
    await read_back_section(desk.journal, lead, notes)
    desk.writer(role="parent").write("One thing more.")
    await desk.journal.settle()
    assert await refused(desk, finalize_section(desk.journal, lead, notes)) == "conflict: read_back"


async def test_a_pause_is_one_entry_and_a_second_is_none(desk: Desk) -> None:
    for paused in (True, True, False, False):
        await set_editing_paused(desk.journal, desk.actor(), paused)
        assert desk.row().editing_paused is paused
        assert last(desk) == (PAUSED, None, "case_manager", {"paused": paused})
    assert desk.kinds().count(PAUSED) == 2
    assert desk.faults() == []


async def test_the_end_of_a_phase_ends_a_pause(desk: Desk) -> None:
    await set_editing_paused(desk.journal, desk.actor(), True)
    await set_phase(desk.journal, desk.actor(), "closed")
    assert not desk.row().editing_paused
    assert await refused(desk, set_editing_paused(desk.journal, desk.actor(), True)) == "phase"
    assert desk.faults() == []


@pytest.mark.parametrize("role", ROLES[1:])
async def test_who_may_not_conduct_the_meeting(desk: Desk, role: str) -> None:
    actor, notes = desk.actor(role), desk.documents["notes"]
    assert await refused(desk, set_phase(desk.journal, actor, "closed")) == "role"
    assert await refused(desk, set_editing_paused(desk.journal, actor, True)) == "role"
    assert await refused(desk, discuss_section(desk.journal, actor, notes, discussing=True)) == "role"
    if role != "lea_representative":
        assert await refused(desk, read_back_section(desk.journal, actor, notes)) == "role"
        assert await refused(desk, finalize_section(desk.journal, actor, notes)) == "role"
        await make_final(desk)
        assert await refused(desk, reopen_section(desk.journal, actor, notes, reason="why")) == "role"


async def test_nothing_is_final_before_the_meeting_or_after(prework: Desk) -> None:
    desk, notes = prework, prework.documents["notes"]
    assert await refused(desk, finalize_section(desk.journal, desk.actor(), notes)) == "phase"
    await set_phase(desk.journal, desk.actor(), "live")
    await set_phase(desk.journal, desk.actor(), "closed")
    assert await refused(desk, finalize_section(desk.journal, desk.actor(), notes)) == "closed"


@pytest.mark.parametrize("value", ["over", "", "FINAL"])
async def test_words_that_are_no_phase(desk: Desk, value: str) -> None:
    assert await refused(desk, set_phase(desk.journal, desk.actor(), value)) == "invalid: phase"


async def test_a_section_of_another_meeting(desk: Desk) -> None:
    elsewhere = desk.documents["notes"]
    await add_meeting(desk)
    for document in (elsewhere, "d_nowhere"):
        assert await refused(desk, finalize_section(desk.journal, desk.actor(), document)) == "not_found"
        assert await refused(desk, read_back_section(desk.journal, desk.actor(), document)) == "not_found"
    assert await refused(desk, restore_section(desk.journal, desk.actor(), elsewhere, 1)) == "role"


async def test_text_brought_back_is_an_edit_of_now(desk: Desk) -> None:
    notes = desk.documents["notes"]
    dana = desk.writer()
    kept = dana.write("Kept.")
    await desk.journal.settle()
    desk.writer(role="parent").write("Regretted.")
    await desk.journal.settle()
    assert kept.entry is not None
    await restore_section(desk.journal, desk.actor("team_staff"), notes, kept.entry.number)
    entry = desk.entries()[-1]
    assert (entry.kind, entry.document_id, entry.author_role) == (RESTORE, notes, "team_staff")
    assert restored_number(entry.payload) == kept.entry.number
    assert entry.deleted > 0
    text = text_of(read_tree(await desk.journal.load_state(notes)))
    assert "Kept." in text
    assert "Regretted." not in text
    again = restore_section(desk.journal, desk.actor(), notes, kept.entry.number)
    assert await refused(desk, again) == "conflict"
    assert await refused(desk, restore_section(desk.journal, desk.actor(), notes, 1)) == "not_found"
    await make_final(desk)
    assert await refused(desk, restore_section(desk.journal, desk.actor(), notes, kept.entry.number + 1)) == "final"
    assert desk.faults() == []


async def test_of_many_at_once_one_is_first(desk: Desk) -> None:
    notes = desk.documents["notes"]
    acts = [discuss_section(desk.journal, desk.actor(), notes, discussing=True) for _ in range(10)]
    acts += [set_phase(desk.journal, desk.actor(), "closed") for _ in range(10)]
    answers = await asyncio.gather(*acts, return_exceptions=True)
    assert answers.count(None) == 2
    assert desk.kinds().count(SECTION) == desk.kinds().count(PHASE) - 1 == 1
    assert desk.faults() == []
