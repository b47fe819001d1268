"""How long a meeting's record is kept, what holds it, and destroying it: an administrator's acts.

Each is an entry of the record. Destroying takes away what all entries before it held (34 CFR 300.624), and cannot be
taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import Session as OrmSession

from server.domain import retention
from server.domain.errors import Refused
from server.domain.readiness import PROFILES
from server.domain.retention import CITATIONS, HOLDS, PERMANENT, WAYS, Facts, Keeping
from server.domain.roles import ADMINISTRATOR, CLOSED, DESTROYED, PARENT, why_not
from server.journal import kinds
from server.journal.destroyed import Destroyed, told_by
from server.journal.entry import Author
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.verify import entry_of
from server.journal.writer import Journal
from server.mail import Letter, Post
from server.meeting import clean
from server.storage import tables
from server.storage.engine import Database
from server.storage.tables import Destruction, Document, Entry, Hold, Meeting, Participant, Person, Retention, Student
from server.storage.tables.base import new_id, now
from server.storage.wipe import wipe

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


async def destroy_record(
    journal: Journal, database: Database, person_id: str, meeting_id: str, *, today: date, keep: bool = True
) -> int:
    """Destroy what the record of a meeting holds; returns how many entries lost their payloads.

    `keep`: the permanent record stays, of the student's last record too. Raises `Refused`: "conflict" with the field
    "rule" while the law does not allow it.
    """

    def act(transaction: Transaction) -> int:
        author = administrator(transaction, person_id, meeting_id, "destroy_record")
        if transaction.signer is None:
            raise Refused("not_found")  # nobody could know afterwards that it was not somebody else's doing
        with OrmSession(bind=transaction.connection) as session:
            kept = read_kept(session, meeting_id)
            if kept is None:
                raise Refused("not_found")
            if kept.why_not_yet(today):
                raise Refused("conflict", "rule")
            about = _told(transaction.connection, kept, keep=keep)
        _destroy(transaction, author, meeting_id, about)
        _forget_people(transaction.connection, kept.student.id, meeting_id, keep=keep)
        return transaction.entries[-1].number - 1

    count = await journal.act(act)
    await journal.alone(lambda: wipe(database))
    return count


def _told(connection: Connection, kept: Kept, *, keep: bool) -> dict[str, object]:
    counted = select(Entry.kind, func.count()).where(Entry.meeting_id == kept.meeting.id).group_by(Entry.kind)
    rule = retention.rule_of(kept.facts)
    until = retention.kept_until(kept.facts, kept.keeping)
    return {
        "rule": rule,
        "citation": CITATIONS[rule] if rule == retention.REQUEST else f"{CITATIONS[rule]}; {kept.keeping.citation}",
        "period_ended": until.isoformat() if until and rule == retention.PERIOD else None,
        "asked_on": kept.noted.asked_on if kept.noted else None,
        "informed_on": kept.noted.informed_on if kept.noted else None,
        "kinds": {row[0]: row[1] for row in connection.execute(counted)},
        "kept": list(PERMANENT) if keep else [],
        "student": kept.student.id,
        "starts_at": kept.meeting.starts_at.isoformat(),
        "created_at": kept.meeting.created_at.isoformat(),
        "time_zone": kept.meeting.time_zone,
        "profile": kept.meeting.profile,
    }


def _destroy(transaction: Transaction, author: Author, meeting_id: str, about: dict[str, object]) -> None:
    connection = transaction.connection
    documents = select(Document.id).where(Document.meeting_id == meeting_id)
    threads = select(tables.Thread.id).where(tables.Thread.meeting_id == meeting_id)
    connection.execute(delete(tables.Snapshot).where(tables.Snapshot.document_id.in_(documents)))
    connection.execute(delete(tables.Client).where(tables.Client.document_id.in_(documents)))
    connection.execute(delete(tables.ReadMark).where(tables.ReadMark.thread_id.in_(threads)))
    people = list(connection.scalars(select(Participant.person_id).where(Participant.meeting_id == meeting_id)))
    entry = transaction.append(meeting_id, kinds.DESTROYED, author, facts(about))
    connection.execute(insert(Destruction).values(meeting_id=meeting_id, number=entry.number, at=now()))
    transaction.finish()  # the database lets payloads go once it has the entry that says so
    connection.execute(
        update(Entry)
        .where(Entry.meeting_id == meeting_id, Entry.number < entry.number)
        .values(payload=None, salt=None, inserted=0, deleted=0)
    )
    for table in (
        tables.Access,
        tables.Attending,
        tables.Invitation,
        tables.Look,
        tables.MarkedMeeting,
        tables.Outbox,
        tables.SentenceMark,
        tables.Session,
    ):
        connection.execute(delete(table).where(table.meeting_id == meeting_id))
    _forget_guests(connection, people)


def _forget_guests(connection: Connection, people: list[str]) -> None:
    """Names and addresses of the family and its guests, where no other record has them in it."""
    elsewhere = select(Participant.person_id)
    gone = list(
        connection.scalars(
            select(Person.id).where(
                Person.id.in_(people),
                Person.id.not_in(elsewhere),
                Person.is_staff.is_(False),
                Person.is_administrator.is_(False),
            )
        )
    )
    connection.execute(delete(tables.Session).where(tables.Session.person_id.in_(gone)))
    connection.execute(delete(tables.Invitation).where(tables.Invitation.person_id.in_(gone)))
    connection.execute(delete(tables.WordImport).where(tables.WordImport.person_id.in_(gone)))
    bare = {"name": "", "email": None, "password_hash": None, "locale": "en", "disabled_at": now()}
    connection.execute(update(Person).where(Person.id.in_(gone)).values(bare))


def _forget_people(connection: Connection, student_id: str, meeting_id: str, *, keep: bool) -> None:
    """What is known of the student themselves goes with their last record, but for the permanent one."""
    others = select(Meeting.id).where(
        Meeting.student_id == student_id, Meeting.id != meeting_id, Meeting.phase != DESTROYED
    )
    if connection.execute(others.limit(1)).first() is not None:
        return
    bare: dict[str, str | None] = {"birth_date": None, "school": "", "district": ""}
    if not keep:
        bare |= {"name": "", "grade": ""}
    connection.execute(update(Student).where(Student.id == student_id).values(bare))


def read_end(connection: Connection, meeting_id: str) -> Destroyed | None:
    """How a record ended, or None for one that stands, and for a meeting that is not."""
    entry = Entry.__table__
    row = connection.execute(
        select(entry)
        .join(Destruction, (Destruction.meeting_id == entry.c.meeting_id) & (Destruction.number == entry.c.number))
        .where(entry.c.meeting_id == meeting_id)
    ).first()
    return None if row is None else told_by(entry_of(row))


def list_destroyed(session: OrmSession, *, search: str, most: int) -> list[tuple[Destroyed, Student, Person]]:
    """Records that were destroyed, newest first, with whose they were (as far as that was kept) and who did it."""
    entry = Entry.__table__
    query = (
        select(Destruction.meeting_id, Student, Person)
        .join(entry, (Destruction.meeting_id == entry.c.meeting_id) & (Destruction.number == entry.c.number))
        .join(Meeting, Meeting.id == Destruction.meeting_id)
        .join(Student, Student.id == Meeting.student_id)
        .join(Person, Person.id == entry.c.author_id)
        .order_by(Destruction.at.desc())
        .limit(most)
    )
    if search:
        query = query.where(func.lower(Student.name).contains(search.lower(), autoescape=True))
    found = []
    for meeting_id, student, person in session.execute(query):
        end = read_end(session.connection(), meeting_id)
        if end is not None:
            found.append((end, student, person))
    return found
