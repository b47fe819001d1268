"""Follow-ups: who does what by when, and marks that it is done."""

from typing import Any

import pytest
from sqlalchemy import select

from server.domain.roles import PHASES, ROLES
from server.journal import kinds
from server.meeting import (
    Promise,
    add_follow_up,
    change_follow_up,
    mark_follow_up,
    more_time,
    park,
    remove_follow_up,
    set_phase,
    unpark,
)
from server.storage.tables import FollowUp
from tests.support.agenda import three_items
from tests.support.desk import Desk, add_meeting, refused

STAFF = {"case_manager", "lea_representative", "team_staff"}


def row(desk: Desk, follow_up_id: str) -> Any:
    return desk.rows(select(FollowUp.__table__).where(FollowUp.id == follow_up_id))[0]


def promise(desk: Desk, role: str = "team_staff") -> Promise:
    return Promise("Send the timetable home", desk.people[role], "2096-03-05")


async def add(desk: Desk, owner: str = "team_staff", kind: str = "task") -> str:
    return await add_follow_up(desk.journal, desk.actor(), promise(desk, owner), kind=kind)


@pytest.mark.parametrize("kind", ["task", "meeting", "next_meeting", "request"])
async def test_who_does_what_by_when(desk: Desk, kind: str) -> None:
    found = row(desk, await add(desk, kind=kind))
    assert (found.kind, found.what, found.owner_id, found.due, found.done_at) == (
        kind,
        "Send the timetable home",
        desk.people["team_staff"],
        "2096-03-05",
        None,
    )
    assert found.created_by == desk.people["case_manager"]
    assert desk.kinds().count(kinds.FOLLOW_UP_ADDED) == 1
    assert desk.faults() == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("phase", PHASES)
async def test_who_may_write_one_down_and_when(desk: Desk, role: str, phase: str) -> None:
    await add_meeting(desk, phase=phase)
    act = add_follow_up(desk.journal, desk.actor(role), promise(desk), kind="task")
    if role not in STAFF:
        assert await refused(desk, act) == "role"
    elif phase == "closed":
        assert await refused(desk, act) == "closed"
    else:
        await act


async def test_what_makes_no_follow_up(desk: Desk) -> None:
    who = desk.people["parent"]
    for given, kind, reason in (
        (Promise("", who, "2096-03-05"), "task", "invalid: what"),
        (Promise("x" * 1001, who, "2096-03-05"), "task", "invalid: what"),
        (Promise("x", "", "2096-03-05"), "task", "invalid: owner"),
        (Promise("x", who), "request", "invalid: due"),
        (Promise("x", "p_nobody", "2096-03-05"), "meeting", "not_found: owner"),
        (Promise("x", "", "2027-02-30"), "meeting", "invalid: due"),
        (Promise("x", "", "0027-03-05"), "meeting", "invalid: due"),
        (Promise("x", "", "2020-01-01"), "meeting", "invalid: due"),
        (Promise("x", "", "9999-12-31"), "meeting", "invalid: due"),
        (Promise("x", who, "2096-03-05"), "wish", "invalid: kind"),
    ):
        assert await refused(desk, add_follow_up(desk.journal, desk.actor(), given, kind=kind)) == reason
    for named, reason in (({"decision_id": "x_no"}, "not_found: decision"), ({"item_id": "i_no"}, "not_found: item")):
        act = add_follow_up(desk.journal, desk.actor(), promise(desk), kind="task", **named)
        assert await refused(desk, act) == reason


async def test_other_words_another_owner_another_day(desk: Desk) -> None:
    made = await add(desk)
    await change_follow_up(
        desk.journal, desk.actor("team_staff"), made, Promise("Mail it", desk.people["parent"], "2096-03-06")
    )
    found = row(desk, made)
    assert (found.what, found.owner_id, found.due) == ("Mail it", desk.people["parent"], "2096-03-06")
    act = change_follow_up(desk.journal, desk.actor(), made, Promise("Mail it"))
    assert await refused(desk, act) == "invalid: owner"
    assert await refused(desk, change_follow_up(desk.journal, desk.actor("parent"), made, promise(desk))) == "role"
    await mark_follow_up(desk.journal, desk.actor(), made, done=True)
    act = change_follow_up(desk.journal, desk.actor(), made, promise(desk))
    assert await refused(desk, act) == "conflict: done"
    assert desk.kinds().count(kinds.FOLLOW_UP_CHANGED) == 1
    assert desk.faults() == []


async def test_a_day_that_is_over_by_now_stays_and_is_not_set_anew(desk: Desk) -> None:
    made = await add(desk)
    desk.run("UPDATE follow_up SET due = '2026-01-05'")
    owner = desk.people["parent"]
    over = change_follow_up(desk.journal, desk.actor(), made, Promise("Mail it", owner, "2026-01-06"))
    assert await refused(desk, over) == "invalid: due"
    await change_follow_up(desk.journal, desk.actor(), made, Promise("Mail it", owner, "2026-01-05"))
    assert (row(desk, made).what, row(desk, made).due) == ("Mail it", "2026-01-05")


async def test_done_and_undone_also_after_the_meeting(desk: Desk) -> None:
    made = await add(desk, owner="parent")
    await set_phase(desk.journal, desk.actor(), "closed")
    await mark_follow_up(desk.journal, desk.actor("parent"), made, done=True, note=" Sent on Friday ")
    found = row(desk, made)
    assert (found.done_by, found.done_note) == (desk.people["parent"], "Sent on Friday")
    assert found.done_at is not None
    again = mark_follow_up(desk.journal, desk.actor("parent"), made, done=True)
    assert await refused(desk, again) == "conflict: done"
    await mark_follow_up(desk.journal, desk.actor("team_staff"), made, done=False, note="left out")
    found = row(desk, made)
    assert (found.done_at, found.done_by, found.done_note) == (None, None, "")
    assert desk.kinds().count(kinds.FOLLOW_UP_DONE) == 2
    assert desk.faults() == []


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_mark_whose(desk: Desk, role: str) -> None:
    theirs, other = await add(desk, owner=role), await add(desk, owner="case_manager")
    mine = mark_follow_up(desk.journal, desk.actor(role), theirs, done=True)
    if role in STAFF | {"parent", "student"}:
        await mine
    else:
        assert await refused(desk, mine) == "role"
    if role not in STAFF:
        assert await refused(desk, mark_follow_up(desk.journal, desk.actor(role), other, done=True)) == "role"


async def test_one_written_down_by_mistake_is_taken_back(desk: Desk) -> None:
    made = await add(desk)
    assert await refused(desk, remove_follow_up(desk.journal, desk.actor("parent"), made)) == "role"
    await remove_follow_up(desk.journal, desk.actor("team_staff"), made)
    assert row(desk, made).removed_at is not None
    assert await refused(desk, remove_follow_up(desk.journal, desk.actor(), made)) == "not_found: follow_up"
    assert await refused(desk, mark_follow_up(desk.journal, desk.actor(), made, done=True)) == "not_found: follow_up"
    assert desk.kinds().count(kinds.FOLLOW_UP_REMOVED) == 1
    assert desk.faults() == []


async def test_what_was_parked_does_not_vanish_by_another_door(desk: Desk) -> None:
    parked_id = await park(desk.journal, desk.actor("parent"), text="Who tells the substitute teachers?")
    made = await unpark(desk.journal, desk.actor(), parked_id, leave_as="follow_up", promise=promise(desk))
    assert made is not None
    assert await refused(desk, remove_follow_up(desk.journal, desk.actor(), made)) == "conflict: parked"
    await mark_follow_up(desk.journal, desk.actor(), made, done=True)
    assert await refused(desk, remove_follow_up(desk.journal, desk.actor(), made)) == "conflict: done"


async def test_more_time_leads_to_another_meeting(desk: Desk) -> None:
    first, second, _ = await three_items(desk)
    made = await more_time(desk.journal, desk.actor("team_staff"), first)
    found = row(desk, made)
    assert (found.kind, found.what, found.item_id, found.owner_id, found.due) == ("meeting", "One", first, None, None)
    assert await refused(desk, more_time(desk.journal, desk.actor(), first)) == "conflict: more_time"
    await more_time(desk.journal, desk.actor(), second, due="2096-03-09", owner=desk.people["case_manager"])
    await mark_follow_up(desk.journal, desk.actor(), made, done=True)
    await more_time(desk.journal, desk.actor(), first)
    assert await refused(desk, more_time(desk.journal, desk.actor("parent"), first)) == "role"
    assert await refused(desk, more_time(desk.journal, desk.actor(), "i_nowhere")) == "not_found: item"
    assert desk.kinds().count(kinds.FOLLOW_UP_ADDED) == 3
    assert desk.faults() == []


async def test_a_follow_up_of_another_meeting(desk: Desk) -> None:
    elsewhere = await add(desk)
    await add_meeting(desk)
    for made in (elsewhere, "f_nowhere"):
        for act in (
            mark_follow_up(desk.journal, desk.actor(), made, done=True),
            change_follow_up(desk.journal, desk.actor(), made, promise(desk)),
            remove_follow_up(desk.journal, desk.actor(), made),
        ):
            assert await refused(desk, act) == "not_found: follow_up"
