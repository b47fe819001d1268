"""The parking lot: what is put off leaves as something, and no meeting closes before it has."""

from typing import Any

import pytest
from sqlalchemy import select

from server.domain.roles import PHASES, ROLES
from server.journal import kinds
from server.journal.payload import read_facts
from server.meeting import Promise, park, set_phase, unpark
from server.storage.tables import FollowUp, ParkedItem
from tests.support.desk import Desk, add_meeting, refused

AUDIOBOOKS = "Audiobook accounts for home"


def parked(desk: Desk, parked_id: str) -> Any:
    return desk.rows(select(ParkedItem.__table__).where(ParkedItem.id == parked_id))[0]


def follow_up(desk: Desk, follow_up_id: str) -> Any:
    return desk.rows(select(FollowUp.__table__).where(FollowUp.id == follow_up_id))[0]


def promise(desk: Desk, role: str = "team_staff") -> Promise:
    return Promise("Set the accounts up", desk.people[role], "2096-03-05")


async def test_something_is_put_off(desk: Desk) -> None:
    parked_id = await park(desk.journal, desk.actor("parent"), text=f" {AUDIOBOOKS} ", why="Needs the library")
    row = parked(desk, parked_id)
    assert (row.text, row.why, row.raised_by, row.left_as) == (
        AUDIOBOOKS,
        "Needs the library",
        desk.people["parent"],
        None,
    )
    assert desk.kinds().count(kinds.PARKED) == 1
    assert desk.faults() == []


async def test_staff_write_it_down_for_whoever_raised_it(desk: Desk) -> None:
    parked_id = await park(
        desk.journal, desk.actor("team_staff"), text=AUDIOBOOKS, raised_by=desk.people["interpreter"]
    )
    assert parked(desk, parked_id).raised_by == desk.people["interpreter"]
    for role in ("parent", "advocate"):
        act = park(desk.journal, desk.actor(role), text=AUDIOBOOKS, raised_by=desk.people["team_staff"])
        assert await refused(desk, act) == "role"
    act = park(desk.journal, desk.actor(), text=AUDIOBOOKS, raised_by="p_nobody")
    assert await refused(desk, act) == "not_found: owner"
    assert desk.faults() == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("phase", PHASES)
async def test_who_may_put_something_off_and_when(desk: Desk, role: str, phase: str) -> None:
    await add_meeting(desk, phase=phase)
    act = park(desk.journal, desk.actor(role), text=AUDIOBOOKS)
    if role in {"interpreter", "observer"}:
        assert await refused(desk, act) == "role"
    elif phase != "live":
        assert await refused(desk, act) == ("closed" if phase == "closed" else "phase")
    else:
        await act


@pytest.mark.parametrize(("words", "field"), [({"text": " "}, "text"), ({"text": "x", "why": "y" * 1001}, "why")])
async def test_what_is_no_parked_item(desk: Desk, words: dict[str, str], field: str) -> None:
    assert await refused(desk, park(desk.journal, desk.actor(), **words)) == f"invalid: {field}"


@pytest.mark.parametrize(
    ("leave_as", "kind"), [("follow_up", "task"), ("next_meeting", "next_meeting"), ("request", "request")]
)
async def test_a_parked_item_leaves_as_something(desk: Desk, leave_as: str, kind: str) -> None:
    parked_id = await park(desk.journal, desk.actor("parent"), text=AUDIOBOOKS)
    made = await unpark(
        desk.journal, desk.actor("team_staff"), parked_id, leave_as=leave_as, promise=promise(desk, "parent")
    )
    assert made is not None
    row, promised = parked(desk, parked_id), follow_up(desk, made)
    assert (row.left_as, row.follow_up_id, row.left_by) == (leave_as, made, desk.people["team_staff"])
    assert row.left_at is not None
    assert (promised.kind, promised.what, promised.owner_id, promised.due) == (
        kind,
        "Set the accounts up",
        desk.people["parent"],
        "2096-03-05",
    )
    assert desk.kinds()[-1] == kinds.UNPARKED
    assert desk.kinds().count(kinds.UNPARKED) == 1
    assert kinds.FOLLOW_UP_ADDED not in desk.kinds()
    again = unpark(desk.journal, desk.actor(), parked_id, leave_as=leave_as, promise=promise(desk))
    assert await refused(desk, again) == "conflict: parked"
    assert desk.faults() == []


async def test_for_a_next_meeting_its_own_words_are_enough(desk: Desk) -> None:
    parked_id = await park(desk.journal, desk.actor("parent"), text=AUDIOBOOKS)
    made = await unpark(desk.journal, desk.actor(), parked_id, leave_as="next_meeting")
    assert made is not None
    assert (follow_up(desk, made).what, follow_up(desk, made).owner_id, follow_up(desk, made).due) == (
        AUDIOBOOKS,
        None,
        None,
    )
    assert desk.faults() == []


@pytest.mark.parametrize("leave_as", ["follow_up", "request"])
async def test_a_task_and_a_request_have_a_name_and_a_day(desk: Desk, leave_as: str) -> None:
    parked_id = await park(desk.journal, desk.actor(), text=AUDIOBOOKS)
    who = desk.people["team_staff"]
    for given, reason in (
        (None, "invalid: owner"),
        (Promise("x", "", "2096-03-05"), "invalid: owner"),
        (Promise("x", "p_nobody", "2096-03-05"), "not_found: owner"),
        (Promise("x", who, ""), "invalid: due"),
        (Promise("x", who, "soon"), "invalid: due"),
        (Promise("", who, "2096-03-05"), "invalid: what"),
    ):
        act = unpark(desk.journal, desk.actor(), parked_id, leave_as=leave_as, promise=given)
        assert await refused(desk, act) == reason


async def test_who_raised_it_withdraws_it_and_nobody_else(desk: Desk) -> None:
    parked_id = await park(desk.journal, desk.actor("parent"), text=AUDIOBOOKS)
    for role in ("case_manager", "advocate", "student"):
        assert await refused(desk, unpark(desk.journal, desk.actor(role), parked_id, leave_as="withdrawn")) == "role"
    assert await unpark(desk.journal, desk.actor("parent"), parked_id, leave_as="withdrawn") is None
    row = parked(desk, parked_id)
    assert (row.left_as, row.follow_up_id) == ("withdrawn", None)
    assert read_facts(desk.entries()[-1].payload) == {"parked": parked_id, "as": "withdrawn", "follow_up": None}
    assert desk.faults() == []


@pytest.mark.parametrize("role", ROLES)
async def test_who_decides_what_becomes_of_it(desk: Desk, role: str) -> None:
    parked_id = await park(desk.journal, desk.actor("parent"), text=AUDIOBOOKS)
    act = unpark(desk.journal, desk.actor(role), parked_id, leave_as="follow_up", promise=promise(desk))
    if role in {"case_manager", "lea_representative", "team_staff"}:
        await act
    else:
        assert await refused(desk, act) == "role"


async def test_a_way_out_that_there_is_not(desk: Desk) -> None:
    parked_id = await park(desk.journal, desk.actor(), text=AUDIOBOOKS)
    assert await refused(desk, unpark(desk.journal, desk.actor(), parked_id, leave_as="gone")) == "invalid: leave_as"
    elsewhere = parked_id
    await add_meeting(desk)
    for other in (elsewhere, "k_nowhere"):
        act = unpark(desk.journal, desk.actor(), other, leave_as="next_meeting")
        assert await refused(desk, act) == "not_found: parked"


async def test_no_meeting_closes_over_a_full_parking_lot(desk: Desk) -> None:
    ids = [await park(desk.journal, desk.actor("parent"), text=text) for text in ("One", "Two")]
    for parked_id in ids:
        assert await refused(desk, set_phase(desk.journal, desk.actor(), "closed")) == "conflict: parking"
        await unpark(desk.journal, desk.actor(), parked_id, leave_as="follow_up", promise=promise(desk))
    await set_phase(desk.journal, desk.actor(), "closed")
    assert desk.row().phase == "closed"
    assert desk.faults() == []
