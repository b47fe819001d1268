"""Check that nothing in the journals was changed: every chain, every snapshot, and what the tables say of meetings."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pycrdt import Doc
from sqlalchemy import Connection, Row, func, select, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import NullType

from server.documents.state_vector import read_state_vector
from server.documents.tree import read_tree
from server.documents.update import read_update
from server.journal import destroyed as ended
from server.journal import entry as journal_entry
from server.journal.checkpoints import checkpoints, departures, public_keys
from server.journal.entry import GENESIS, Author, fault
from server.journal.kinds import TEXT_KINDS
from server.journal.payload import update_of
from server.journal.replay import Replay
from server.storage.tables import Base, Document, Entry, Meeting, Snapshot


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


def verify(connection: Connection, meeting_id: str | None = None, keys: Mapping[str, bytes] | None = None) -> Report:
    """Check one meeting's journal, or all. Stops a meeting at its first bad entry, for nothing after it is certain.

    `keys`: public keys by id, from elsewhere, that signatures are held against. Without them those of the database
    are taken, to which whoever owns it can add.
    """
    report = Report()
    meetings = select(Meeting.id, Meeting.head_number, Meeting.head_hash).order_by(Meeting.created_at, Meeting.id)
    if meeting_id is not None:
        meetings = meetings.where(Meeting.id == meeting_id)
    try:
        with _any_bytes(connection):
            for meeting in connection.execute(meetings).all():
                report.meetings += 1
                found = _first_fault(connection, meeting, report, keys)
                if found is not None:
                    report.faults.append(found)
            if meeting_id is None:
                report.faults.extend(_orphans(connection))
                report.faults.extend(_damage(connection))
    except UnicodeError:
        # What SQLite says of a damaged schema quotes it, and its Python driver stumbles over that.
        report.faults.append(Fault("", 0, "the database file is damaged: it names what no honest server named"))
    return report


def _first_fault(
    connection: Connection, meeting: Any, report: Report, keys: Mapping[str, bytes] | None
) -> Fault | None:
    replay = Replay()
    try:
        return next(_check_meeting(connection, meeting, replay, report, keys), None)
    except (SQLAlchemyError, UnicodeError):
        raise
    except Exception:  # noqa: BLE001 - whoever changed it may have put anything there
        return Fault(meeting.id, 0, "what the database holds of it cannot be read")
    finally:
        replay.close()


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


def _check_meeting(
    connection: Connection, meeting: Any, replay: Replay, report: Report, keys: Mapping[str, bytes] | None
) -> Iterator[Fault]:
    if ended.is_destroyed(connection, meeting.id):
        yield from _check_destroyed(connection, meeting, replay, report, keys)
        return
    previous, number = GENESIS, 0
    rows = connection.execution_options(yield_per=1000).execute(
        _as_it_stands(Entry).where(Entry.meeting_id == meeting.id).order_by(Entry.number)
    )
    for row in rows:
        report.entries += 1
        number += 1
        if row.payload is None or row.salt is None:
            yield Fault(meeting.id, number, ended.MISSING, row.document_id)
            return
        try:
            entry = entry_of(row)
            problem = fault(entry, previous, number) or _derived(row) or replay.take(entry)
        except Exception:  # noqa: BLE001 - whoever changed it may have put anything there
            problem = "it cannot be read"
        if problem is not None:
            yield Fault(meeting.id, number, problem, row.document_id)
            return
        previous = entry.hash
    if (number, previous) != (meeting.head_number, bytes(meeting.head_hash)):
        if number == meeting.head_number:
            yield Fault(meeting.id, number, "the head's hash is not the last entry's")
        else:
            problem = f"the journal ends at {number}, but its head says {meeting.head_number}"
            yield Fault(meeting.id, min(number, meeting.head_number) + 1, problem)
    report.checkpoints += len(checkpoints(connection, meeting.id))
    for at, problem in departures(connection, meeting.id, public_keys(connection) if keys is None else keys):
        yield Fault(meeting.id, at, problem)
    for difference in replay.compare(connection, meeting.id):
        yield Fault(meeting.id, number, difference)
    yield from _check_documents(connection, meeting.id, report)


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


def _check_documents(connection: Connection, meeting_id: str, report: Report) -> Iterator[Fault]:
    """Replay each document and hold every snapshot against the replay at its number."""
    entries = connection.execution_options(yield_per=1000).execute(
        select(Entry.document_id, Entry.number, Entry.kind, Entry.payload)
        .where(Entry.meeting_id == meeting_id, Entry.kind.in_(sorted(TEXT_KINDS)))
        .order_by(Entry.document_id, Entry.number)
    )
    for document_id, rows in groupby(entries, key=lambda row: row.document_id):
        report.documents += 1
        snapshots = connection.execute(
            _as_it_stands(Snapshot).where(Snapshot.document_id == document_id).order_by(Snapshot.number)
        ).all()
        waiting = list(reversed(snapshots))
        doc: Doc[Any] = Doc()
        for row in rows:
            while waiting and waiting[-1].number < row.number:
                yield Fault(meeting_id, waiting.pop().number, "the snapshot is of no entry", document_id)
            try:
                doc.apply_update(update_of(row.kind, row.payload) or b"\x00\x00")
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt | SystemExit):
                    raise
                yield Fault(meeting_id, row.number, "its update cannot be applied", document_id)
                return
            if waiting and waiting[-1].number == row.number:
                problem = _wrong_snapshot(waiting.pop(), doc, report)
                if problem is not None:
                    yield Fault(meeting_id, row.number, problem, document_id)
        for snapshot in waiting:
            yield Fault(meeting_id, snapshot.number, "the snapshot is of no entry", document_id)


def _wrong_snapshot(snapshot: Row[Any], doc: Doc[Any], report: Report) -> str | None:
    report.snapshots += 1
    try:
        if hashlib.sha256(snapshot.state).digest() != bytes(snapshot.state_hash):
            return "the snapshot was changed"
        held: Doc[Any] = Doc()
        held.apply_update(snapshot.state)
        same = _clocks(held) == _clocks(doc) and _deletions(held) == _deletions(doc)
        same = same and read_tree(snapshot.state) == read_tree(doc.get_update())
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        same = False
    return None if same else "the snapshot is not what the journal replays to"


def _clocks(doc: Doc[Any]) -> object:
    # The bytes of two equal state vectors differ: the CRDT library writes its clients in any order.
    return read_state_vector(doc.get_state())


def _deletions(doc: Doc[Any]) -> object:
    return read_update(doc.get_update(doc.get_state())).deletes


def _derived(row: Row[Any]) -> str | None:
    update = update_of(row.kind, row.payload)
    sizes = (0, 0)
    if update is not None:
        read = read_update(update)
        sizes = (read.inserted, read.deleted)
    return None if (row.inserted, row.deleted) == sizes else "its sizes are not those of its text"


def _as_it_stands(table: type[Base]) -> Any:
    """A table's columns as the database gives them: SQLite may hold anything anywhere."""
    return select(*(type_coerce(column, NullType()).label(column.name) for column in table.__table__.columns))


def _orphans(connection: Connection) -> Iterator[Fault]:
    """Entries and snapshots that belong to nothing."""
    stray = connection.execute(
        select(Entry.meeting_id, func.min(Entry.number).label("number"))
        .where(Entry.meeting_id.not_in(select(Meeting.id)))
        .group_by(Entry.meeting_id)
    )
    for row in stray:
        yield Fault(row.meeting_id, row.number, "it belongs to no meeting")
    lost = connection.execute(
        select(Snapshot.document_id, Snapshot.number).where(Snapshot.document_id.not_in(select(Document.id)))
    )
    for row in lost:
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
