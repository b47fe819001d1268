"""Check that nothing in the journals was changed: every chain, every snapshot, and what the tables say of meetings."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from server.documents.update import read_update
from server.journal import apart, quick, replayed
from server.journal import destroyed as ended
from server.journal import entry as journal_entry
from server.journal.chain import Doubt
from server.journal.checkpoints import checkpoints, departures, public_keys
from server.journal.entry import GENESIS, Author, fault
from server.journal.payload import update_of
from server.journal.replay import Replay, as_it_stands
from server.storage.tables import Document, Entry, Meeting, Snapshot


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written. `number` is the journal entry's, or the snapshot's."""

    meeting_id: str
    number: int
    problem: str
    document_id: str | None = None


@dataclass(slots=True)
class Report:
    meetings: int = 0
    entries: int = 0
    documents: int = 0
    snapshots: int = 0
    checkpoints: int = 0
    destroyed: list[ended.Destroyed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults


def verify(
    connection: Connection,
    meeting_id: str | None = None,
    keys: Mapping[str, bytes] | None = None,
    *,
    chain: bool = False,
) -> Report:
    """Check one meeting's journal, or all. Stops a meeting at its first bad entry, for nothing after it is certain.

    `chain`: only that the entries are those that were written, each in its place, up to the head and as they were
    signed; not what they replay to, nor what SQLite itself says of its file.
    `keys`: public keys by id, from elsewhere, that signatures are held against. Without them those of the database
    are taken, to which whoever owns it can add.
    """
    report = Report()
    meetings = select(Meeting.id, Meeting.head_number, Meeting.head_hash).order_by(Meeting.created_at, Meeting.id)
    if meeting_id is not None:
        meetings = meetings.where(Meeting.id == meeting_id)
    try:
        with _any_bytes(connection):
            of_meetings = connection.execute(meetings).all()
            ends = apart.followed(connection, meeting_id) if chain else {}
            for meeting in of_meetings:
                report.meetings += 1
                found = _first_fault(connection, meeting, report, keys, chain, ends.get(meeting.id))
                if found is not None:
                    report.faults.append(found)
            if meeting_id is None:
                report.faults.extend(_orphans(connection))
            if meeting_id is None and not chain:
                report.faults.extend(_damage(connection))
    except UnicodeError:
        # What SQLite says of a damaged schema quotes it, and its Python driver stumbles over that.
        report.faults.append(Fault("", 0, "the database file is damaged: it names what no honest server named"))
    return report


def _first_fault(
    connection: Connection,
    meeting: Any,
    report: Report,
    keys: Mapping[str, bytes] | None,
    chain: bool,
    followed: tuple[int, bytes] | None,
) -> Fault | None:
    """`followed`: number and hash of its last entry, where its chain was found whole already."""
    replay = Replay()
    end: tuple[int, bytes] | Fault
    try:
        if ended.is_destroyed(connection, meeting.id):
            return next(_check_destroyed(connection, meeting, replay, report, keys), None)
        try:
            with _strict(connection):
                end = followed or quick.walk(connection, meeting.id, None if chain else replay.take)
        except Doubt:
            replay.close()
            replay = Replay()
            end = _walk(connection, meeting, None if chain else replay)
        if isinstance(end, Fault):
            report.entries += end.number
            return end
        report.entries += end[0]
        return next(_check_meeting(connection, meeting, end, None if chain else replay, report, keys), None)
    except (SQLAlchemyError, UnicodeError):
        raise
    except Exception:  # noqa: BLE001 - whoever changed it may have put anything there
        return Fault(meeting.id, 0, "what the database holds of it cannot be read")
    finally:
        replay.close()


@contextmanager
def _strict(connection: Connection) -> Iterator[None]:
    """What is no UTF-8 cannot be read for a while: SQLite's driver then reads twice as fast."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    before, driver.text_factory = driver.text_factory, str
    try:
        yield
    finally:
        driver.text_factory = before


@contextmanager
def _any_bytes(connection: Connection) -> Iterator[None]:
    """Where SQLite holds a text that is no UTF-8, its row is read all the same: it has to be named."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.text_factory = lambda data: data.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def _damage(connection: Connection) -> Iterator[Fault]:
    """What SQLite itself finds wrong in its file."""
    if connection.dialect.name == "sqlite":
        for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(10)"):
            if line != "ok":
                yield Fault("", 0, f"the database file is damaged: {line}")


def _walk(connection: Connection, meeting: Any, replay: Replay | None) -> tuple[int, bytes] | Fault:
    """Number and hash of the last entry, or the first that is wrong."""
    previous, number = GENESIS, 0
    rows = connection.execution_options(yield_per=1000).execute(
        as_it_stands(Entry).where(Entry.meeting_id == meeting.id).order_by(Entry.number)
    )
    for row in rows:
        number += 1
        if row.payload is None or row.salt is None:
            rows.close()
            return Fault(meeting.id, number, ended.MISSING, row.document_id)
        try:
            entry = entry_of(row)
            problem = fault(entry, previous, number)
            if problem is None and replay is not None:
                problem = _derived(row) or replay.take(entry)
        except Exception:  # noqa: BLE001 - whoever changed it may have put anything there
            problem = "it cannot be read"
        if problem is not None:
            rows.close()
            return Fault(meeting.id, number, problem, row.document_id)
        previous = entry.hash
    return number, previous


def _check_meeting(
    connection: Connection,
    meeting: Any,
    end: tuple[int, bytes],
    replay: Replay | None,
    report: Report,
    keys: Mapping[str, bytes] | None,
) -> Iterator[Fault]:
    number, previous = end
    if (number, previous) != (meeting.head_number, bytes(meeting.head_hash)):
        if number == meeting.head_number:
            yield Fault(meeting.id, number, "the head's hash is not the last entry's")
        else:
            problem = f"the journal ends at {number}, but its head says {meeting.head_number}"
            yield Fault(meeting.id, min(number, meeting.head_number) + 1, problem)
    report.checkpoints += len(checkpoints(connection, meeting.id))
    for at, problem in departures(connection, meeting.id, public_keys(connection) if keys is None else keys):
        yield Fault(meeting.id, at, problem)
    if replay is None:
        return
    for difference in replay.compare(connection, meeting.id):
        yield Fault(meeting.id, number, difference)
    for document_id in replayed.documents(connection, meeting.id):
        report.documents += 1
        found = replayed.check(connection, meeting.id, document_id)
        report.snapshots += found.snapshots
        for at, problem in found.faults:
            yield Fault(meeting.id, at, problem, document_id)


def _check_destroyed(
    connection: Connection, meeting: Any, replay: Replay, report: Report, keys: Mapping[str, bytes] | None
) -> Iterator[Fault]:
    """What is left of a record whose time had come: its chain, without what its entries held."""
    known = public_keys(connection) if keys is None else keys
    found: list[ended.Destroyed] = []
    problems = list(ended.check(connection, meeting, replay, known, found))
    report.entries += meeting.head_number
    report.checkpoints += len(checkpoints(connection, meeting.id))
    report.destroyed += found
    for number, problem in problems:
        yield Fault(meeting.id, number, problem)


def _derived(row: Row[Any]) -> str | None:
    update = update_of(row.kind, row.payload)
    sizes = (0, 0)
    if update is not None:
        read = read_update(update)
        sizes = (read.inserted, read.deleted)
    return None if (row.inserted, row.deleted) == sizes else "its sizes are not those of its text"


def _stray() -> Select[Any]:
    # From one meeting's first entry to the next one's: to look at every entry takes as long as a tenth of the chain.
    ids = select(func.min(Entry.meeting_id).label("id")).cte("ids", recursive=True)
    later = select(func.min(Entry.meeting_id)).where(Entry.meeting_id > ids.c.id).scalar_subquery()
    ids = ids.union_all(select(later).where(ids.c.id.is_not(None)))
    return (
        select(ids.c.id.label("meeting_id"), func.min(Entry.number).label("number"))
        .join(Entry, Entry.meeting_id == ids.c.id)
        .where(ids.c.id.not_in(select(Meeting.id)))
        .group_by(ids.c.id)
    )


_STRAY = _stray()
_LOST = select(Snapshot.document_id, Snapshot.number).where(Snapshot.document_id.not_in(select(Document.id)))


def _orphans(connection: Connection) -> Iterator[Fault]:
    """Entries and snapshots that belong to nothing."""
    for row in connection.execute(_STRAY):
        yield Fault(row.meeting_id, row.number, "it belongs to no meeting")
    for row in connection.execute(_LOST):
        yield Fault("", row.number, "the snapshot belongs to no document", row.document_id)


def entry_of(row: Row[Any]) -> journal_entry.Entry:
    """An entry from its table's row. Of one that was destroyed payload and salt are empty."""
    return journal_entry.Entry(
        row.meeting_id,
        row.number,
        row.kind,
        row.document_id,
        Author(row.author_id, row.author_role),
        row.time,
        bytes(row.payload or b""),
        bytes(row.salt or b""),
        bytes(row.payload_hash),
        bytes(row.prev_hash),
        bytes(row.hash),
    )
