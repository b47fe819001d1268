"""One entry of a meeting's journal: its canonical bytes and hashes. No I/O.

An entry commits to its payload through `payload_hash = SHA-256(salt || payload)`, so that a record destroyed under the
retention rules (34 CFR 300.624) can lose payload and salt while the chain still verifies. `hash` covers the hash before
it, so that nothing can be changed, taken out or put in without every later hash changing.
"""

import hashlib
import os
import struct
from collections.abc import Iterator
from typing import NamedTuple

VERSION = b"\x01"
GENESIS = bytes(32)
SALT_SIZE = 16


class Author(NamedTuple):
    """Who did it, as the authenticated connection said: an opaque person id and the role they had in that moment."""

    person_id: str
    role: str


class Entry(NamedTuple):
    """A journal entry as it is stored. `time` is microseconds since the Unix epoch; hashes are 32 bytes."""

    meeting_id: str
    number: int
    kind: str
    document_id: str | None
    author: Author
    time: int
    payload: bytes
    salt: bytes
    payload_hash: bytes
    prev_hash: bytes
    hash: bytes


def payload_hash(salt: bytes, payload: bytes) -> bytes:
    return hashlib.sha256(salt + payload).digest()


def commits_to(commitment: bytes, salt: bytes, payload: bytes) -> bool:
    """Whether this payload was sealed. The salt's size counts, or bytes could move between the two unseen."""
    return len(salt) == SALT_SIZE and payload_hash(salt, payload) == commitment


def entry_hash(
    prev_hash: bytes, number: int, kind: str, document_id: str | None, author: Author, time: int, payload_hash: bytes
) -> bytes:
    """SHA-256 over a version byte and the fields in order; texts are length-prefixed, so no two entries share bytes.

    A missing document is written as length 0xFFFF, which no id has.
    """
    return hashlib.sha256(
        b"".join(
            (
                VERSION,
                prev_hash,
                struct.pack(">Q", number),
                header(kind, document_id, author),
                struct.pack(">q", time),
                payload_hash,
            )
        )
    ).digest()


def header(kind: str, document_id: str | None, author: Author) -> bytes:
    """The texts of an entry, as they are hashed: the same in all that one person types into one document."""
    document = b"\xff\xff" if document_id is None else _text(document_id)
    return b"".join((_text(kind), document, _text(author.person_id), _text(author.role)))


def seal(
    prev_hash: bytes,
    meeting_id: str,
    number: int,
    kind: str,
    document_id: str | None,
    author: Author,
    time: int,
    payload: bytes,
) -> Entry:
    """The next entry of a chain whose head hash is `prev_hash`, with a fresh salt."""
    salt = os.urandom(SALT_SIZE)
    commitment = payload_hash(salt, payload)
    digest = entry_hash(prev_hash, number, kind, document_id, author, time, commitment)
    return Entry(meeting_id, number, kind, document_id, author, time, payload, salt, commitment, prev_hash, digest)


def fault(entry: Entry, prev_hash: bytes, number: int) -> str | None:
    """What is wrong with an entry that should follow `prev_hash` as `number`, in words, or None."""
    if entry.number != number:
        return f"number {number} is missing"
    if entry.prev_hash != prev_hash:
        return "does not follow the entry before it"
    if not commits_to(entry.payload_hash, entry.salt, entry.payload):
        return "its payload was changed"
    expected = entry_hash(
        prev_hash, number, entry.kind, entry.document_id, entry.author, entry.time, entry.payload_hash
    )
    return None if expected == entry.hash else "its fields or hash were changed"


def faults(entries: Iterator[Entry]) -> Iterator[tuple[Entry, str]]:
    """Every entry of one meeting, given in order, that breaks the chain."""
    previous = GENESIS
    for number, entry in enumerate(entries, start=1):
        if (problem := fault(entry, previous, number)) is not None:
            yield entry, problem
        previous = entry.hash


def _text(value: str) -> bytes:
    data = value.encode()
    if len(data) >= 0xFFFF:
        raise ValueError("a text in an entry's header is longer than 65,534 bytes")
    return struct.pack(">H", len(data)) + data
