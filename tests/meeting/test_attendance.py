"""Attendance: stays from presence, corrections by hand, and the seats that are empty. One entry each, or none."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.domain.roles import ROLES
from server.journal.kinds import ARRIVED, ATTENDANCE_CORRECTED, ATTENDANCE_NOTED, LEFT
from server.journal.payload import read_facts
from server.meeting import (
    change_participant,
    correct_attendance,
    discuss_section,
    note_attendance,
    remove_attendance,
    remove_participant,
    set_phase,
)
from server.meeting.attendance import Visit, arrive, leave
from server.meeting.present import empty_seats, list_stays, who_is_here
from server.storage.tables import Attendance, Participant
from tests.support.desk import Desk, add_meeting, another_node, open_desk, refused


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """The rules hold on both engines."""
    sqlite = f"sqlite:///{tmp_path / 'roundtable.sqlite3'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    async with open_desk(url) as opened:
        yield opened


def now() -> datetime:
    return datetime.now(UTC)


def read(desk: Desk, function: Any, *arguments: Any) -> Any:
    with desk.database.sync.connect() as connection:
        return function(connection, desk.meeting, *arguments)


def stays(desk: Desk) -> list[Any]:
    return desk.rows(select(Attendance.__table__).order_by(Attendance.arrived_at, Attendance.id))


def visit(desk: Desk, role: str, at: datetime | None = None) -> Visit:
    return Visit(desk.meeting, desk.people[role], at)


def last(desk: Desk) -> tuple[str, str, dict[str, Any]]:
    entry = desk.entries()[-1]
    return entry.kind, entry.author_id, read_facts(entry.payload)


async def test_everybody_arrives_by_their_own_presence(desk: Desk) -> None:
    await arrive(desk.journal, [visit(desk, role) for role in ROLES])
    assert desk.kinds()[-len(ROLES) :] == [ARRIVED] * len(ROLES)
    assert {entry.author_id for entry in desk.entries()[-len(ROLES) :]} == set(desk.people.values())
    assert {(stay.how, stay.source, stay.left_at) for stay in stays(desk)} == {("online", "presence", None)}
    assert read(desk, who_is_here) == set(desk.people.values())
    assert desk.faults() == []


async def test_nobody_arrives_twice_and_whoever_left_may_come_back(desk: Desk) -> None:
    await arrive(desk.journal, [visit(desk, "parent")] * 2)
    await arrive(desk.journal, [visit(desk, "parent")])
    assert desk.kinds().count(ARRIVED) == 1
    seen = now()
    await leave(desk.journal, [visit(desk, "parent", seen)])
    assert last(desk) == (LEFT, desk.people["parent"], {"stay": stays(desk)[0].id, "at": seen.isoformat()})
    assert stays(desk)[0].left_at == seen
    await leave(desk.journal, [visit(desk, "parent", now())])
    assert desk.kinds().count(LEFT) == 1
    await arrive(desk.journal, [visit(desk, "parent")])
    assert [stay.left_at for stay in stays(desk)] == [seen, None]
    assert desk.faults() == []


async def test_a_departure_is_neither_before_the_arrival_nor_still_to_come(desk: Desk) -> None:
    await arrive(desk.journal, [visit(desk, "parent"), visit(desk, "student")])
    await leave(desk.journal, [visit(desk, "parent", now() - timedelta(hours=1))])
    await leave(desk.journal, [visit(desk, "student", now() + timedelta(hours=1))])
    assert all(stay.arrived_at <= stay.left_at <= now() for stay in stays(desk))
    assert desk.faults() == []


async def test_of_many_pages_and_two_nodes_one_notes_the_arrival(desk: Desk) -> None:
    async with another_node(desk.database.sync.url.render_as_string(hide_password=False)) as other:
        journals = [desk.journal, other] * 5
        await asyncio.gather(*(arrive(journal, [visit(desk, "parent")]) for journal in journals))
        assert desk.kinds().count(ARRIVED) == 1
        await asyncio.gather(*(leave(journal, [visit(desk, "parent", now())]) for journal in journals))
        assert desk.kinds().count(LEFT) == 1
    assert desk.faults() == []


@pytest.mark.parametrize("phase", ["prework", "closed"])
async def test_presence_counts_only_while_the_meeting_is_on(desk: Desk, phase: str) -> None:
    await add_meeting(desk, phase=phase)
    before = desk.everything()
    await arrive(desk.journal, [visit(desk, role) for role in ROLES])
    await leave(desk.journal, [visit(desk, "parent", now())])
    assert desk.everything() == before


async def test_a_stranger_and_a_meeting_that_is_none_are_passed_over(desk: Desk) -> None:
    await arrive(desk.journal, [Visit(desk.meeting, "p_nobody"), Visit("m_none", "p_nobody"), visit(desk, "parent")])
    assert [stay.person_id for stay in stays(desk)] == [desk.people["parent"]]


async def test_closing_ends_every_stay_and_reopening_begins_new_ones(desk: Desk) -> None:
    await arrive(desk.journal, [visit(desk, "parent"), visit(desk, "case_manager")])
    await note_attendance(desk.journal, desk.actor(), desk.people["student"], how="in_person")
    await set_phase(desk.journal, desk.actor(), "closed")
    assert {stay.left_at for stay in stays(desk)} == {desk.row().closed_at}
    assert read(desk, who_is_here) == set()
    await set_phase(desk.journal, desk.actor(), "live", reason="one thing more")
    await arrive(desk.journal, [visit(desk, "parent")])
    assert read(desk, who_is_here) == {desk.people["parent"]}
    assert desk.faults() == []


async def test_who_is_taken_out_of_the_meeting_is_there_no_more(desk: Desk) -> None:
    await arrive(desk.journal, [visit(desk, "observer"), visit(desk, "parent")])
    seat = desk.rows(select(Participant.id).where(Participant.person_id == desk.people["observer"]))[0].id
    await remove_participant(desk.journal, desk.actor(), seat)
    assert read(desk, who_is_here) == {desk.people["parent"]}
    await arrive(desk.journal, [visit(desk, "observer")])
    assert read(desk, who_is_here) == {desk.people["parent"]}
    assert len(read(desk, list_stays)) == 2
    assert desk.faults() == []


async def test_the_case_manager_notes_who_has_no_page(desk: Desk) -> None:
    person, dana = desk.people["student"], desk.actor()
    stay = await note_attendance(desk.journal, dana, person, how="in_person")
    kind, author, about = last(desk)
    assert (kind, author, about["person"], about["how"]) == (ATTENDANCE_NOTED, dana.person_id, person, "in_person")
    row = stays(desk)[0]
    assert (row.id, row.source, row.noted_by, row.left_at) == (stay, "hand", dana.person_id, None)
    # Their page coming and going changes nothing of what was noted by hand.
    await arrive(desk.journal, [visit(desk, "student")])
    await leave(desk.journal, [visit(desk, "student", now())])
    assert stays(desk) == [row]
    twice = note_attendance(desk.journal, dana, person, how="phone")
    assert await refused(desk, twice) == "conflict: stay"
    assert desk.faults() == []


async def test_what_cannot_be_noted(desk: Desk) -> None:
    dana, person = desk.actor(), desk.people["student"]
    start, hour = desk.row().started_at, timedelta(hours=1)

    async def why(who: str = person, how: str = "video", **times: Any) -> str:
        return await refused(desk, note_attendance(desk.journal, dana, who, how=how, **times))

    assert await why("p_nobody") == "not_found: person"
    assert await why(how="telepathy") == "invalid: how"
    assert await why(arrived_at=start - hour) == "invalid: arrived_at"
    assert await why(arrived_at=now() + hour) == "invalid: arrived_at"
    assert await why(arrived_at=start, left_at=start) == "invalid: left_at"
    assert await why(arrived_at=start, left_at=now() + hour) == "invalid: left_at"
    await set_phase(desk.journal, dana, "closed")
    assert await why(arrived_at=start) == "invalid: left_at"
    await note_attendance(desk.journal, dana, person, how="phone", arrived_at=start, left_at=desk.row().closed_at)
    assert desk.faults() == []
    await add_meeting(desk, phase="prework")
    act = note_attendance(desk.journal, desk.actor(), desk.people["student"], how="video")
    assert await refused(desk, act) == "phase"


async def test_a_stay_is_corrected(desk: Desk) -> None:
    await arrive(desk.journal, [visit(desk, "parent")])
    stay, dana, start = stays(desk)[0], desk.actor(), desk.row().started_at
    await correct_attendance(desk.journal, dana, stay.id, how="video", arrived_at=start, left_at=None)
    assert last(desk)[0] == ATTENDANCE_CORRECTED
    row = stays(desk)[0]
    assert (row.how, row.source, row.arrived_at, row.left_at) == ("video", "presence", start, None)
    end = now()
    await correct_attendance(desk.journal, dana, stay.id, how="video", arrived_at=start, left_at=end)
    assert stays(desk)[0].left_at == end
    await correct_attendance(desk.journal, dana, stay.id, how="video", arrived_at=start, left_at=None)
    assert stays(desk)[0].source == "hand"  # what a person said is not for a socket to end
    assert desk.faults() == []


async def test_who_is_in_the_room_stays_when_their_page_goes(desk: Desk) -> None:
    await arrive(desk.journal, [visit(desk, "parent")])
    stay = stays(desk)[0]
    await correct_attendance(
        desk.journal, desk.actor(), stay.id, how="in_person", arrived_at=stay.arrived_at, left_at=None
    )
    await leave(desk.journal, [visit(desk, "parent", now())])
    assert read(desk, who_is_here) == {desk.people["parent"]}


async def test_what_cannot_be_corrected(desk: Desk) -> None:
    dana, start = desk.actor(), desk.row().started_at
    await arrive(desk.journal, [visit(desk, "parent")])
    first = stays(desk)[0]
    await leave(desk.journal, [visit(desk, "parent", now())])
    await arrive(desk.journal, [visit(desk, "parent")])
    second = stays(desk)[1]

    async def why(
        stay: str = first.id, arrived_at: datetime = start, left_at: datetime | None = None, **more: Any
    ) -> str:
        values = {"how": "video", "arrived_at": arrived_at, "left_at": left_at, **more}
        return await refused(desk, correct_attendance(desk.journal, dana, stay, **values))

    assert await why("at_none") == "not_found: stay"
    assert await why(how="") == "invalid: how"
    assert await why(seen="online some time ago") == "conflict: seen"
    assert await why(left_at=None) == "conflict: stay"  # the second has begun
    assert await why(second.id, arrived_at=start) == "conflict: stay"
    assert await why(arrived_at=start - timedelta(days=1), left_at=now()) == "invalid: arrived_at"
    assert await why(arrived_at=now(), left_at=start) == "invalid: left_at"
    await add_meeting(desk)
    actor = desk.actor()
    act = correct_attendance(desk.journal, actor, first.id, how="video", arrived_at=start, left_at=None)
    assert await refused(desk, act) == "not_found: stay"
    assert await refused(desk, remove_attendance(desk.journal, actor, first.id)) == "not_found: stay"


async def test_a_wrong_row_is_taken_out_and_kept_in_the_journal(desk: Desk) -> None:
    await arrive(desk.journal, [visit(desk, "parent")])
    stay = stays(desk)[0]
    await remove_attendance(desk.journal, desk.actor(), stay.id)
    assert read(desk, list_stays) == []
    assert stays(desk)[0].removed_at is not None
    assert await refused(desk, remove_attendance(desk.journal, desk.actor(), stay.id)) == "not_found: stay"
    assert desk.faults() == []


@pytest.mark.parametrize("phase", ["prework", "live", "closed"])
async def test_who_may_correct(desk: Desk, phase: str) -> None:
    await add_meeting(desk, phase=phase)
    for role in ROLES[1:]:
        actor = desk.actor(role)
        acts = [
            note_attendance(desk.journal, actor, actor.person_id, how="video"),
            correct_attendance(desk.journal, actor, "at_1", how="video", arrived_at=now(), left_at=None),
            remove_attendance(desk.journal, actor, "at_1"),
        ]
        for act in acts:
            assert await refused(desk, act) == "role", role


async def test_a_seat_is_empty_while_its_area_is_discussed(desk: Desk) -> None:
    def empty() -> list[str]:
        return [seat.seat for seat in read(desk, empty_seats)]

    await arrive(desk.journal, [visit(desk, role) for role in ROLES if role != "lea_representative"])
    assert empty() == []
    await discuss_section(desk.journal, desk.actor(), desk.documents["services"], discussing=True)
    assert empty() == ["regular_teacher", "special_teacher", "lea_representative"]
    participants = {row.role: row.id for row in desk.rows(select(Participant.__table__))}
    for role, given in (("case_manager", ["special_teacher"]), ("team_staff", ["regular_teacher"])):
        await change_participant(desk.journal, desk.actor(), participants[role], role=role, title="", given=given)
    assert empty() == ["lea_representative"]
    assert read(desk, empty_seats)[0].holders == (desk.people["lea_representative"],)
    await arrive(desk.journal, [visit(desk, "lea_representative")])
    assert empty() == []
    await leave(desk.journal, [visit(desk, "parent", now())])
    assert empty() == ["parent"]
    assert [seat.seat for seat in read(desk, empty_seats, ["transition"])] == ["parent"]
    await set_phase(desk.journal, desk.actor(), "closed")
    assert empty() == []
    assert desk.faults() == []


async def test_seats_are_the_schools_to_give_to_its_staff(desk: Desk) -> None:
    participants = {row.role: row.id for row in desk.rows(select(Participant.__table__))}
    for role, given in (("parent", ["evaluation"]), ("team_staff", ["parent"]), ("team_staff", ["captain"])):
        act = change_participant(desk.journal, desk.actor(), participants[role], role=role, title="", given=given)
        assert await refused(desk, act) == "invalid: seats"
