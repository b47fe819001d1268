"""Who took which items of a document away, between two entries: the first whose update deleted them."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from server.documents.errors import Malformed
from server.documents.firsts import Firsts
from server.documents.update import read_update
from server.journal.kinds import TEXT_KINDS
from server.journal.payload import update_of
from server.storage.tables import Entry


class Removals:
    """What the entries after `after`, up to `upto`, took away."""

    def __init__(self, connection: Connection, document_id: str, after: int, upto: int) -> None:
        self._gone = Firsts()  # a client that comes back tells again of all that was deleted before
        rows = connection.execute(
            select(Entry.kind, Entry.author_id, Entry.payload)
            .where(
                Entry.document_id == document_id,
                Entry.kind.in_(sorted(TEXT_KINDS)),
                Entry.number > after,
                Entry.number <= upto,
                Entry.deleted > 0,
            )
            .order_by(Entry.number)
        )
        for kind, author_id, payload in rows:
            try:
                deletes = read_update(update_of(kind, payload) or b"\x00\x00").deletes
            except Malformed:
                continue  # `verify` names it
            for client, ranges in deletes.items():
                for start, end in ranges:
                    self._gone.note(client, start, end, author_id)

    def authors(self, client: int, clock: int, length: int) -> Iterator[tuple[int, str]]:
        """Of these items, (length, id of who took them away); "" for what stayed, or went at another time."""
        return self._gone.pieces(client, clock, length)
