"""What a node wants to know of entries that it did not commit itself, and reading them from the database."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection, and_, case, select

from server.journal.entry import Entry, payload_hash
from server.journal.kinds import TEXT_KINDS
from server.journal.payload import update_of
from server.journal.snapshot import Damaged
from server.storage import tables

AT_ONCE = 1000  # entries in one read
MEETINGS_AT_ONCE = 5000


class News(NamedTuple):
    """An entry without its author and facts. `update` is its text's change, None where there is none or it is not at
    hand."""

    number: int
    kind: str
    document_id: str | None
    update: bytes | None
    prev_hash: bytes
    hash: bytes

    @property
    def incomplete(self) -> bool:
        """Whether the text that it brought has to be read from the database."""
        return self.update is None and self.kind in TEXT_KINDS


def news_of(entry: Entry) -> News:
    update = update_of(entry.kind, entry.payload)
    return News(entry.number, entry.kind, entry.document_id, update, entry.prev_hash, entry.hash)


def heads(connection: Connection, meeting_ids: Collection[str]) -> dict[str, tuple[int, bytes]]:
    """Number and hash of the newest entry of each of these meetings."""
    meeting, found = tables.Meeting, {}
    ids = list(meeting_ids)
    for start in range(0, len(ids), MEETINGS_AT_ONCE):
        some = select(meeting.id, meeting.head_number, meeting.head_hash).where(
            meeting.id.in_(ids[start : start + MEETINGS_AT_ONCE])
        )
        found.update({row.id: (row.head_number, row.head_hash) for row in connection.execute(some)})
    return found


def read_news(connection: Connection, meeting_id: str, after: int, document_ids: Iterable[str]) -> list[News]:
    """The meeting's entries after number `after`, in order, at most `AT_ONCE`; text only of these documents.

    Raises `Damaged` where a payload is not what its hash is of.
    """
    entry = tables.Entry
    wanted = and_(entry.kind.in_(sorted(TEXT_KINDS)), entry.document_id.in_(list(document_ids)))
    rows = connection.execute(
        select(
            entry.number,
            entry.kind,
            entry.document_id,
            case((wanted, entry.payload)).label("payload"),
            entry.salt,
            entry.payload_hash,
            entry.prev_hash,
            entry.hash,
        )
        .where(entry.meeting_id == meeting_id, entry.number > after)
        .order_by(entry.number)
        .limit(AT_ONCE)
    )
    found = []
    for row in rows:
        update = None
        if row.payload is not None:
            if payload_hash(row.salt, row.payload) != row.payload_hash:
                raise Damaged(f"entry {row.number} of {row.document_id}")
            update = update_of(row.kind, row.payload)
        found.append(News(row.number, row.kind, row.document_id, update, row.prev_hash, row.hash))
    return found
