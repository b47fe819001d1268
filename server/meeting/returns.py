"""What an earlier meeting left for a day that has come, unmet: it comes back as an item of the student's next agenda.

A follow-up that is not done, a decision that was put off until that day, a decision whose newest review says that it
does not go as agreed, a goal that is not expected to be reached (34 CFR 300.324(b)(1)(ii)). Each comes back once, as a
proposal that the case manager accepts, or takes off the agenda with a reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, exists, func, select
from sqlalchemy.orm import aliased

from server.domain import agenda
from server.domain.agenda import MEETING, NEXT_MEETING, PROPOSED, CameFrom
from server.domain.decisions import DEFERRED, SETTLED
from server.domain.notices import BEHIND, NOT_DONE, ON_COURSE
from server.domain.reports import NOT_EXPECTED, goal_key
from server.domain.roles import CASE_MANAGER, CLOSED, PREWORK
from server.journal.entry import Author
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.agenda import ItemPlan, append_item
from server.storage.tables import (
    AgendaItem,
    Decision,
    DecisionReview,
    Document,
    FollowUp,
    Meeting,
    Participant,
    ProgressReport,
)

AT_ONCE = 50
MINUTES = 10


@dataclass(frozen=True, slots=True)
class Return:
    """`meeting_id`: the meeting that it comes to."""

    meeting_id: str
    source: CameFrom
    words: str
    sections: tuple[str, ...] = ()


def due_returns(connection: Connection, at: datetime, *, only: str | None = None) -> list[Return]:
    """What has come due by now (`at`, with its zone) and stands on no agenda yet; `only`: of this source's id."""
    found: dict[str, Return] = {}
    for row in [*_follow_ups(connection, at, only), *_decisions(connection, at, only), *_goals(connection, only)]:
        # The rows come by the next meeting's start: the nearest one gets it.
        found.setdefault(row.source.id, row)
    carried = _carried(connection, {one.meeting_id for one in found.values()})
    return [one for one in found.values() if one.source.id not in carried][:AT_ONCE]


def _carried(connection: Connection, meeting_ids: set[str]) -> set[str]:
    """What these meetings' agendas began with: it stands there already, whatever became of the item."""
    rows = connection.scalars(
        select(AgendaItem.carried).where(
            AgendaItem.meeting_id.in_(sorted(meeting_ids)), AgendaItem.carried.is_not(None)
        )
    )
    targets = [target for carried in rows for target in carried["targets"]]
    ids = {str(part) for target in targets for part in (target if isinstance(target, list) else [target])}
    # Who goes on with an item goes on with what was promised about it: another meeting.
    more = select(FollowUp.id).where(FollowUp.kind == MEETING, FollowUp.item_id.in_(sorted(ids)))
    return ids | set(connection.scalars(more))


async def bring_back(journal: Journal, wanted: Return, at: datetime) -> bool:
    """Put it on the agenda, in the name of the meeting's case manager. False where that is no longer called for."""

    def perform(transaction: Transaction) -> bool:
        phase = transaction.rules(wanted.meeting_id).phase
        now = due_returns(transaction.connection, at, only=wanted.source.id)
        author = _manager(transaction.connection, wanted.meeting_id)
        if phase != PREWORK or wanted not in now or author is None or _is_full(transaction.connection, wanted):
            return False
        title = " ".join(wanted.words.split())[: agenda.TITLE_LENGTH]
        plan = ItemPlan(title, MINUTES, sections=wanted.sections)
        append_item(transaction, wanted.meeting_id, author, plan, state=PROPOSED, came_from=wanted.source)
        return True

    return await journal.act(perform)


def _manager(connection: Connection, meeting_id: str) -> Author | None:
    person_id = connection.scalar(
        select(Participant.person_id)
        .where(Participant.meeting_id == meeting_id, Participant.role == CASE_MANAGER, Participant.removed_at.is_(None))
        .order_by(Participant.created_at, Participant.id)
        .limit(1)
    )
    return Author(person_id, CASE_MANAGER) if person_id else None


def _is_full(connection: Connection, wanted: Return) -> bool:
    items = select(func.count()).select_from(AgendaItem).where(AgendaItem.removed_at.is_(None))
    return (connection.scalar(items.where(AgendaItem.meeting_id == wanted.meeting_id)) or 0) >= agenda.MOST_ITEMS


_next = aliased(Meeting)


def _waiting(thing: Any, *columns: Any) -> Any:
    """Rows of a table of closed meetings, each with the student's next one, that no agenda has yet."""
    there = exists().where(AgendaItem.came_from == thing.id)
    return (
        select(_next.id.label("next"), Meeting.id.label("meeting"), Meeting.time_zone, thing.id.label("source"))
        .add_columns(*columns)
        .join(thing, thing.meeting_id == Meeting.id)
        .join(_next, _follows())
        .where(Meeting.phase == CLOSED, ~there)
        .order_by(_next.starts_at, _next.id)
    )


def _follows() -> Any:
    return (
        (_next.student_id == Meeting.student_id)
        & (_next.id != Meeting.id)
        & (_next.phase == PREWORK)
        & (_next.starts_at > Meeting.starts_at)
    )


def _today(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).date().isoformat()


def _follow_ups(connection: Connection, at: datetime, only: str | None) -> Iterator[Return]:
    """A promise once its day is over; what was left for another meeting, always."""
    query = _waiting(FollowUp, FollowUp.kind, FollowUp.what, FollowUp.due).where(
        FollowUp.done_at.is_(None), FollowUp.removed_at.is_(None)
    )
    if only is not None:
        query = query.where(FollowUp.id == only)
    for row in connection.execute(query):
        over = row.due is not None and row.due < _today(at, row.time_zone)
        if over or row.kind in {MEETING, NEXT_MEETING}:
            yield Return(row.next, CameFrom(row.source, agenda.FROM_FOLLOW_UP, row.meeting), row.what)


def _decisions(connection: Connection, at: datetime, only: str | None) -> Iterator[Return]:
    newest = (
        select(DecisionReview.state)
        .where(DecisionReview.decision_id == Decision.id)
        .order_by(DecisionReview.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = _waiting(
        Decision,
        Decision.question,
        Decision.action,
        Decision.outcome,
        Decision.deferred_until,
        Decision.sections,
        newest.label("review"),
    ).where(Decision.state == SETTLED)
    if only is not None:
        query = query.where(Decision.id == only)
    for row in connection.execute(query):
        until = row.deferred_until if row.outcome == DEFERRED else None
        put_off = until is not None and until <= _today(at, row.time_zone) and row.review in {None, ON_COURSE}
        if put_off or row.review in {BEHIND, NOT_DONE}:
            words = row.question or row.action
            source = CameFrom(row.source, agenda.FROM_DECISION, row.meeting)
            yield Return(row.next, source, words, _sections(connection, row.sections))


def _goals(connection: Connection, only: str | None) -> Iterator[Return]:
    """Goals of which the newest report says that they are not expected to be reached (300.324(b)(1)(ii)(A))."""
    query = (
        select(_next.id.label("next"), Meeting.id.label("meeting"), ProgressReport.goals)
        .join(ProgressReport, ProgressReport.meeting_id == Meeting.id)
        .join(_next, _follows())
        .where(Meeting.phase == CLOSED, ProgressReport.corrected_by.is_(None))
        .order_by(_next.starts_at, _next.id, ProgressReport.period, ProgressReport.number)
    )
    newest: dict[tuple[str, str, str], str] = {}
    for row in connection.execute(query):
        for one in row.goals:
            newest[row.next, row.meeting, one["goal"]] = one["outlook"]
    wanted = {key: goal_key(key[1], key[2]) for key, outlook in newest.items() if outlook == NOT_EXPECTED}
    there = set(
        connection.scalars(select(AgendaItem.came_from).where(AgendaItem.came_from.in_(sorted(set(wanted.values())))))
    )
    for (target, meeting, goal), key in wanted.items():
        if key not in there and only in {None, key}:
            yield Return(target, CameFrom(key, agenda.FROM_GOAL, meeting), goal, ("goals",))


def _sections(connection: Connection, document_ids: list[str]) -> tuple[str, ...]:
    rows = connection.scalars(select(Document.section).where(Document.id.in_(document_ids)).order_by(Document.position))
    return tuple(rows)
