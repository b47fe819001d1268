"""Decisions as pages show them: each with its positions, the people it names and what it is linked to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.domain.decisions import (
    DISAGREE,
    DISSENT,
    MEMBERS,
    NEEDS_NOTICE,
    NOT_PRESENT,
    OPEN,
    SETTLED,
    missing_for_notice,
    missing_to_settle,
    seen_mark,
)
from server.domain.roles import ROLES
from server.journal.kinds import DECISION_CHANGED, DECISION_PROPOSED, DECISION_READ_BACK, DECISION_SETTLED
from server.journal.payload import read_facts
from server.storage.tables import Attendance, Comment, Decision, Entry, FollowUp, Participant, Person, Position, Thread

STEPS = (DECISION_PROPOSED, DECISION_CHANGED, DECISION_READ_BACK, DECISION_SETTLED)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the meeting, also when they have left it. `present`: came and has not left (None: nobody noted)."""

    person_id: str
    name: str
    role: str
    title: str
    color: int
    removed: bool
    present: bool | None

    @property
    def is_member(self) -> bool:
        """Whether they take positions."""
        return self.role in MEMBERS and not self.removed


@dataclass(frozen=True, slots=True)
class PositionView:
    row: Position
    member: Member
    noted_by: Member

    @property
    def is_own(self) -> bool:
        return self.row.noted_by == self.row.person_id

    @property
    def is_dissent(self) -> bool:
        return self.row.position in DISSENT

    @property
    def is_absence(self) -> bool:
        """Nothing but that somebody was not there."""
        return self.row.position == NOT_PRESENT and not self.row.words


@dataclass(frozen=True, slots=True)
class Answered:
    """A comment that a decision answers, or was proposed to answer."""

    thread_id: str
    author_id: str
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision. `positions`: dissent first, then in the order of roles and names; `waiting`: members without one.

    `comments` is how many threads are about it, `answers` which of the meeting's it answers.
    """

    row: Decision
    people: Mapping[str, Member]
    positions: Sequence[PositionView]
    waiting: Sequence[Member]
    follow_ups: Sequence[FollowUp]
    supersedes: Decision | None
    superseded_by: Decision | None
    answers: Sequence[Answered]
    comments: int

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def name(self) -> str:
        return f"D{self.row.ordinal}"

    @property
    def is_open(self) -> bool:
        return self.row.state == OPEN

    @property
    def is_settled(self) -> bool:
        return self.row.state == SETTLED

    @property
    def is_read_back(self) -> bool:
        """Its exact words, as they are now, are before everybody and not settled yet."""
        return self.is_open and self.row.read_back_revision == self.row.revision

    @property
    def seen(self) -> str:
        return seen_mark(self.row.revision, [_told(position.row) for position in self.positions])

    @property
    def missing(self) -> list[str]:
        return missing_to_settle(self._words())

    @property
    def missing_for_notice(self) -> list[int]:
        """Elements of the notice that it does not tell; none where no notice is due."""
        return missing_for_notice(self._words()) if self.row.outcome in NEEDS_NOTICE else []

    @property
    def has_disagreement(self) -> bool:
        return any(position.row.position == DISAGREE for position in self.positions)

    @property
    def absences(self) -> list[tuple[Member, list[Member]]]:
        """Who was not present, by who noted it."""
        found: dict[str, tuple[Member, list[Member]]] = {}
        for position in self.positions:
            if position.is_absence:
                found.setdefault(position.row.noted_by, (position.noted_by, []))[1].append(position.member)
        return list(found.values())

    def position_of(self, person_id: str) -> PositionView | None:
        return next((position for position in self.positions if position.row.person_id == person_id), None)

    def may_be_noted(self, person_id: str) -> bool:
        """Whether somebody else may note this member's position: they have not spoken for themselves."""
        position = self.position_of(person_id)
        return position is None or not position.is_own

    @property
    def absent(self) -> list[Member]:
        """Members who are not there and about whom nothing is noted: whoever settles may note that."""
        return [member for member in self.waiting if member.present is False]

    def _words(self) -> dict[str, Any]:
        return {column.name: getattr(self.row, column.name) for column in Decision.__table__.columns}


async def read_decisions(session: AsyncSession, meeting_id: str) -> list[DecisionView]:
    """Every decision of a meeting, the newest first."""
    rows = list(
        await session.scalars(
            select(Decision).where(Decision.meeting_id == meeting_id).order_by(Decision.ordinal.desc())
        )
    )
    people = await read_members(session, meeting_id)
    positions: dict[str, list[Position]] = {}
    for position in await session.scalars(select(Position).where(Position.meeting_id == meeting_id)):
        positions.setdefault(position.decision_id, []).append(position)
    follow_ups: dict[str, list[FollowUp]] = {}
    promised = (
        select(FollowUp)
        .where(FollowUp.meeting_id == meeting_id, FollowUp.decision_id.is_not(None), FollowUp.removed_at.is_(None))
        .order_by(FollowUp.created_at, FollowUp.id)
    )
    for follow_up in await session.scalars(promised):
        follow_ups.setdefault(follow_up.decision_id or "", []).append(follow_up)
    threads = await _threads(session, meeting_id)
    by_id = {row.id: row for row in rows}
    return [_view(row, people, positions.get(row.id, []), follow_ups.get(row.id, []), threads, by_id) for row in rows]


async def _threads(session: AsyncSession, meeting_id: str) -> list[tuple[Thread, Comment]]:
    """The meeting's threads, each with what was said first in it."""
    found: dict[str, tuple[Thread, Comment]] = {}
    rows = await session.execute(
        select(Thread, Comment)
        .join(Comment, Comment.thread_id == Thread.id)
        .where(Thread.meeting_id == meeting_id)
        .order_by(Comment.created_at, Comment.id)
    )
    for thread, comment in rows:
        found.setdefault(thread.id, (thread, comment))
    return list(found.values())


async def read_decision(session: AsyncSession, meeting_id: str, decision_id: str) -> DecisionView | None:
    """One decision of a meeting, or None when it has no such."""
    found = await read_decisions(session, meeting_id)
    return next((view for view in found if view.row.id == decision_id), None)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of how a decision came about. `action` are its words then, where the entry tells them."""

    kind: str
    number: int
    at: datetime
    author_id: str
    action: str | None


async def read_steps(session: AsyncSession, meeting_id: str, decision_id: str) -> list[Step]:
    """How a decision came about, from the journal: proposed, changed, read back, settled."""
    rows = await session.execute(
        select(Entry.kind, Entry.number, Entry.time, Entry.author_id, Entry.payload)
        .where(Entry.meeting_id == meeting_id, Entry.kind.in_(STEPS))
        .order_by(Entry.number)
    )
    steps = []
    for kind, number, time, author_id, payload in rows:
        about = read_facts(payload)
        if about["decision"] == decision_id:
            at = datetime.fromtimestamp(time / 1_000_000, UTC)
            action = about["words"]["action"] if "words" in about else None
            put_off = kind == DECISION_READ_BACK and about["revision"] is None
            steps.append(Step("put_off" if put_off else kind, number, at, author_id, action))
    return steps


async def read_members(session: AsyncSession, meeting_id: str) -> dict[str, Member]:
    """Everybody who has or had a seat, by person: in the order of their roles, then of their names."""
    stays = (
        await session.execute(
            select(Attendance.person_id, Attendance.left_at).where(
                Attendance.meeting_id == meeting_id, Attendance.removed_at.is_(None)
            )
        )
    ).all()
    here = {stay.person_id for stay in stays if stay.left_at is None}
    rows = await session.execute(
        select(Participant, Person.name)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.meeting_id == meeting_id)
    )
    seated = sorted(rows, key=lambda row: (ROLES.index(row.Participant.role), row.name.casefold(), row.Participant.id))
    return {
        seat.person_id: Member(
            seat.person_id,
            name,
            seat.role,
            seat.title,
            seat.color,
            seat.removed_at is not None,
            seat.person_id in here if stays else None,
        )
        for seat, name in seated
    }


def _view(
    row: Decision,
    people: Mapping[str, Member],
    positions: Sequence[Position],
    follow_ups: Sequence[FollowUp],
    threads: Sequence[tuple[Thread, Comment]],
    by_id: Mapping[str, Decision],
) -> DecisionView:
    order = {person_id: index for index, person_id in enumerate(people)}
    views = [PositionView(position, people[position.person_id], people[position.noted_by]) for position in positions]
    views.sort(key=lambda view: (not view.is_dissent, view.row.position == NOT_PRESENT, order[view.row.person_id]))
    taken = {position.person_id for position in positions}
    waiting = [member for member in people.values() if member.is_member and member.person_id not in taken]
    return DecisionView(
        row,
        people,
        views,
        waiting,
        follow_ups,
        by_id.get(row.supersedes or ""),
        by_id.get(row.superseded_by or ""),
        [
            Answered(thread.id, first.author_id, first.text, first.lang)
            for thread, first in threads
            if thread.id == row.thread_id or thread.answered_by_decision == row.id
        ],
        sum(thread.decision_id == row.id for thread, _ in threads),
    )


def _told(position: Position) -> dict[str, Any]:
    return {
        "person_id": position.person_id,
        "position": position.position,
        "words": position.words,
        "noted_by": position.noted_by,
    }
