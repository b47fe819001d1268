"""What an earlier meeting left for a day that has come stands on the student's next agenda, once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.domain.agenda import FROM_DECISION, FROM_FOLLOW_UP, OPEN, PROPOSED
from server.domain.decisions import seen_mark
from server.domain.roles import CASE_MANAGER
from server.journal.payload import read_facts
from server.meeting import Actor, Promise, add_follow_up, mark_follow_up, remove_item, set_item_state, set_phase
from server.meeting.create import create_meeting
from server.meeting.decision_words import Words
from server.meeting.decisions import propose_decision, read_back_decision, settle_decision
from server.meeting.notices import review_decision
from server.meeting.returns import bring_back, due_returns
from server.storage.tables import AgendaItem
from tests.support.desk import Desk, refused

DUE = date(2027, 5, 3)
DAY = datetime(2027, 5, 3, 12, tzinfo=UTC)
LATER = DAY + timedelta(days=1)


async def next_meeting(desk: Desk, *, days: int = 300, purpose: str = "annual_review") -> str:
    row = desk.row()
    return await create_meeting(
        desk.journal,
        creator_id=desk.people[CASE_MANAGER],
        student_id=row.student_id,
        title="Next",
        purpose=purpose,
        place="",
        starts_at=row.starts_at + timedelta(days=days),
        ends_at=None,
        time_zone="UTC",
        gettext=str,
    )


async def run(desk: Desk, at: datetime) -> int:
    """As the job does. How many came back."""
    due = await desk.journal.read(lambda connection: due_returns(connection, at))
    return sum([await bring_back(desk.journal, one, at) for one in due])


def items(desk: Desk) -> list[Any]:
    return desk.rows(select(AgendaItem.__table__).where(AgendaItem.came_from.is_not(None)).order_by(AgendaItem.title))


async def decide(desk: Desk, **words: Any) -> str:
    made = await propose_decision(desk.journal, desk.actor(), Words(**{"action": "45 minutes", **words}))
    await read_back_decision(desk.journal, desk.actor(), made, revision=1)
    await settle_decision(desk.journal, desk.actor(), made, revision=1, seen=seen_mark(1, []))
    return made


async def test_what_is_unmet_on_its_day_comes_back_once(desk: Desk) -> None:
    tom = desk.people["team_staff"]
    kept = await add_follow_up(desk.journal, desk.actor(), Promise("Order it", tom, DUE.isoformat()), kind="task")
    broken = await add_follow_up(desk.journal, desk.actor(), Promise("Send  it", tom, DUE.isoformat()), kind="task")
    await add_follow_up(desk.journal, desk.actor(), Promise("Not yet", tom, "2096-01-01"), kind="task")
    bus = await add_follow_up(desk.journal, desk.actor(), Promise("The bus"), kind="next_meeting")
    put_off = await decide(
        desk, question="Which device?", outcome="deferred", deferred_to=tom, deferred_until=DUE.isoformat()
    )
    behind = await decide(desk, question="How long?", outcome="agreed", sections=(desk.documents["goals"],))
    await decide(desk, question="Fine?", outcome="agreed")
    await mark_follow_up(desk.journal, desk.actor(), kept, done=True)
    assert await run(desk, LATER) == 0  # the meeting is not over
    await set_phase(desk.journal, desk.actor(), "closed")
    assert await run(desk, LATER) == 0  # there is no next one
    later = await next_meeting(desk, days=400)
    target = await next_meeting(desk)
    assert await run(desk, datetime(2027, 3, 1, tzinfo=UTC)) == 1  # what was left for it, whatever the day
    assert await run(desk, DAY) == 1  # the decision's day has come; the promise's is not over
    await review_decision(desk.journal, desk.actor(), behind, "behind", "Not yet.", "2027-05-04")
    assert await run(desk, LATER) == 2
    assert await run(desk, LATER + timedelta(days=90)) == 0
    assert {(one.title, one.came_from, one.came_as) for one in items(desk)} == {
        ("The bus", bus, FROM_FOLLOW_UP),
        ("Send it", broken, FROM_FOLLOW_UP),
        ("Which device?", put_off, FROM_DECISION),
        ("How long?", behind, FROM_DECISION),
    }
    assert {(one.meeting_id, one.state, one.came_meeting_id) for one in items(desk)} == {
        (target, PROPOSED, desk.meeting)
    }
    assert next(one for one in items(desk) if one.came_from == behind).sections == ["goals"]
    assert desk.entries(later)[-1].author_id == desk.people[CASE_MANAGER]
    assert desk.faults() == []


async def test_it_is_accepted_or_taken_off_with_a_reason_and_stays_away(desk: Desk) -> None:
    promises = [Promise("One"), Promise("Two")]
    for promise in promises:
        await add_follow_up(desk.journal, desk.actor(), promise, kind="next_meeting")
    await set_phase(desk.journal, desk.actor(), "closed")
    target = await next_meeting(desk)
    assert await run(desk, LATER) == 2
    first, second = items(desk)
    leader = Actor(desk.people[CASE_MANAGER], target, CASE_MANAGER)
    await set_item_state(desk.journal, leader, first.id, OPEN)
    assert await refused(desk, remove_item(desk.journal, leader, second.id, " ")) == "invalid: reason"
    await remove_item(desk.journal, leader, second.id, "It was settled by phone.")
    assert read_facts(desk.entries(target)[-1].payload)["reason"] == "It was settled by phone."
    assert items(desk)[1].removed_because == "It was settled by phone."
    assert await run(desk, LATER) == 0
    assert desk.faults() == []


async def test_what_was_met_meanwhile_is_left_alone(desk: Desk) -> None:
    promise = await add_follow_up(desk.journal, desk.actor(), Promise("One"), kind="next_meeting")
    await set_phase(desk.journal, desk.actor(), "closed")
    await next_meeting(desk)
    (due,) = await desk.journal.read(lambda connection: due_returns(connection, LATER))
    await mark_follow_up(desk.journal, desk.actor(), promise, done=True)
    assert not await bring_back(desk.journal, due, LATER)
    assert items(desk) == []
