"""The tables that a journal tells of, made anew in memory, to be held against those of the database."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, create_engine, select, type_coerce
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement
from sqlalchemy.types import NullType

from server.journal import effects
from server.journal.entry import Entry
from server.journal.kinds import CREATED, TEXT_KINDS
from server.journal.view import MEETING_TABLES
from server.storage import tables
from server.storage.tables import Base

# The journal's head is held against the chain itself.
LEFT_OUT = frozenset({"head_number", "head_hash"})
_DOCUMENT = select(tables.Document.id).where(tables.Document.id == bindparam("document"))


class Replay:
    """One meeting's rows, entry by entry."""

    def __init__(self) -> None:
        self._connection = _memory().connect()
        driver: Any = self._connection.connection.dbapi_connection
        driver.executescript(_schema())
        self._documents: set[str] = set()

    def close(self) -> None:
        self._connection.close()

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
            if self._connection.execute(_DOCUMENT, {"document": document_id}).first() is None:
                return "its document was never created"
            self._documents.add(document_id)
        return None

    def rows(self, meeting_id: str) -> dict[str, dict[Any, dict[str, Any]]]:
        return {table.__tablename__: rows_of(self._connection, table, meeting_id) for table in MEETING_TABLES}

    def compare(self, connection: Connection, meeting_id: str) -> Iterator[str]:
        """One line for each table that does not say what the journal says."""
        for table in MEETING_TABLES:
            name = table.__tablename__.replace("_", " ")
            # SQLite may hold anything anywhere, such as a truth that is 3: it has to be the very same there.
            raw = connection.dialect.name == "sqlite"
            try:
                stored = rows_of(connection, table, meeting_id, raw=raw)
            except Exception:  # noqa: BLE001 - whoever changed it may have put anything there
                yield f"the table of {name}s cannot be read"
                continue
            told = rows_of(self._connection, table, meeting_id, raw=raw)
            if stored != told:
                yield f"{_first_difference(name, stored, told)} not what the journal says"


def rows_of(
    connection: Connection, table: type[Base], meeting_id: str, *, raw: bool = False
) -> dict[Any, dict[str, Any]]:
    """A meeting's rows of one table by primary key, without the journal's head. `raw`: as the driver gives them."""
    keys = [column.name for column in table.__table__.primary_key]
    found = connection.execute(_statement(table, raw), {"meeting_id": meeting_id}).mappings()
    return {tuple(row[key] for key in keys): {name: _exact(value) for name, value in row.items()} for row in found}


@cache
def _statement(table: type[Base], raw: bool) -> Select[Any]:
    columns = [column for column in table.__table__.columns if column.name not in LEFT_OUT]
    whose = table.__table__.c["id" if table is tables.Meeting else "meeting_id"]
    wanted = [type_coerce(column, NullType()).label(column.name) for column in columns] if raw else columns
    return select(*wanted).where(whose == bindparam("meeting_id"))


def as_it_stands(table: type[Base]) -> Any:
    """A table's columns as the database gives them: SQLite may hold anything anywhere."""
    return select(*(type_coerce(column, NullType()).label(column.name) for column in table.__table__.columns))


def _exact(value: Any) -> Any:
    """1.0 is another value than 1."""
    return repr(value) if isinstance(value, float) else value


@cache
def _memory() -> Engine:
    """Each connection is an empty database of its own; what was compiled for one serves the next."""
    # One after the other, several threads may hold it.
    return create_engine("sqlite://", poolclass=NullPool, connect_args={"check_same_thread": False})


@cache
def _schema() -> str:
    made: list[str] = []
    for table in Base.metadata.sorted_tables:
        if table in {one.__table__ for one in MEETING_TABLES}:
            of_it: list[DDLElement] = [CreateTable(table), *(CreateIndex(index) for index in table.indexes)]
            made += (str(one.compile(_memory())) for one in of_it)
    return ";".join(made)


def _first_difference(name: str, stored: dict[Any, dict[str, Any]], told: dict[Any, dict[str, Any]]) -> str:
    if stored.keys() != told.keys():
        return f"the {name}s are"
    for key, row in told.items():
        for column, value in row.items():
            if stored[key][column] != value:
                return f"a {name}'s {column.replace('_', ' ')} is"
    return f"the {name}s are"
