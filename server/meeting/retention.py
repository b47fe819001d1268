"""How long a meeting's record is kept, and what holds it: an administrator's acts, each an entry of the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session as OrmSession

from server.domain import retention
from server.domain.errors import Refused
from server.domain.readiness import PROFILES
from server.domain.retention import HOLDS, WAYS, Facts, Keeping
from server.domain.roles import ADMINISTRATOR, CLOSED, DESTROYED, PARENT, why_not
from server.journal import kinds
from server.journal.entry import Author
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.mail import Letter, Post
from server.meeting import clean
from server.storage.tables import Hold, Meeting, Participant, Person, Retention, Student
from server.storage.tables.base import new_id, now

PURPOSE = "destruction"  # of the letters that inform the parents


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as retention sees it; nothing of what is written in it."""

    meeting: Meeting
    student: Student
    facts: Facts
    keeping: Keeping
    noted: Retention | None
    holds: tuple[Hold, ...]

    def why_not_yet(self, today: date) -> list[str]:
        return retention.why_not_yet(self.facts, self.keeping, today)


def read_kept(session: OrmSession, meeting_id: str) -> Kept | None:
    """None for a meeting that is not, and for one whose record is gone."""
    row = session.execute(
        select(Meeting, Student, Retention)
        .join(Student, Student.id == Meeting.student_id)
        .outerjoin(Retention, Retention.meeting_id == Meeting.id)
        .where(Meeting.id == meeting_id, Meeting.phase != DESTROYED)
    ).one_or_none()
    if row is None:
        return None
    holds = session.scalars(select(Hold).where(Hold.meeting_id == meeting_id).order_by(Hold.put_at)).all()
    return _kept(*row, tuple(holds))


def _kept(meeting: Meeting, student: Student, noted: Retention | None, holds: tuple[Hold, ...]) -> Kept:
    ended = meeting.closed_at if meeting.phase == CLOSED else None
    ended = ended or max(meeting.starts_at, meeting.created_at)
    about = Facts(
        meeting.phase,
        ended.date(),
        _day(noted.left_on) if noted else None,
        _day(noted.asked_on) if noted else None,
        _day(noted.informed_on) if noted else None,
        sum(hold.lifted_at is None for hold in holds),
    )
    keeping = (PROFILES.get(meeting.profile) or PROFILES["federal"]).retention
    return Kept(meeting, student, about, keeping, noted, holds)


def list_kept(session: OrmSession, *, search: str = "", most: int = 2000) -> list[Kept]:
    """Records that stand, the longest ended first."""
    query = (
        select(Meeting, Student, Retention)
        .join(Student, Student.id == Meeting.student_id)
        .outerjoin(Retention, Retention.meeting_id == Meeting.id)
        .where(Meeting.phase != DESTROYED)
        .order_by(func.coalesce(Meeting.closed_at, Meeting.starts_at), Meeting.id)
        .limit(most)
    )
    if search:
        query = query.where(func.lower(Student.name).contains(search.lower(), autoescape=True))
    rows = session.execute(query).all()
    holds: dict[str, list[Hold]] = {}
    for hold in session.scalars(select(Hold).where(Hold.lifted_at.is_(None))):
        holds.setdefault(hold.meeting_id, []).append(hold)
    return [_kept(*row, tuple(holds.get(row[0].id, ()))) for row in rows]


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def administrator(transaction: Transaction, person_id: str, meeting_id: str, action: str) -> Author:
    """Who acts, if they run this installation.

    Raises `Refused`: "role" for anybody else, "phase" while the meeting is on, "conflict" once it is destroyed.
    """
    rules = transaction.rules(meeting_id)
    allowed = select(Person.id).where(
        Person.id == person_id, Person.is_administrator.is_(True), Person.disabled_at.is_(None)
    )
    if transaction.connection.execute(allowed).first() is None:
        raise Refused("role")
    reason = why_not(ADMINISTRATOR, action, rules.phase)
    if reason is not None:
        raise Refused(reason)
    return Author(person_id, ADMINISTRATOR)


async def put_hold(journal: Journal, person_id: str, meeting_id: str, kind: str, words: str) -> str:
    """The record may not be destroyed from now on. Returns the hold's id. Raises `Refused`."""
    clean.choice(kind, "kind", HOLDS)
    words = clean.text(words, "words", most=retention.MOST_WORDS)

    def act(transaction: Transaction) -> str:
        author = administrator(transaction, person_id, meeting_id, "hold_record")
        hold_id = new_id("ho")
        transaction.append(meeting_id, kinds.HELD, author, facts({"hold": hold_id, "kind": kind, "words": words}))
        return hold_id

    return await journal.act(act)


async def lift_hold(journal: Journal, person_id: str, meeting_id: str, hold_id: str, words: str) -> None:
    """`words`: why it is over. Raises `Refused`: "conflict" when it was lifted already."""
    words = clean.text(words, "words", most=retention.MOST_WORDS)

    def act(transaction: Transaction) -> None:
        author = administrator(transaction, person_id, meeting_id, "hold_record")
        hold = select(Hold.lifted_at).where(Hold.id == hold_id, Hold.meeting_id == meeting_id)
        row = transaction.connection.execute(hold).first()
        if row is None:
            raise Refused("not_found")
        if row.lifted_at is not None:
            raise Refused("conflict")
        transaction.append(meeting_id, kinds.HOLD_LIFTED, author, facts({"hold": hold_id, "words": words}))

    await journal.act(act)


async def note_left(journal: Journal, person_id: str, meeting_id: str, on: str) -> None:
    """When the student left the school. Raises `Refused`."""
    about = {"on": _past(on)}
    await journal.act(lambda transaction: _note(transaction, person_id, meeting_id, kinds.LEFT_SCHOOL, about))


async def note_asked(journal: Journal, person_id: str, meeting_id: str, on: str, words: str) -> None:
    """The parents asked that the record be destroyed (34 CFR 300.624(b)). `words`: who, and how. Raises `Refused`."""
    about = {"on": _past(on), "words": clean.text(words, "words", most=retention.MOST_WORDS)}
    await journal.act(lambda transaction: _note(transaction, person_id, meeting_id, kinds.DESTRUCTION_ASKED, about))


async def note_informed(
    journal: Journal,
    person_id: str,
    meeting_id: str,
    on: str,
    how: str,
    *,
    post: Post | None = None,
    letters: Mapping[str, Letter] = MappingProxyType({}),
) -> None:
    """The parents were informed that the record is needed no longer (34 CFR 300.624(a)). Raises `Refused`.

    `letters`, by person, go out with it through `post`: then they are informed by mail, and today.
    """
    how = "mail" if letters else clean.choice(how, "how", WAYS)
    day = now().date().isoformat() if letters else _past(on)

    def act(transaction: Transaction) -> None:
        author = administrator(transaction, person_id, meeting_id, "note_retention")
        about: dict[str, object] = {"on": day, "how": how}
        if post is not None and letters:
            about["mailings"] = [
                post.put_mailing(
                    transaction.connection, letter, meeting_id=meeting_id, author=author, person_id=to, purpose=PURPOSE
                )
                for to, letter in letters.items()
            ]
        transaction.append(meeting_id, kinds.PARENTS_INFORMED, author, facts(about))

    await journal.act(act)


def parents(session: OrmSession, meeting_id: str) -> list[Person]:
    """Who is told that the record is needed no longer."""
    return list(
        session.scalars(
            select(Person)
            .join(Participant, Participant.person_id == Person.id)
            .where(Participant.meeting_id == meeting_id, Participant.role == PARENT, Participant.removed_at.is_(None))
            .order_by(Person.id)
        )
    )


def _past(on: str) -> str:
    found = clean.day(on, "on", required=True) or ""
    if date.fromisoformat(found) > now().date():
        raise Refused("invalid", "on")
    return found


def _note(transaction: Transaction, person_id: str, meeting_id: str, kind: str, about: dict[str, str]) -> None:
    author = administrator(transaction, person_id, meeting_id, "note_retention")
    transaction.append(meeting_id, kind, author, facts(about))
