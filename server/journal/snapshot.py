"""Snapshots: a document's whole state at an entry's number, so that opening it costs the tail and not the history."""

import hashlib
from dataclasses import dataclass
from typing import Any

from pycrdt import Doc
from sqlalchemy import BigInteger, Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from server.documents.merge import merge
from server.journal.entry import payload_hash
from server.journal.kinds import TEXT_KINDS
from server.journal.payload import update_of
from server.storage.tables import Document, Entry, Snapshot

EMPTY_UPDATE = b"\x00\x00"
LAST = 2**63 - 1  # no entry has a greater number

# Put together once: that is a good part of what opening a short document costs.
_NEWEST = (
    select(Snapshot.number, Snapshot.state, Snapshot.state_hash)
    .where(Snapshot.document_id == bindparam("document_id"), Snapshot.number <= bindparam("upto", type_=BigInteger))
    .order_by(Snapshot.number.desc())
    .limit(1)
)
_TAIL = (
    select(Entry.number, Entry.kind, Entry.payload, Entry.salt, Entry.payload_hash)
    .where(
        Entry.document_id == bindparam("document_id"),
        Entry.kind.in_(sorted(TEXT_KINDS)),
        Entry.number > bindparam("after", type_=BigInteger),
        Entry.number <= bindparam("upto", type_=BigInteger),
    )
    .order_by(Entry.number)
)
_KNOWN = select(Document.id).where(Document.id == bindparam("document_id"))


class Damaged(RuntimeError):
    """What is stored of a document is not what was written; `roundtable verify` names the entry."""


@dataclass(slots=True)
class Loaded:
    """A document as stored: `base` (the snapshot, or an empty update) and the `tail` of updates after it, in order.

    `number` is the last entry of the document that is in here, `snapshot_number` the snapshot's (0: none).
    """

    base: bytes
    tail: list[bytes]
    number: int
    snapshot_number: int

    @property
    def tail_bytes(self) -> int:
        return sum(map(len, self.tail))

    def document(self) -> Doc[Any]:
        """The document itself. Raises whatever pycrdt raises on bytes it can't read, panics included."""
        doc: Doc[Any] = Doc()
        if self.base != EMPTY_UPDATE:
            doc.apply_update(self.base)
        if self.tail:
            doc.apply_update(merge(self.tail))
        return doc

    def state(self) -> bytes:
        return self.base if not self.tail else self.document().get_update()


def due(tail_entries: int, tail_bytes: int, state_bytes: int) -> bool:
    """Whether a document whose tail has grown so far wants a new snapshot.

    The tail may grow with the state: however long the history, its snapshots add less than 512 bytes an entry.
    """
    return tail_entries >= 256 + state_bytes // 512 or tail_bytes >= 65_536 + 2 * state_bytes


def put(connection: Connection, document_id: str, number: int, state: bytes) -> None:
    """Store a snapshot unless that number has one. Two nodes may come to rest, and here, in the same moment."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    digest = hashlib.sha256(state).digest()
    row = {"document_id": document_id, "number": number, "state": state, "state_hash": digest}
    connection.execute(dialect.insert(Snapshot).values(row).on_conflict_do_nothing())


def load(connection: Connection, document_id: str, upto: int | None = None) -> Loaded:
    """The document just after entry `upto` (None: now).

    Raises `LookupError` for an unknown document, `Damaged` where the bytes are not those that their hashes are of.
    """
    about = {"document_id": document_id, "upto": LAST if upto is None else upto}
    row = connection.execute(_NEWEST, about).first()
    snapshot_number, base = (row.number, row.state) if row else (0, EMPTY_UPDATE)
    if row is not None and hashlib.sha256(base).digest() != row.state_hash:
        raise Damaged(f"snapshot {document_id} at {snapshot_number}")
    tail = []
    number = snapshot_number
    # The driver's own rows: thousands of SQLAlchemy's cost as much as reading them.
    written = connection.execute(_TAIL, {**about, "after": snapshot_number}).cursor
    for its, kind, payload, salt, commitment in written.fetchall() if written is not None else ():
        if payload_hash(salt, payload) != commitment:
            raise Damaged(f"entry {its} of {document_id}")
        update = update_of(kind, payload)
        if update is not None:
            tail.append(update)
            number = its
    if not number and connection.execute(_KNOWN, {"document_id": document_id}).first() is None:
        raise LookupError(document_id)
    return Loaded(base, tail, number, snapshot_number)
