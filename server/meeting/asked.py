"""What is asked of somebody in all their meetings, each thing once: what the home page lists and leads to.

One query or two for each kind of thing, however many meetings there are. What a role may not do in a phase
(`server.domain.roles`) is never asked of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, exists, func, select
from sqlalchemy.orm import aliased

from server.domain import agenda, duties, excusals, messages, signing
from server.domain.amendments import OFFERED
from server.domain.decisions import SETTLED
from server.domain.meeting_notice import KINDS, NOTICE
from server.domain.notices import DRAFT, missing
from server.domain.readiness import PROFILES
from server.domain.roles import CASE_MANAGER, CLOSED, FAMILY, LEA_REPRESENTATIVE, PHASES, PREWORK, ROLES, may
from server.domain.sections import FINAL
from server.domain.sharing import is_shared, why_not_read
from server.meeting.comment_reader import FAMILY_SIDE
from server.meeting.rights import has_rights
from server.storage.tables import (
    Acknowledgment,
    AgendaItem,
    Amendment,
    AmendmentAnswer,
    Attendance,
    Comment,
    Decision,
    Document,
    Excusal,
    FollowUp,
    Mailing,
    Meeting,
    MeetingNotice,
    Message,
    Notice,
    NoticeAnswer,
    Opening,
    OwnWords,
    Participant,
    Person,
    Signoff,
    Student,
    Thread,
)

INVITATION, READ_DRAFT, OWN_WORDS, DUTIES, FOLLOW_UP = "invitation", "read_draft", "own_words", "duties", "follow_up"
NOTICE_APPROVAL, SIGNATURES, COMMENTS, EXCUSAL = "notice_approval", "signatures", "comments", "excusal"
MESSAGE, ANSWER, AMENDMENT = "message", "answer", "amendment"
EXCUSAL_INPUT, PROPOSED_ITEMS, OPEN_DECISIONS = "excusal_input", "proposed_items", "open_decisions"
MOST = 100  # of one kind: who has more begins with these


@dataclass(frozen=True, slots=True)
class Asked:
    """`day`: by when, where that was said. `about`: the thing's id. `words`: its own, where it has some. `name`: of
    the person it is about, where it is about one.

    `since`: when what waits for an answer was written.
    """

    kind: str
    meeting_id: str
    count: int = 1
    day: date | None = None
    about: str = ""
    words: str = ""
    since: datetime | None = None
    name: str = ""


class _Mine(NamedTuple):
    """The reader, and the query of their seats that all others are made of."""

    connection: Connection
    person_id: str

    def where(self, action: str, *columns: Any) -> Select[Any]:
        """Rows of meetings in which the reader may do `action` now."""
        allowed = [
            (Meeting.phase == phase) & Participant.role.in_(roles)
            for phase in PHASES
            if (roles := [role for role in ROLES if may(role, action, phase)])
        ]
        condition = allowed[0]
        for more in allowed[1:]:
            condition |= more
        return (
            select(Meeting.id, *columns)
            .join(Participant, Participant.meeting_id == Meeting.id)
            .where(Participant.person_id == self.person_id, Participant.removed_at.is_(None), condition)
            .limit(MOST)
        )

    def rows(self, query: Any) -> Any:
        return self.connection.execute(query)


def read_asked(connection: Connection, person_id: str) -> list[Asked]:
    """Everything that waits for this person, grouped by kind."""
    mine = _Mine(connection, person_id)
    return [asked for reader in _READERS for asked in reader(mine)]


def _invitations(mine: _Mine) -> Iterator[Asked]:
    told = exists().where(
        Mailing.meeting_id == Meeting.id, Mailing.person_id == mine.person_id, Mailing.purpose.in_(KINDS)
    )
    answered = exists().where(NoticeAnswer.meeting_id == Meeting.id, NoticeAnswer.person_id == mine.person_id)
    newest = (
        select(MeetingNotice.kind)
        .where(MeetingNotice.meeting_id == Meeting.id)
        .order_by(MeetingNotice.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    for row in mine.rows(mine.where("answer_notice").where(told, ~answered, newest == NOTICE)):
        yield Asked(INVITATION, row.id)


def _drafts(mine: _Mine) -> Iterator[Asked]:
    opened = exists().where(Opening.document_id == Document.id, Opening.person_id == mine.person_id)
    query = (
        mine.where("note_opening", func.count().label("unread"))
        .join(Document, Document.meeting_id == Meeting.id)
        .where(Document.kind == "section", Document.shared_number.is_not(None), ~opened)
        .group_by(Meeting.id)
    )
    for row in mine.rows(query):
        yield Asked(READ_DRAFT, row.id, row.unread)


def _own_words(mine: _Mine) -> Iterator[Asked]:
    given = exists().where(
        OwnWords.meeting_id == Meeting.id, OwnWords.person_id == mine.person_id, OwnWords.given_at.is_not(None)
    )
    for row in mine.rows(mine.where("edit_parent_input").where(Meeting.phase == PREWORK, ~given)):
        yield Asked(OWN_WORDS, row.id)


def _newest_closed() -> Any:
    """Of a student the last meeting that is over: what an earlier plan asked, asks nobody any more."""
    other = aliased(Meeting)
    later = exists().where(
        other.student_id == Meeting.student_id, other.phase == CLOSED, other.closed_at > Meeting.closed_at
    )
    return (Meeting.phase == CLOSED) & ~later


def _duties(mine: _Mine) -> Iterator[Asked]:
    final: dict[str, dict[str, int]] = {}
    query = (
        mine.where("acknowledge_duties", Document.id.label("document"), Document.sealed_number)
        .join(Document, Document.meeting_id == Meeting.id)
        .where(Document.section.in_(duties.SECTIONS), Document.state == FINAL, Document.sealed_number.is_not(None))
        .where(_newest_closed())
        .limit(MOST * len(duties.SECTIONS))
    )
    for row in mine.rows(query):
        final.setdefault(row.id, {})[row.document] = row.sealed_number
    read: dict[str, dict[str, int]] = {}
    acknowledged = (
        select(Acknowledgment.meeting_id, Acknowledgment.versions)
        .where(Acknowledgment.person_id == mine.person_id)
        .order_by(Acknowledgment.number)
    )
    for row in mine.rows(acknowledged):
        read[row.meeting_id] = dict(row.versions)
    for meeting_id, versions in final.items():
        seen = read.get(meeting_id, {})
        if any(seen.get(document) != number for document, number in versions.items()):
            yield Asked(DUTIES, meeting_id)


def _follow_ups(mine: _Mine) -> Iterator[Asked]:
    query = (
        mine.where("mark_follow_up", FollowUp.id.label("about"), FollowUp.due, FollowUp.what)
        .add_columns(Participant.role, Meeting.phase, Thread.created_role)
        .add_columns(Document.section, Document.shared_number, Document.held)
        .join(FollowUp, FollowUp.meeting_id == Meeting.id)
        .outerjoin(Thread, Thread.id == FollowUp.thread_id)
        .outerjoin(Document, Document.id == Thread.document_id)
        .where(FollowUp.owner_id == mine.person_id, FollowUp.done_at.is_(None), FollowUp.removed_at.is_(None))
        .order_by(FollowUp.due.is_(None), FollowUp.due)
    )
    for row in mine.rows(query):
        words = "" if _is_hidden(row, mine.person_id) else row.what
        day = date.fromisoformat(row.due) if row.due else None
        yield Asked(FOLLOW_UP, row.id, day=day, about=row.about, words=words)


def _is_hidden(row: Any, person_id: str) -> bool:
    """Whether it quotes a comment of the school's on a section that is not shared with the reader yet."""
    if row.section is None or row.created_role in FAMILY_SIDE:
        return False
    shared = is_shared(row.shared_number, row.held)
    return why_not_read(row.role, row.phase, row.section, person_id, shared=shared) is not None


def _notices(mine: _Mine) -> Iterator[Asked]:
    query = (
        mine.where("approve_notice", Notice.id.label("about"), Notice.parts, Notice.safeguards, Notice.contacts)
        .add_columns(Notice.takes_effect)
        .join(Notice, Notice.meeting_id == Meeting.id)
        .where(Notice.state == DRAFT)
    )
    for row in mine.rows(query):
        if not missing(row.parts, row.safeguards, row.contacts):
            day = date.fromisoformat(row.takes_effect) if row.takes_effect else None
            yield Asked(NOTICE_APPROVAL, row.id, day=day, about=row.about)


def _signatures(mine: _Mine) -> Iterator[Asked]:
    """That they were there, that they got their copy, and consent where the federal rules ask for it."""
    was_there = exists().where(
        Attendance.meeting_id == Meeting.id, Attendance.person_id == mine.person_id, Attendance.removed_at.is_(None)
    )
    query = (
        mine.where("sign_attendance", Participant.role, Meeting.profile, Meeting.purpose, Student.birth_date)
        .add_columns(was_there.label("was_there"))
        .join(Student, Student.id == Meeting.student_id)
        .where(_newest_closed())
    )
    signed: dict[str, set[str]] = {}
    mine_signed = select(Signoff.meeting_id, Signoff.kind).where(Signoff.person_id == mine.person_id)
    for row in mine.rows(mine_signed):
        signed.setdefault(row.meeting_id, set()).add(row.kind)
    for row in mine.rows(query):
        wanted = {signing.ATTENDED} if row.was_there else set()
        if may(row.role, "consent", CLOSED):
            wanted.add(signing.RECEIVED)
            if signing.consent_to(row.purpose) in signing.FEDERAL and has_rights(row.role, row.birth_date, row.profile):
                wanted.add(signing.CONSENT)
        if left := wanted - signed.get(row.id, set()):
            yield Asked(SIGNATURES, row.id, len(left))


def _messages(mine: _Mine) -> Iterator[Asked]:
    """To the case manager what nobody of the school has answered; to one of the family what they have not read."""
    later = aliased(Message)
    of_family = Message.author_role.in_(sorted(FAMILY))
    after = exists().where(
        later.meeting_id == Message.meeting_id,
        later.thread == Message.thread,
        later.number > Message.number,
        later.author_role.not_in(sorted(FAMILY)),
    )
    query = (
        mine.where("write_message", Message.thread, func.min(Message.written_at).label("since"))
        .add_columns(Meeting.profile, Meeting.time_zone)
        .join(Message, Message.meeting_id == Meeting.id)
        .where(Participant.role == CASE_MANAGER, of_family, ~after)
        .group_by(Meeting.id, Message.thread, Meeting.profile, Meeting.time_zone)
    )
    for row in mine.rows(query):
        profile = PROFILES.get(row.profile, PROFILES["federal"])
        day = messages.answer_due(profile, row.since.astimezone(ZoneInfo(row.time_zone)).date())
        yield Asked(MESSAGE, row.id, day=day, about=row.thread, since=row.since)
    unread = (
        mine.where("write_message")
        .join(Message, Message.meeting_id == Meeting.id)
        .where(Participant.role.in_(sorted(FAMILY)), Message.thread == mine.person_id, ~of_family)
        .where(Message.read_at.is_(None))
        .distinct()
    )
    for row in mine.rows(unread):
        yield Asked(ANSWER, row.id)


def _amendments(mine: _Mine) -> Iterator[Asked]:
    """Changes of a plan that were offered in exactly these words, and that the reader has not answered."""
    answered = exists().where(AmendmentAnswer.mark == Amendment.mark, AmendmentAnswer.person_id == mine.person_id)
    query = (
        mine.where("answer_amendment", Amendment.id.label("about"))
        .join(Amendment, Amendment.meeting_id == Meeting.id)
        .where(Amendment.state == OFFERED, ~answered)
    )
    for row in mine.rows(query):
        yield Asked(AMENDMENT, row.id, about=row.about)


def _comments(mine: _Mine) -> Iterator[Asked]:
    """Threads of the family's side in which nobody of the school has the last word."""
    later = aliased(Comment)
    last = ~exists().where(later.thread_id == Comment.thread_id, later.number > Comment.number)
    query = (
        mine.where("comment", func.count().label("waiting"))
        .join(Thread, Thread.meeting_id == Meeting.id)
        .join(Comment, Comment.thread_id == Thread.id)
        .where(Participant.role == CASE_MANAGER, Thread.state == "open", Thread.disposition.is_(None))
        .where(Thread.answered_by_decision.is_(None), Comment.author_role.in_(sorted(FAMILY_SIDE)), last)
        .group_by(Meeting.id)
    )
    for row in mine.rows(query):
        yield Asked(COMMENTS, row.id, row.waiting)


def _excusals(mine: _Mine) -> Iterator[Asked]:
    query = (
        mine.where("agree_excusal", Participant.role, Meeting.profile, Student.birth_date, Excusal.id.label("about"))
        .add_columns(Excusal.person_id, Excusal.kind, Excusal.parent_at, Excusal.lea_at, Excusal.input_at)
        .add_columns(Person.name.label("member"))
        .join(Student, Student.id == Meeting.student_id)
        .join(Excusal, Excusal.meeting_id == Meeting.id)
        .join(Person, Person.id == Excusal.person_id)
        .where(Excusal.revoked_at.is_(None))
    )
    for row in mine.rows(query):
        waits = {
            excusals.PARENT: row.parent_at is None and has_rights(row.role, row.birth_date, row.profile),
            excusals.LEA: row.lea_at is None and row.role == LEA_REPRESENTATIVE,
        }
        family = row.role in {"parent", "student"}
        if waits[excusals.PARENT if family else excusals.LEA]:
            yield Asked(EXCUSAL, row.id, about=row.about, name=row.member)
        if row.person_id == mine.person_id and row.kind == excusals.EXCUSED and row.input_at is None:
            yield Asked(EXCUSAL_INPUT, row.id, about=row.about)


def _proposed(mine: _Mine) -> Iterator[Asked]:
    query = (
        mine.where("manage_meeting", func.count().label("waiting"))
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(Meeting.phase != CLOSED, AgendaItem.state == agenda.PROPOSED, AgendaItem.removed_at.is_(None))
        .group_by(Meeting.id)
    )
    for row in mine.rows(query):
        yield Asked(PROPOSED_ITEMS, row.id, row.waiting)


def _deferred(mine: _Mine) -> Iterator[Asked]:
    """Decisions that were put off until a day, to be made by the reader."""
    query = (
        mine.where("read", Decision.id.label("about"), Decision.deferred_until, Decision.question)
        .join(Decision, Decision.meeting_id == Meeting.id)
        .where(Decision.deferred_to == mine.person_id, Decision.state == SETTLED, Decision.outcome == "deferred")
        .order_by(Decision.deferred_until)
    )
    for row in mine.rows(query):
        day = date.fromisoformat(row.deferred_until) if row.deferred_until else None
        yield Asked(OPEN_DECISIONS, row.id, day=day, about=row.about, words=row.question)


_READERS: tuple[Callable[[_Mine], Iterator[Asked]], ...] = (
    _invitations,
    _drafts,
    _own_words,
    _excusals,
    _signatures,
    _duties,
    _amendments,
    _notices,
    _messages,
    _comments,
    _proposed,
    _follow_ups,
    _deferred,
)
