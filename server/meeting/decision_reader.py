"""Decisions as pages show them: each with its positions, the people it names and what it is linked to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.domain.decisions import (
    DISAGREE,
    NEEDS_NOTICE,
    NOT_PRESENT,
    OPEN,
    SETTLED,
    missing_for_notice,
    missing_to_settle,
    seen_mark,
)
from server.domain.roles import LIVE, ROLES
from server.meeting.decision_steps import words_changed
from server.meeting.position_view import Member, PositionView, Taken, said_before
from server.storage.tables import (
    Attendance,
    Comment,
    Decision,
    FollowUp,
    Meeting,
    Participant,
    Person,
    Position,
    Thread,
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A comment that a decision answers, or was proposed to answer.

    `document_id`, `created_role`: what its thread is on, and who began it; not everybody may be shown it.
    """

    thread_id: str
    document_id: str | None
    created_role: str
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

    @property
    def older(self) -> list[Member]:
        """Whose position is on other words than these."""
        return [position.member for position in self.positions if position.is_older]

    def position_of(self, person_id: str) -> PositionView | None:
        return next((position for position in self.positions if position.row.person_id == person_id), None)

    def may_be_noted(self, person_id: str) -> bool:
        """Whether somebody else may note this member's position: they have not spoken for themselves."""
        position = self.position_of(person_id)
        return position is None or not position.is_own

    def absent(self, settling: str) -> list[Member]:
        """Members who are not there and about whom nothing is noted. Whoever settles may note that, and is there."""
        return [member for member in self.waiting if member.present is False and member.person_id != settling]

    def _words(self) -> dict[str, Any]:
        return {column.name: getattr(self.row, column.name) for column in Decision.__table__.columns}


def read_decisions(session: Session, meeting_id: str, *where: ColumnElement[bool]) -> list[DecisionView]:
    """The decisions of a meeting that `where` narrows down to (every one without), the newest first."""
    rows = list(
        session.scalars(
            select(Decision).where(Decision.meeting_id == meeting_id, *where).order_by(Decision.ordinal.desc())
        )
    )
    if not rows:
        return []
    by_id = {row.id: row for row in rows}

    # Of every decision what belongs to the meeting is read; of few, what belongs to them.
    def theirs(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return column.in_(list(by_id)) if where else column.is_not(None)

    people = read_members(session, meeting_id)
    positions: dict[str, list[Taken]] = {}
    taken = _TAKEN.where(theirs(Position.decision_id)) if where else _TAKEN
    for row_of_position in session.execute(taken, {"meeting": meeting_id}):
        position = Taken(*row_of_position)
        positions.setdefault(position.decision_id, []).append(position)
    changed = words_changed(session, meeting_id, (row.id for row in rows if row.revision > 1 and row.id in positions))
    follow_ups: dict[str, list[FollowUp]] = {}
    promised = (
        select(FollowUp)
        .where(FollowUp.meeting_id == meeting_id, theirs(FollowUp.decision_id), FollowUp.removed_at.is_(None))
        .order_by(FollowUp.created_at, FollowUp.id)
    )
    for follow_up in session.scalars(promised):
        follow_ups.setdefault(follow_up.decision_id or "", []).append(follow_up)
    linked = {other for row in rows for other in (row.supersedes, row.superseded_by) if other} - by_id.keys()
    if linked:
        by_id |= {row.id: row for row in session.scalars(select(Decision).where(Decision.id.in_(linked)))}
    answers, comments = _threads(session, meeting_id, rows)
    return [
        _view(
            row,
            people,
            positions.get(row.id, []),
            changed.get(row.id),
            follow_ups.get(row.id, []),
            by_id,
            answers.get(row.id, []),
            comments.get(row.id, 0),
        )
        for row in rows
    ]


_MEETING: BindParameter[str] = bindparam("meeting")
_TAKEN = select(*(Position.__table__.c[name] for name in Taken._fields)).where(Position.meeting_id == _MEETING)


def read_read_back(session: Session, meeting_id: str) -> list[DecisionView]:
    """Those whose exact words are before everybody now, the newest first: of a meeting that is on, for the others'
    read-backs lead to nothing any more (`DecisionView.is_read_back`)."""
    is_on = exists().where(Meeting.id == Decision.meeting_id, Meeting.phase == LIVE)
    read_back = Decision.read_back_revision == Decision.revision
    return read_decisions(session, meeting_id, Decision.state == OPEN, read_back, is_on)


def _threads(
    session: Session, meeting_id: str, rows: Sequence[Decision]
) -> tuple[dict[str, list[Answered]], dict[str, int]]:
    """By decision: the first words of each thread that it answers, and how many threads are about it."""
    wanted = {row.id for row in rows}
    raised: dict[str, list[str]] = {}
    for row in rows:
        if row.thread_id:
            raised.setdefault(row.thread_id, []).append(row.id)
    about: dict[str, tuple[Any, list[str]]] = {}
    comments: dict[str, int] = {}
    columns = select(
        Thread.id, Thread.decision_id, Thread.answered_by_decision, Thread.document_id, Thread.created_role
    )
    for thread in session.execute(columns.where(Thread.meeting_id == meeting_id)):
        if thread.decision_id in wanted:
            comments[thread.decision_id] = comments.get(thread.decision_id, 0) + 1
        answering = {*raised.get(thread.id, []), *({thread.answered_by_decision} & wanted)}
        if answering:
            about[thread.id] = thread, sorted(answering)
    answers: dict[str, list[Answered]] = {}
    if about:
        said = (
            select(Comment)
            .where(Comment.meeting_id == meeting_id, Comment.thread_id.in_(list(about)))
            .order_by(Comment.number)
        )
        for first in session.scalars(said):
            if first.thread_id not in about:
                continue  # not the first
            thread, decision_ids = about.pop(first.thread_id)
            one = Answered(thread.id, thread.document_id, thread.created_role, first.author_id, first.text, first.lang)
            for decision_id in decision_ids:
                answers.setdefault(decision_id, []).append(one)
    return answers, comments


def read_decision(session: Session, meeting_id: str, decision_id: str) -> DecisionView | None:
    """One decision of a meeting, or None when it has no such."""
    found = read_decisions(session, meeting_id, Decision.id == decision_id)
    return found[0] if found else None


def read_members(session: Session, meeting_id: str) -> dict[str, Member]:
    """Everybody who has or had a seat, by person: in the order of their roles, then of their names."""
    stays = (
        session.execute(
            select(Attendance.person_id, Attendance.left_at).where(
                Attendance.meeting_id == meeting_id, Attendance.removed_at.is_(None)
            )
        )
    ).all()
    here = {stay.person_id for stay in stays if stay.left_at is None}
    rows = session.execute(
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
    positions: Sequence[Taken],
    changed: datetime | None,
    follow_ups: Sequence[FollowUp],
    by_id: Mapping[str, Decision],
    answers: Sequence[Answered],
    comments: int,
) -> DecisionView:
    order = {person_id: index for index, person_id in enumerate(people)}
    views = [
        PositionView(position, people[position.person_id], people[position.noted_by], said_before(position, changed))
        for position in positions
    ]
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
        answers,
        comments,
    )


def _told(position: Taken) -> dict[str, Any]:
    return {
        "person_id": position.person_id,
        "position": position.position,
        "words": position.words,
        "noted_by": position.noted_by,
    }
