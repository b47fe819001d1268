"""What nodes say on a meeting's topic, as bytes and back. No I/O.

A message is checked for its shape although only nodes make it: a newer version of the product may say other things.
"""

from collections.abc import Sequence

from server.journal.news import News
from server.sync.lib0 import Malformed, read_bytes, read_text, read_uint, sized, text, uint

ENTRIES, PRESENCE, EVERYBODY, HELLO = 1, 2, 3, 4
MOST_CARRIED = 32_768  # bytes of an update that travels with its number; larger ones are read from the database
MOST_ENTRIES = 10_000
MOST_DOCUMENTS = 1000
HASH = 32
TEXT_CARRIED, NO_TEXT = 1, 0


def topic_of(meeting_id: str) -> str:
    return f"meeting:{meeting_id}"


def meeting_of(topic: str) -> str | None:
    """The meeting whose topic this is."""
    kind, _, meeting_id = topic.partition(":")
    return meeting_id if kind == "meeting" and meeting_id else None


def entries(news: Sequence[News]) -> bytes:
    """Entries of one transaction, which follow each other."""
    first = news[0]
    parts = [bytes((ENTRIES,)), uint(first.number), first.prev_hash, uint(len(news))]
    for one in news:
        parts += (one.hash, text(one.kind), text(one.document_id or ""))
        if one.update is None or len(one.update) > MOST_CARRIED:
            parts.append(bytes((NO_TEXT,)))
        else:
            parts += (bytes((TEXT_CARRIED,)), sized(one.update))
    return b"".join(parts)


def read_entries(data: bytes) -> list[News]:
    """Raises `Malformed`."""
    number, at = read_uint(data, 1)
    prev_hash, at = _hash(data, at)
    count, at = read_uint(data, at)
    if count > MOST_ENTRIES:
        raise Malformed("too many entries in one message")
    found = []
    for place in range(count):
        digest, at = _hash(data, at)
        kind, at = read_text(data, at)
        document_id, at = read_text(data, at)
        carried, at = read_uint(data, at)
        update: bytes | None = None
        if carried == TEXT_CARRIED:
            update, at = read_bytes(data, at)
        found.append(News(number + place, kind, document_id or None, update, prev_hash, digest))
        prev_hash = digest
    _check_end(data, at)
    return found


def _hash(data: bytes, at: int) -> tuple[bytes, int]:
    if at + HASH > len(data):
        raise Malformed("the message ends inside a hash")
    return data[at : at + HASH], at + HASH


def presence(document_id: str, awareness: bytes, *, everybody: bool) -> bytes:
    """Awareness of people at the node that says it: what changed, or `everybody` there is."""
    return bytes((EVERYBODY if everybody else PRESENCE,)) + text(document_id) + sized(awareness)


def read_presence(data: bytes) -> tuple[str, bytes]:
    """Raises `Malformed`."""
    document_id, at = read_text(data, 1)
    awareness, at = read_bytes(data, at)
    _check_end(data, at)
    return document_id, awareness


def hello(document_ids: Sequence[str]) -> bytes:
    """These documents are open here now: who is in them elsewhere?"""
    return bytes((HELLO,)) + uint(len(document_ids)) + b"".join(map(text, document_ids))


def read_hello(data: bytes) -> list[str]:
    """Raises `Malformed`."""
    count, at = read_uint(data, 1)
    if count > MOST_DOCUMENTS:
        raise Malformed("too many documents in one message")
    found = []
    for _ in range(count):
        document_id, at = read_text(data, at)
        found.append(document_id)
    _check_end(data, at)
    return found


def _check_end(data: bytes, at: int) -> None:
    if at != len(data):
        raise Malformed("bytes are left over after the message")
