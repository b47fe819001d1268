"""Each document's text, replayed from its entries, and its snapshots held against the replay at their numbers."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pycrdt import Doc
from sqlalchemy import Connection, Row, bindparam, select

from server.documents.state_vector import read_state_vector
from server.documents.tree import read_tree
from server.documents.update import read_update
from server.journal.kinds import TEXT_KINDS
from server.journal.payload import update_of
from server.journal.replay import as_it_stands
from server.storage.tables import Entry, Snapshot

AT_ONCE = 2000  # updates applied in one transaction of a document
_OF_TEXT = Entry.meeting_id == bindparam("meeting"), Entry.kind.in_(sorted(TEXT_KINDS))
_DOCUMENTS = select(Entry.document_id).where(*_OF_TEXT).distinct().order_by(Entry.document_id)
_ENTRIES = (
    select(Entry.number, Entry.kind, Entry.payload)
    .where(*_OF_TEXT, Entry.document_id == bindparam("document"))
    .order_by(Entry.number)
)
_SNAPSHOTS = as_it_stands(Snapshot).where(Snapshot.document_id == bindparam("document")).order_by(Snapshot.number)


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many snapshots a document has, and what is wrong with it: at which number, and in words."""

    snapshots: int
    faults: list[tuple[int, str]]


def documents(connection: Connection, meeting_id: str) -> list[str]:
    """Ids of the documents that a meeting's entries are about."""
    return [row.document_id for row in connection.execute(_DOCUMENTS, {"meeting": meeting_id})]


def check(connection: Connection, meeting_id: str, document_id: str) -> Replayed:
    """Replay a document whose chain is whole."""
    which = {"meeting": meeting_id, "document": document_id}
    snapshots = connection.execute(_SNAPSHOTS, which).all()
    try:
        found = list(_check_document(connection, which, snapshots, AT_ONCE))
    except _NotApplied:
        found = list(_check_document(connection, which, snapshots, 1))
    return Replayed(len(snapshots), found)


class _NotApplied(Exception):
    """Among several updates there is one that no document takes."""


def _check_document(
    connection: Connection, which: dict[str, str], snapshots: Sequence[Row[Any]], at_once: int
) -> Iterator[tuple[int, str]]:
    """What is wrong with a document, at which number. Raises `_NotApplied` where `at_once` is more than one."""
    waiting = list(reversed(snapshots))
    doc: Doc[Any] = Doc()
    held: list[bytes] = []
    for number, kind, payload in connection.execution_options(yield_per=1000).execute(_ENTRIES, which):
        while waiting and waiting[-1].number < number:
            yield waiting.pop().number, "the snapshot is of no entry"
        held.append(update_of(kind, payload) or b"\x00\x00")
        is_here = bool(waiting) and waiting[-1].number == number
        if is_here or len(held) >= at_once:
            if not _apply(doc, held):
                if at_once > 1:
                    raise _NotApplied
                yield number, "its update cannot be applied"
                return
            held.clear()
        if is_here and (problem := _wrong_snapshot(waiting.pop(), doc)) is not None:
            yield number, problem
    if not _apply(doc, held):
        raise _NotApplied
    for snapshot in waiting:
        yield snapshot.number, "the snapshot is of no entry"


def _apply(doc: "Doc[Any]", updates: Sequence[bytes]) -> bool:
    """Whether the document took them all. In one transaction it is done in half the time."""
    try:
        with doc.transaction():
            for update in updates:
                doc.apply_update(update)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return False
    return True


def _wrong_snapshot(snapshot: Row[Any], doc: Doc[Any]) -> str | None:
    try:
        if hashlib.sha256(snapshot.state).digest() != bytes(snapshot.state_hash):
            return "the snapshot was changed"
        state = doc.get_update()
        if state == snapshot.state:
            return None
        held: Doc[Any] = Doc()
        held.apply_update(snapshot.state)
        same = _clocks(held) == _clocks(doc) and _deletions(held) == _deletions(doc)
        same = same and read_tree(snapshot.state) == read_tree(state)
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
