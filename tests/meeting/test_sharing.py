"""The draft goes out to the family before the meeting: who shares, what stays open, who opened it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from server.domain.errors import Refused
from server.domain.readiness import PROFILES, evaluate
from server.domain.roles import ADVOCATE, INTERPRETER, OBSERVER, PARENT, PHASES, ROLES, STUDENT, may
from server.domain.sections import SECTIONS, own_input
from server.domain.sharing import SHAREABLE, why_not_read
from server.journal.kinds import OPENED, SHARED, VIEWED
from server.journal.payload import read_facts
from server.meeting import Target, Words, open_thread
from server.meeting.readiness import gather
from server.meeting.sharing import note_opening, say_about_section, share_sections
from server.storage.tables import Document, Opening, SectionView
from tests.support.desk import Desk, refused

PASSAGE = {"start": "AA==", "end": "AA==", "quote": "Jonah", "before": ""}


def profile(desk: Desk, name: str) -> None:
    """Another state's rules, as if the meeting had been made with them."""
    desk.run(f"UPDATE meeting SET profile = '{name}'")


def look(desk: Desk, section: str) -> Any:
    with desk.database.sync.connect() as connection:
        return gather(connection, desk.documents[section])


def shared(desk: Desk) -> set[str]:
    rows = desk.rows(select(Document.section).where(Document.shared_number.is_not(None)))
    return {row.section for row in rows}


async def test_the_case_manager_shares_sections_and_the_entry_says_which(prework: Desk) -> None:
    desk = prework
    wanted = [desk.documents[name] for name in ("goals", "services")]
    await share_sections(desk.journal, desk.actor(), wanted, language="es")
    last = desk.entries()[-1]
    assert (last.kind, last.author_id) == (SHARED, desk.people["case_manager"])
    assert read_facts(last.payload) == {
        "sections": [
            {"document": one, "section": name, "held": []}
            for one, name in zip(wanted, ("goals", "services"), strict=True)
        ],
        "language": "es",
    }
    assert shared(desk) == {"goals", "services"}
    assert desk.faults() == []
    assert await refused(desk, share_sections(desk.journal, desk.actor(), wanted)) == "conflict: shared"


async def test_the_rules_are_the_matrixs(desk: Desk, prework: Desk) -> None:
    goals = prework.documents["goals"]
    for role in ROLES[1:]:
        assert await refused(prework, share_sections(prework.journal, prework.actor(role), [goals])) == "role"
    await share_sections(prework.journal, prework.actor(), [goals])
    for role in set(ROLES) - {PARENT, STUDENT}:
        assert await refused(prework, note_opening(prework.journal, prework.actor(role), [goals])) == "role"
    act = share_sections(prework.journal, prework.actor(), [prework.documents["parent_input"]])
    assert await refused(prework, act) == "invalid: sections"
    for wanted in ([], ["d_none"]):
        assert await refused(prework, share_sections(prework.journal, prework.actor(), wanted)) == "invalid: sections"
    act = share_sections(prework.journal, prework.actor(), [prework.documents["notes"]], language="fr")
    assert await refused(prework, act) == "invalid: language"


async def test_once_the_meeting_is_on_there_is_nothing_to_share(desk: Desk) -> None:
    act = share_sections(desk.journal, desk.actor(), [desk.documents["goals"]])
    assert await refused(desk, act) == "phase"


async def test_the_first_opening_is_kept_and_no_later_one(prework: Desk) -> None:
    desk = prework
    goals, services = desk.documents["goals"], desk.documents["services"]
    await share_sections(desk.journal, desk.actor(), [goals])
    await note_opening(desk.journal, desk.actor(PARENT), [goals, services])
    count = len(desk.entries())
    await note_opening(desk.journal, desk.actor(PARENT), [services, goals])
    assert desk.kinds()[count:] == []
    await note_opening(desk.journal, desk.actor(STUDENT), [goals])
    assert desk.kinds()[count:] == [OPENED]
    rows = desk.rows(select(Opening.document_id, Opening.person_id).order_by(Opening.opened_at))
    assert [tuple(row) for row in rows] == [(goals, desk.people[PARENT]), (goals, desk.people[STUDENT])]
    assert desk.faults() == []


async def test_what_a_state_keeps_open_stays_in(prework: Desk) -> None:
    """Illinois: the placement stays out, and the minutes of services."""
    desk = prework
    profile(desk, "il")
    act = share_sections(desk.journal, desk.actor(), [desk.documents["placement"]])
    assert await refused(desk, act) == "conflict: held"
    await share_sections(desk.journal, desk.actor(), [desk.documents["services"]])
    (row,) = desk.rows(select(Document.held).where(Document.section == "services"))
    assert row.held == ["minutes"]
    # Somebody who could ask whether certain words stand in it could ask which minutes do.
    target = Target("passage", desk.documents["services"], PASSAGE)
    assert await refused(desk, open_thread(desk.journal, desk.actor(PARENT), target, Words("Why?"))) == "not_shared"


async def test_nobody_asks_after_words_that_they_may_not_read(prework: Desk) -> None:
    desk = prework
    goals = desk.documents["goals"]
    for role in (PARENT, ADVOCATE):
        act = open_thread(desk.journal, desk.actor(role), Target("passage", goals, PASSAGE), Words("Why?"))
        assert await refused(desk, act) == "not_shared"
        await open_thread(desk.journal, desk.actor(role), Target("section", goals), Words("Please keep art whole."))
    await share_sections(desk.journal, desk.actor(), [goals])
    act = open_thread(desk.journal, desk.actor(PARENT), Target("passage", goals, PASSAGE), Words("Why?"))
    with pytest.raises(Refused, match="anchor"):  # it is read now, and those words do not stand there
        await act


def test_who_reads_what_before_the_meeting() -> None:
    outside = {PARENT, STUDENT, ADVOCATE, INTERPRETER, OBSERVER}
    for phase in PHASES:
        for role in ROLES:
            for section in SECTIONS:
                closed = role in outside and phase == "prework" and section in SHAREABLE
                assert (why_not_read(role, phase, section, "p", shared=False) == "not_shared") is closed
                assert why_not_read(role, phase, section, "p", shared=True) is None
            assert why_not_read(role, phase, own_input("p"), "p", shared=False) is None
            assert why_not_read(role, phase, own_input("q"), "p", shared=False) == "not_shared"
            assert why_not_read(role, phase, "i_an_item", "p", shared=False) is None  # notes of the agenda
    assert not may(PARENT, "read_unshared", "prework")


async def test_c25_asks_for_the_day_that_the_profile_sets(prework: Desk) -> None:
    desk = prework

    def points(section: str) -> list[tuple[str, str]]:
        found = evaluate(look(desk, section))
        return [(one.code, one.level) for one in found.findings if one.rule == "C25"] + [
            (one.code, "") for one in found.unchecked if one.rule == "C25"
        ]

    assert points("goals") == []  # the federal rules set no day
    profile(desk, "ex")
    assert points("goals") == [("draft_not_shared", "warn")]
    assert points("parent_input") == []
    await share_sections(desk.journal, desk.actor(), [desk.documents["goals"]])
    desk.run("UPDATE document SET shared_at = '2027-02-18 22:00:00'")
    assert points("goals") == []
    desk.run("UPDATE document SET shared_at = '2027-02-19 12:00:00'")
    assert points("goals") == [("draft_late", "warn")]
    profile(desk, "il")
    assert points("placement") == []
    assert points("goals") == [("calendar_unknown", "")]  # no district's school days are known here
    known = replace(PROFILES["il"], calendar="ex")
    assert known.days.before(known.days.after(desk.row().starts_at.date(), known.draft), known.draft)  # type: ignore[arg-type]


async def test_each_parent_says_of_each_section_what_they_want(prework: Desk) -> None:
    """A fact by its author, which may change until the meeting; two people of the family have a word each."""
    desk, goals = prework, prework.documents["goals"]
    act = say_about_section(desk.journal, desk.actor(PARENT), goals, "fine")
    assert await refused(desk, act) == "not_shared"
    await share_sections(desk.journal, desk.actor(), [goals])
    count = len(desk.entries())
    for role, view in ((PARENT, "fine"), (PARENT, "fine"), (STUDENT, "fine"), (PARENT, "talk")):
        await say_about_section(desk.journal, desk.actor(role), goals, view)
    assert desk.kinds()[count:] == [VIEWED] * 3
    rows = desk.rows(select(SectionView.person_id, SectionView.view))
    assert dict(map(tuple, rows)) == {desk.people[PARENT]: "talk", desk.people[STUDENT]: "fine"}
    assert desk.faults() == []
    for role in set(ROLES) - {PARENT, STUDENT}:
        assert await refused(desk, say_about_section(desk.journal, desk.actor(role), goals, "fine")) == "role"
    assert await refused(desk, say_about_section(desk.journal, desk.actor(PARENT), goals, "agree")) == "invalid: view"
