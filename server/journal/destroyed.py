"""A record that was destroyed under the retention rules (34 CFR 300.624): what is left of its journal, and checking it.

Payloads and salts are gone; headers and hashes stay, so the chain verifies. The last entry says who destroyed it, when,
under which rule, and how many entries of each kind; its moment is signed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from server.journal import checkpoint, kinds
from server.journal.checkpoints import checkpoints, departures
from server.journal.entry import GENESIS, Author, Entry, commits_to, entry_hash
from server.journal.payload import read_facts
from server.journal.replay import Replay
from server.storage import tables

STILL_THERE = "its record was destroyed, and this entry still has its payload"
MISSING = "its payload is missing, and no entry says that it was destroyed"
# Beside the tables of the journal, and without a row of a record that is gone.
BESIDE = (
    tables.Access,
    tables.Invitation,
    tables.Look,
    tables.MarkedMeeting,
    tables.Outbox,
    tables.SentenceMark,
)
_LAST = (
    select(tables.Entry.number)
    .where(tables.Entry.meeting_id == bindparam("meeting"), tables.NO_EDIT, tables.Entry.kind == kinds.DESTROYED)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What the last entry tells. `by`: the administrator's id; `at`: ISO 8601; `kinds`: entries without payload."""

    meeting_id: str
    number: int
    by: str
    at: str
    rule: str
    citation: str
    kinds: dict[str, int]


def told_by(entry: Entry) -> Destroyed:
    """Raises `KeyError`, `ValueError` or `TypeError` for a payload that does not tell it."""
    about = read_facts(entry.payload)
    counted = {str(kind): int(count) for kind, count in about["kinds"].items()}
    at = datetime.fromtimestamp(entry.time / 1_000_000, UTC).isoformat(timespec="seconds")
    by = entry.author.person_id
    return Destroyed(entry.meeting_id, entry.number, by, at, str(about["rule"]), str(about["citation"]), counted)


def is_destroyed(connection: Connection, meeting_id: str) -> bool:
    """Whether the journal says so."""
    return connection.execute(_LAST, {"meeting": meeting_id}).first() is not None


def check(
    connection: Connection, meeting: Any, replay: Replay, keys: Mapping[str, bytes], found: list[Destroyed]
) -> Iterator[tuple[int, str]]:
    """What is wrong with a destroyed record, as entry number and problem; `found` gets what its last entry tells."""
    entry = tables.Entry.__table__
    rows = connection.execute(select(entry).where(entry.c.meeting_id == meeting.id).order_by(entry.c.number))
    previous, number = GENESIS, 0
    counted: Counter[str] = Counter()
    for row in rows:
        number += 1
        if found:
            yield number, "it comes after the end of its record"
            return
        try:
            problem = _wrong(row, previous, number)
            if problem is None and row.kind == kinds.DESTROYED:
                last = _entry(row)
                found.append(told_by(last))
                problem = replay.take(last)
                if found[0].kinds != counted:
                    problem = "it does not say what was destroyed: there are other entries before it"
        except Exception:  # noqa: BLE001 - whoever changed it may have put anything there
            problem = "it cannot be read"
        if problem is not None:
            yield number, problem
            return
        counted[row.kind] += 1
        previous = bytes(row.hash)
    if (number, previous) != (meeting.head_number, bytes(meeting.head_hash)):
        yield number, "the head is not the last entry"
    if not any(
        (one.number, one.reason) == (number, checkpoint.DESTROYED) for one in checkpoints(connection, meeting.id)
    ):
        yield number, "that the record was destroyed is not signed"
    yield from departures(connection, meeting.id, keys)
    for difference in replay.compare(connection, meeting.id):
        yield number, difference
    for table in BESIDE:
        if connection.execute(select(1).where(table.meeting_id == meeting.id).limit(1)).first() is not None:
            name = table.__tablename__.replace("_", " ")
            yield number, f"the record was destroyed, and the table of {name}s still tells of it"


def _wrong(row: Any, previous: bytes, number: int) -> str | None:
    author, commitment = Author(row.author_id, row.author_role), bytes(row.payload_hash)
    made = entry_hash(previous, number, row.kind, row.document_id, author, row.time, commitment)
    problem: str | None
    gone = row.payload is None and row.salt is None
    if row.number != number:
        problem = f"number {number} is missing"
    elif bytes(row.prev_hash) != previous:
        problem = "does not follow the entry before it"
    elif made != row.hash:
        problem = "its fields or hash were changed"
    elif row.inserted or row.deleted:
        problem = "its sizes are not those of its text"
    elif row.kind != kinds.DESTROYED:
        problem = None if gone else STILL_THERE
    else:
        problem = None if commits_to(commitment, bytes(row.salt), bytes(row.payload)) else "its payload was changed"
    return problem


def _entry(row: Any) -> Entry:
    author = Author(row.author_id, row.author_role)
    hashes = (bytes(row.payload_hash), bytes(row.prev_hash), bytes(row.hash))
    about = (row.meeting_id, row.number, row.kind, row.document_id, author, row.time)
    return Entry(*about, bytes(row.payload), bytes(row.salt), *hashes)
