"""Destroying a record whose time has come: it loses what its entries held (34 CFR 300.624), which cannot be taken back.

Its chain stands, and its last entry says so.
"""

from datetime import date

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import Session as OrmSession

from server.domain import retention
from server.domain.errors import Refused
from server.domain.retention import CITATIONS, PERMANENT
from server.domain.roles import DESTROYED
from server.journal import kinds
from server.journal.destroyed import Destroyed, told_by
from server.journal.entry import Author
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.verify import entry_of
from server.journal.writer import Journal
from server.meeting.retention import Kept, administrator, read_kept
from server.storage import tables
from server.storage.engine import Database
from server.storage.tables import Destruction, Document, Entry, Meeting, Participant, Person, Student
from server.storage.tables.base import now
from server.storage.wipe import wipe

PURPOSE = "destruction"  # of the letters that inform the parents


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
    bare = {
        "name": "",
        "email": None,
        "password_hash": None,
        "password_opens": None,
        "locale": "en",
        "disabled_at": now(),
    }
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
