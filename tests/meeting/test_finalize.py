"""Sealing a section: who may pass over what, with which reason; and always on the words as they are committed."""

from typing import Any

import pytest
from sqlalchemy import select

from server.domain.readiness import Readiness, evaluate
from server.domain.roles import LIVE, PHASES, ROLES, why_not
from server.journal.kinds import READ_BACK, SECTION
from server.journal.payload import read_facts
from server.meeting import finalize_section, read_back_section
from server.meeting.readiness import gather
from server.meeting.sealed import read_backs, seals
from server.storage.tables import Document
from tests.support import deciding
from tests.support.commenting import a_thread
from tests.support.desk import Desk, add_meeting, refused
from tests.support.finalizing import WHY, make_final, reopen

LEA, MANAGER = "lea_representative", "case_manager"
GOAL = {
    "area": "Reading",
    "baseline": "60 words read in a minute",
    "condition": "Given a text",
    "behavior": "Reads aloud",
    "criterion": "90 words in a minute",
    "measure": "Reading probe each week",
    "date": "2028-02-24",
    "reporting": "Four times a year",
}


def readiness(desk: Desk, section: str) -> Readiness:
    with desk.database.sync.connect() as connection:
        return evaluate(gather(connection, desk.documents[section]))


async def read_back(desk: Desk, section: str, role: str = MANAGER) -> int:
    return await read_back_section(desk.journal, desk.actor(role), desk.documents[section])


async def seal(desk: Desk, section: str, role: str = MANAGER, **how: Any) -> None:
    await finalize_section(desk.journal, desk.actor(role), desk.documents[section], **how)


def row(desk: Desk, section: str) -> Any:
    return desk.rows(select(Document.__table__).where(Document.id == desk.documents[section]))[0]


def facts(desk: Desk) -> dict[str, Any]:
    entry = desk.entries()[-1]
    assert entry.kind == SECTION
    return read_facts(entry.payload)


async def test_where_nothing_stands_against_it_the_case_manager_seals_without_a_reason(desk: Desk) -> None:
    assert readiness(desk, "notes").findings == ()
    await read_back(desk, "notes")
    count = len(desk.entries())
    await seal(desk, "notes", seen=readiness(desk, "notes").fingerprint)
    assert len(desk.entries()) == count + 1
    assert (facts(desk)["overrides"], facts(desk)["unchecked"], row(desk, "notes").overrides) == ([], [], [])
    assert desk.faults() == []


async def test_a_point_that_blocks_takes_the_lea_representative_and_a_reason(desk: Desk) -> None:
    assert {"C02", "C03", "C09"} <= {one.rule for one in readiness(desk, "goals").blocking}
    await read_back(desk, "goals")
    assert await refused(desk, seal(desk, "goals")) == "conflict: readiness"
    assert await refused(desk, seal(desk, "goals", override=WHY)) == "conflict: readiness"
    for empty in ("", "  \n"):
        assert await refused(desk, seal(desk, "goals", LEA, override=empty)) == "conflict: readiness"
    assert await refused(desk, seal(desk, "goals", LEA, override="x" * 1001)) == "invalid: reason"
    await seal(desk, "goals", LEA, override=f" {WHY} ")
    passed = facts(desk)["overrides"]
    assert {one["rule"] for one in passed} == {one.rule for one in readiness(desk, "goals").findings}
    # C04, of the notice that was never given here, only warns.
    assert {(one["level"], one["rule"] == "C04", one["reason"]) for one in passed} == {
        ("block", False, WHY),
        ("warn", True, WHY),
    }
    assert row(desk, "goals").overrides == passed
    assert {one["rule"] for one in facts(desk)["unchecked"]} == {"C24", "C26"}
    assert desk.faults() == []
    await reopen(desk, "goals")
    assert row(desk, "goals").overrides is None
    assert desk.faults() == []


async def test_a_point_that_warns_takes_a_reason_of_whoever_finalizes(desk: Desk) -> None:
    await a_thread(desk)
    (one,) = readiness(desk, "notes").findings
    assert (one.rule, one.level) == ("C21", "warn")
    await read_back(desk, "notes")
    assert await refused(desk, seal(desk, "notes")) == "invalid: reason"
    await seal(desk, "notes", override="It will be answered on Monday.")
    assert facts(desk)["overrides"] == [
        {"rule": "C21", "code": one.code, "level": "warn", "count": 1, "reason": "It will be answered on Monday."}
    ]
    assert desk.faults() == []


async def test_what_contradicts_a_decision_is_passed_over_by_nobody(desk: Desk) -> None:
    await deciding.add_row(desk, service="Reading", frequency="5 times a week", minutes="30")
    number = {"document": desk.documents["services"], "block": "service", "label": "Reading", "field": "minutes"}
    await deciding.settle(desk, await deciding.propose(desk, numbers=[{**number, "value": "225"}]))
    (one,) = [one for one in readiness(desk, "services").findings if one.rule == "C22"]
    assert (one.about["held"], one.about["weekly"], one.about["decided"]) == ("30", 150, "225")
    await read_back(desk, "services")
    assert await refused(desk, seal(desk, "services", LEA, override=WHY)) == "conflict: readiness"


async def test_the_points_are_those_of_the_words_as_committed(desk: Desk) -> None:
    """A finding that came after the list was looked at holds the seal up; the list is looked at again."""
    seen = readiness(desk, "notes").fingerprint
    await a_thread(desk)
    await read_back(desk, "notes")
    assert await refused(desk, seal(desk, "notes", override=WHY, seen=seen)) == "conflict: readiness"
    await seal(desk, "notes", override=WHY, seen=readiness(desk, "notes").fingerprint)
    # A goal written a moment ago counts, and its words have to be read back.
    before = {one.code for one in readiness(desk, "goals").findings if one.rule == "C09"}
    await read_back(desk, "goals")
    await deciding.add_row(desk, "goals", kind="goal", **GOAL)
    assert "no_goal" in before
    assert "no_goal" not in {one.code for one in readiness(desk, "goals").findings}
    assert await refused(desk, seal(desk, "goals", LEA, override=WHY)) == "conflict: read_back"


async def test_who_reads_back_and_seals_is_in_the_matrix(desk: Desk) -> None:
    for phase in PHASES:
        await add_meeting(desk, phase=phase)
        for role in ROLES:
            reason = why_not(role, "finalize_section", phase)
            if reason is None:
                assert phase == LIVE
                await read_back(desk, "notes", role)
                continue
            assert await refused(desk, read_back(desk, "notes", role)) == reason
            assert await refused(desk, seal(desk, "notes", role, override=WHY)) == reason


async def test_a_section_of_another_meeting_is_not_there(desk: Desk) -> None:
    other = desk.documents["notes"]
    await add_meeting(desk)
    for act in (
        read_back_section(desk.journal, desk.actor(), other),
        finalize_section(desk.journal, desk.actor(), other, override=WHY),
    ):
        assert await refused(desk, act) == "not_found"


async def test_what_is_read_back_is_told_with_what_changed_since(desk: Desk) -> None:
    writer = desk.writer(role="parent")
    writer.write("Five times a week.")
    await desk.journal.settle()
    number = await read_back(desk, "notes", LEA)
    assert desk.kinds()[-1] == READ_BACK

    def told() -> Any:
        with desk.database.sync.connect() as connection:
            (one,) = read_backs(connection, desk.meeting)
        return one

    assert (told().number, told().is_current, told().by) == (number, True, "The lea_representative")
    writer.write(" Or six.")
    await desk.journal.settle()
    assert (told().is_current, told().changed, told().changed_by) == (False, 2, ("The parent",))
    await make_final(desk)
    with desk.database.sync.connect() as connection:
        assert read_backs(connection, desk.meeting) == []


async def test_every_seal_stays_readable(desk: Desk) -> None:
    writer = desk.writer()
    for words in ("One.", " Two."):
        writer.write(words)
        await desk.journal.settle()
        await make_final(desk)
        await reopen(desk)
    with desk.database.sync.connect() as connection:
        found = seals(connection, desk.documents["notes"])
    hashes = {entry.number: entry.hash.hex() for entry in desk.entries()}
    assert [one.hash for one in found] == [hashes[one.number] for one in found]
    assert len({one.number for one in found}) == 2
    assert {one.by for one in found} == {"The lea_representative"}


@pytest.mark.parametrize("section", ["goals", "services", "placement", "transition"])
async def test_an_unwritten_section_can_be_passed_over(desk: Desk, section: str) -> None:
    await make_final(desk, section)
    assert row(desk, section).state == "final"
    assert desk.faults() == []
