"""A whole chain, checked at the greatest speed plain Python allows. It says that all is well, or that it doubts.

On any doubt `server.journal.verify` walks the same entries one by one and names what is wrong: nothing is judged here.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, type_coerce
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import NullType

from server.documents.typed import typed_length
from server.documents.update import read_update
from server.journal.chain import AT_ONCE, SEALED, TEXTS, Doubt, Headers, follow
from server.journal.entry import GENESIS, Author
from server.journal.entry import Entry as JournalEntry
from server.journal.kinds import EDIT
from server.journal.payload import update_of
from server.storage.tables import Entry

_SQLITE: Any = sqlite.dialect(paramstyle="named")


def sizes(update: bytes) -> tuple[int, int]:
    """Characters that an update brings and takes out, as `read_update` counts them. Raises `Malformed`."""
    length = typed_length(update)
    if length is not None:
        return length, 0
    read = read_update(update)
    return read.inserted, read.deleted


def walk(
    connection: Connection, meeting_id: str, take: Callable[[JournalEntry], str | None] | None
) -> tuple[int, bytes]:
    """Number and hash of the last entry of a chain that is whole. Raises `Doubt`.

    `take` is told every entry but edits of documents it knows, and says what is wrong with it; None: the chain alone.
    """
    columns = (*SEALED, *TEXTS) if take is None else (*SEALED, *TEXTS, "inserted", "deleted")
    wanted = (type_coerce(Entry.__table__.c[name], NullType()).label(name) for name in columns)
    statement = select(*wanted).where(Entry.meeting_id == bindparam("meeting_id")).order_by(Entry.number)
    number, previous, headers = 0, GENESIS, Headers()
    known: set[str | None] = set()
    collecting = gc.isenabled()
    gc.disable()  # nothing here goes round in a circle, and looking for such takes a third of the time
    try:
        for rows in _batches(connection, statement, meeting_id):
            read = list(zip(*rows, strict=True))
            middles = headers.of(*read[len(SEALED) : len(SEALED) + len(TEXTS)])
            previous = follow(read[: len(SEALED)], middles, number, previous)
            if take is not None:
                _contents(meeting_id, rows, known, take)
            number += len(rows)
    except Exception as error:
        # Whoever changed it may have put anything there: a text that is no text, a number that is none.
        raise Doubt from error
    finally:
        if collecting:
            gc.enable()
    return number, previous


def _batches(connection: Connection, statement: Any, meeting_id: str) -> Iterator[Sequence[Any]]:
    """Rows as the driver gives them, a few at a time."""
    if connection.dialect.name != "sqlite":
        result = connection.execution_options(yield_per=AT_ONCE).execute(statement, {"meeting_id": meeting_id})
        yield from result.partitions(AT_ONCE)
        return
    cursor = connection.connection.cursor()  # past SQLAlchemy, whose rows cost as much as the hashes
    try:
        cursor.execute(str(statement.compile(dialect=_SQLITE)), {"meeting_id": meeting_id})
        while rows := cursor.fetchmany(AT_ONCE):
            yield rows
    finally:
        cursor.close()


def _contents(
    meeting_id: str, rows: Sequence[Any], known: set[str | None], take: Callable[[JournalEntry], str | None]
) -> None:
    """What an entry tells the tables, and the counts that stand beside it."""
    for row in rows:
        number, time, payload, salt, commitment, before, digest, kind, document_id, author_id, role, *counts = row
        if kind != EDIT or document_id not in known:
            author = Author(author_id, role)
            entry = JournalEntry(
                meeting_id, number, kind, document_id, author, time, payload, salt, commitment, before, digest
            )
            if take(entry) is not None:
                raise Doubt
            if kind == EDIT:
                known.add(document_id)
        update = payload if kind == EDIT else update_of(kind, payload)
        counted = (0, 0) if update is None else sizes(update)
        if counted != tuple(counts) or any(type(count) is not int for count in counts):
            raise Doubt
