"""The tables that a journal tells of, made anew in memory, to be held against those of the database."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import StaticPool

from server.journal import effects
from server.journal.entry import Entry
from server.journal.kinds import CREATED, TEXT_KINDS
from server.journal.view import MEETING_TABLES
from server.storage import tables
from server.storage.tables import Base

# The journal's head is held against the chain itself.
LEFT_OUT = frozenset({"head_number", "head_hash"})


class Replay:
    """One meeting's rows, entry by entry."""

    def __init__(self) -> None:
        self._engine = create_engine("sqlite://", poolclass=StaticPool)
        self._connection = self._engine.connect()
        Base.metadata.create_all(self._connection, tables=[table.__table__ for table in MEETING_TABLES])  # type: ignore[misc]
        self._documents: set[str] = set()

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def take(self, entry: Entry) -> str | None:
        """Do what the entry tells. What is wrong with it, or None; raises whatever an effect raises on nonsense."""
        if (entry.number == 1) != (entry.kind == CREATED):
            return "the journal doesn't begin with the meeting"
        if entry.kind not in effects.EFFECTS:
            return self._text(entry)
        effects.apply(self._connection, entry)
        return self._text(entry) if entry.kind in TEXT_KINDS else None

    def _text(self, entry: Entry) -> str | None:
        document_id = entry.document_id or ""
        if entry.kind in TEXT_KINDS and document_id not in self._documents:
            known = select(tables.Document.id).where(tables.Document.id == document_id)
            if self._connection.execute(known).first() is None:
                return "its document was never created"
            self._documents.add(document_id)
        return None

    def rows(self, meeting_id: str) -> dict[str, dict[Any, dict[str, Any]]]:
        return {table.__tablename__: rows_of(self._connection, table, meeting_id) for table in MEETING_TABLES}

    def compare(self, connection: Connection, meeting_id: str) -> Iterator[str]:
        """One line for each table that does not say what the journal says."""
        for table in MEETING_TABLES:
            name = table.__tablename__.replace("_", " ")
            try:
                stored = rows_of(connection, table, meeting_id)
            except Exception:  # noqa: BLE001 - whoever changed it may have put anything there
                yield f"the table of {name}s cannot be read"
                continue
            told = rows_of(self._connection, table, meeting_id)
            if stored != told:
                yield f"{_first_difference(name, stored, told)} not what the journal says"


def rows_of(connection: Connection, table: type[Base], meeting_id: str) -> dict[Any, dict[str, Any]]:
    """A meeting's rows of one table by primary key, without the journal's head."""
    columns = [column for column in table.__table__.columns if column.name not in LEFT_OUT]
    keys = [column.name for column in table.__table__.primary_key]
    whose = table.__table__.c["id" if table is tables.Meeting else "meeting_id"]
    found = connection.execute(select(*columns).where(whose == meeting_id)).mappings()
    return {tuple(row[key] for key in keys): dict(row) for row in found}


def _first_difference(name: str, stored: dict[Any, dict[str, Any]], told: dict[Any, dict[str, Any]]) -> str:
    if stored.keys() != told.keys():
        return f"the {name}s are"
    for key, row in told.items():
        for column, value in row.items():
            if stored[key][column] != value:
                return f"a {name}'s {column.replace('_', ' ')} is"
    return f"the {name}s are"
