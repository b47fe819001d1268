"""A whole record of another installation, taken over: an equal meeting, its journal byte for byte, or nothing.

The tables are made by replaying the journal apart from this database, so that what an archive says can touch no other
meeting's rows; then everything is written in one transaction, and verified before that is committed.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from server.documents.update import read_update
from server.journal.archive import Opened
from server.journal.checkpoints import keep
from server.journal.entry import Entry as JournalEntry
from server.journal.kinds import EDIT, TEXT_KINDS
from server.journal.payload import update_of
from server.journal.replay import Replay
from server.journal.snapshot import load, put
from server.journal.transaction import row_of
from server.journal.verify import Report, verify
from server.journal.view import MEETING_TABLES
from server.storage.tables import (
    Access,
    Base,
    Client,
    Document,
    Entry,
    Meeting,
    Person,
    SigningKey,
    Student,
    now,
)

FORMAT = "roundtable record 1"
BATCH = 500


class NotEqual(Exception):
    """No equal meeting can be made of this archive here; nothing was written. The message says why."""


def import_record(connection: Connection, opened: Opened) -> Report:
    """Write the meeting of a sound archive, and verify it. The caller commits, or takes everything back where the
    report is not sound. Raises `NotEqual`.
    """
    record, entries = opened.record, opened.entries
    meeting_id = entries[0].meeting_id
    missing = [entry.number for entry in entries if not entry.salt]
    if missing:
        raise NotEqual(
            f"{len(missing)} of its {len(entries)} entries are withheld from whoever took it, the first is entry "
            f"{missing[0]}: an equal meeting takes the whole record (`roundtable export` makes such an archive)"
        )
    if record.get("format") != FORMAT or record.get("meeting") != meeting_id or not record.get("student"):
        raise NotEqual("its record.json is of an earlier version, or not of this meeting: take the archive again")
    _check_new(connection, meeting_id, {entry.document_id for entry in entries if entry.document_id})
    rows = _replayed(entries)
    try:
        _write_people(connection, record, rows)
        _write_rows(connection, meeting_id, rows, entries)
        _write_entries(connection, entries)
        _write_signatures(connection, opened)
        _write_beside(connection, record, entries)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).partition("\n")[0]
        raise NotEqual(f"something of it stands here already, or fits no table: {reason}") from error
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotEqual(f"its record.json cannot be read: {type(error).__name__} {error}") from error
    return verify(connection, meeting_id)


def _check_new(connection: Connection, meeting_id: str, documents: set[str]) -> None:
    if connection.execute(select(Meeting.id).where(Meeting.id == meeting_id)).first() is not None:
        raise NotEqual(f"meeting {meeting_id} is here already, and nothing of it was changed")
    for table in (Document.id, Entry.document_id):
        if connection.execute(select(table).where(table.in_(sorted(documents))).limit(1)).first() is not None:
            raise NotEqual("it has a document of another meeting that is here")


def _replayed(entries: list[JournalEntry]) -> dict[str, list[dict[str, Any]]]:
    replay = Replay()
    try:
        for entry in entries:
            try:
                problem = replay.take(entry)
            except Exception as error:
                raise NotEqual(f"entry {entry.number} ({entry.kind}) tells what cannot have been") from error
            if problem is not None:
                raise NotEqual(f"entry {entry.number}: {problem}")
        found = replay.rows(entries[0].meeting_id)
    finally:
        replay.close()
    if not found["meeting"]:
        raise NotEqual("its first entry tells of another meeting")
    return {name: list(rows.values()) for name, rows in found.items()}


def _write_people(connection: Connection, record: Mapping[str, Any], rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Whoever is not here yet, without any way to sign in: an administrator makes them a link."""
    student = record["student"]
    if student["id"] != rows["meeting"][0]["student_id"]:
        raise NotEqual("its record.json tells of another student than its journal")
    if student["birth_date"] is not None:
        date.fromisoformat(student["birth_date"])  # every page reckons with it
    _unless_here(
        connection,
        Student,
        {name: student[name] for name in ("id", "name", "birth_date", "grade", "school", "district")},
    )
    for person in record["people"]:
        _unless_here(connection, Person, {"id": person["id"], "name": person["name"], "locale": person["language"]})


def _unless_here(connection: Connection, table: type[Person] | type[Student], values: dict[str, Any]) -> None:
    known = connection.scalar(select(table.name).where(table.id == values["id"]))
    if known is None:
        connection.execute(insert(table).values(**values))
    elif known != values["name"]:
        raise NotEqual(f"{values['id']} is somebody else here")


def _write_rows(
    connection: Connection, meeting_id: str, rows: Mapping[str, list[dict[str, Any]]], entries: list[JournalEntry]
) -> None:
    for table in Base.metadata.sorted_tables:
        if table.name in {one.__tablename__ for one in MEETING_TABLES} and rows[table.name]:
            connection.execute(insert(table), rows[table.name])
    last = entries[-1]
    head = update(Meeting).where(Meeting.id == meeting_id)
    connection.execute(head.values(head_number=last.number, head_hash=last.hash))


def _write_entries(connection: Connection, entries: list[JournalEntry]) -> None:
    for start in range(0, len(entries), BATCH):
        connection.execute(insert(Entry), [_row(entry) for entry in entries[start : start + BATCH]])


def _row(entry: JournalEntry) -> dict[str, Any]:
    change = update_of(entry.kind, entry.payload)
    read = None if change is None else read_update(change)
    return row_of(entry, read.inserted if read else 0, read.deleted if read else 0)


def _write_signatures(connection: Connection, opened: Opened) -> None:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    for name in {one.key_id for one in opened.moments}:
        key = {"id": name, "public": opened.keys[name], "first_used": now(), "imported": True}
        connection.execute(dialect.insert(SigningKey).values(key).on_conflict_do_nothing())
    for one in opened.moments:
        keep(connection, one)


def _write_beside(connection: Connection, record: Mapping[str, Any], entries: list[JournalEntry]) -> None:
    """Snapshots, whose each Yjs client is, and who had the record before them."""
    clients: dict[tuple[str, int], str] = {}
    last: dict[str, int] = {}
    for entry in entries:
        if entry.kind in TEXT_KINDS and entry.document_id is not None:
            last[entry.document_id] = entry.number
        if entry.kind == EDIT and entry.document_id is not None:
            for client, ranges in read_update(entry.payload).ranges.items():
                if ranges:
                    clients.setdefault((entry.document_id, client), entry.author.person_id)
    for document_id, number in sorted(last.items()):
        put(connection, document_id, number, load(connection, document_id).state())
    if clients:
        told = [{"document_id": name, "client": client, "person_id": who} for (name, client), who in clients.items()]
        connection.execute(insert(Client), told)
    for access in record.get("accesses", []):
        names = ("id", "person_id", "role", "what", "detail")
        values = {name: access[name] for name in names}
        at = datetime.fromisoformat(access["at"])
        connection.execute(insert(Access).values(**values, meeting_id=entries[0].meeting_id, at=at))
