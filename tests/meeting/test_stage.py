"""What the projector shows: put there by who leads, and nobody else; one entry, or none when it is there already."""

import pytest
from sqlalchemy import insert

from server.domain.roles import PHASES, ROLES, why_not
from server.journal.kinds import STAGED
from server.journal.payload import read_facts
from server.meeting.stage import clear_stage, put_on_stage
from server.storage.tables import Document, new_id
from tests.support.desk import Desk, add_meeting, refused


async def show(
    desk: Desk, kind: str = "section", target: str = "", *, role: str = "case_manager", block: str = ""
) -> None:
    await put_on_stage(desk.journal, desk.actor(role), kind, target or desk.documents["goals"], block=block)


@pytest.mark.parametrize(("kind", "block"), [("section", ""), ("read_back", ""), ("block", "2871-15")])
async def test_words_of_a_section_are_put_on_the_stage(desk: Desk, kind: str, block: str) -> None:
    count = len(desk.entries())
    await show(desk, kind, block=block)
    stage = {"kind": kind, "target": desk.documents["goals"]} | ({"block": block} if block else {})
    assert desk.row().stage == stage
    assert desk.kinds()[count:] == [STAGED]
    assert read_facts(desk.entries()[-1].payload) == {"stage": stage}
    assert desk.faults() == []


async def test_what_is_shown_already_is_no_entry(desk: Desk) -> None:
    await show(desk)
    count = len(desk.entries())
    await show(desk)
    assert len(desk.entries()) == count
    await clear_stage(desk.journal, desk.actor())
    assert desk.row().stage is None
    await clear_stage(desk.journal, desk.actor())
    assert desk.kinds()[count:] == [STAGED]
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("kind", "target", "block", "why"),
    [
        ("comment", "", "", "invalid: kind"),
        ("section", "", "1-2", "invalid: block"),
        ("block", "", "", "invalid: block"),
        ("block", "", "the second", "invalid: block"),
        ("block", "", "1-²", "invalid: block"),
        ("section", "d_none", "", "not_found: target"),
        ("item", "i_none", "", "not_found: target"),
        ("decision", "x_none", "", "not_found: target"),
    ],
)
async def test_what_is_not_there_is_not_shown(desk: Desk, kind: str, target: str, block: str, why: str) -> None:
    assert await refused(desk, show(desk, kind, target, block=block)) == why


async def test_nothing_of_another_meeting_and_no_notes(desk: Desk) -> None:
    other = desk.documents["goals"]
    await add_meeting(desk)
    assert await refused(desk, show(desk, target=other)) == "not_found: target"
    notes = new_id("d")
    values = {"id": notes, "meeting_id": desk.meeting, "section": "i_1", "position": 99, "kind": "notes"}
    desk.run(insert(Document).values(values))
    assert await refused(desk, show(desk, target=notes)) == "not_found: target"


@pytest.mark.parametrize("phase", PHASES)
async def test_who_may(desk: Desk, phase: str) -> None:
    await add_meeting(desk, phase=phase)
    for role in ROLES:
        reason = why_not(role, "manage_meeting", phase)
        if reason is None:
            await show(desk, role=role)
            await clear_stage(desk.journal, desk.actor(role))
        else:
            assert await refused(desk, show(desk, role=role)) == reason
            assert await refused(desk, clear_stage(desk.journal, desk.actor(role))) == reason
