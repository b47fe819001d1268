"""The SQL of the append path, compiled once for each engine."""

from typing import Any

from sqlalchemy import ARRAY, String, Table, bindparam, case, cast, func, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement, ColumnElement, Insert
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.sql.type_api import TypeEngine

from server.journal.kinds import TEXT_KINDS
from server.storage import tables

_meeting = tables.Base.metadata.tables["meeting"]
_document = tables.Base.metadata.tables["document"]
_participant = tables.Base.metadata.tables["participant"]
_entry = tables.Base.metadata.tables["entry"]
_client = tables.Base.metadata.tables["client"]

_head_time = (
    select(_entry.c.time)
    .where(_entry.c.meeting_id == _meeting.c.id, _entry.c.number == _meeting.c.head_number)
    .scalar_subquery()
)


def _given(name: str, **columns: ColumnElement[Any]) -> TableValuedAlias:
    """Rows that come as one array for each of their columns."""
    arrays = [cast(bindparam(key), ARRAY(_unbounded(column))) for key, column in columns.items()]
    return func.unnest(*arrays).table_valued(*columns, name=name).render_derived()


def _unbounded(column: ColumnElement[Any]) -> TypeEngine[Any]:
    """A cast to a bounded string would cut it off, where the column refuses it."""
    return String() if isinstance(column.type, String) else column.type


def _insert(table: Table) -> Insert:
    given = _given("given", **dict(table.c.items()))
    return insert(table).from_select(list(table.c.keys()), select(*given.c))


_moved = _given("moved", meeting_id=_meeting.c.id, new_number=_meeting.c.head_number, new_hash=_meeting.c.head_hash)
_rules = _meeting.c.phase, _meeting.c.editing_paused, _meeting.c.head_number, _meeting.c.head_hash, _head_time
_STATEMENTS: dict[str, ClauseElement] = {
    # FOR UPDATE makes one order of everything that changes a meeting; SQLite's BEGIN IMMEDIATE has done so already.
    "meeting": select(*_rules).where(_meeting.c.id == bindparam("meeting_id")).with_for_update(),
    # All meetings of a batch at once and in one order, so that two nodes can't wait for each other in a ring.
    "meetings": select(_meeting.c.id, *_rules)
    .where(
        _meeting.c.id.in_(select(_document.c.meeting_id).where(_document.c.id == func.any(bindparam("document_ids"))))
    )
    .order_by(_meeting.c.id)
    .with_for_update(),
    # What edits are held against besides, all in one look.
    "places": select(
        _document.c.id,
        _document.c.meeting_id,
        _document.c.section,
        _document.c.state,
        _participant.c.person_id,
        _participant.c.role,
    )
    .select_from(
        _document.outerjoin(
            _participant,
            (_participant.c.meeting_id == _document.c.meeting_id)
            & (_participant.c.person_id == func.any(bindparam("person_ids")))
            & _participant.c.removed_at.is_(None),
        )
    )
    .where(_document.c.id == func.any(bindparam("document_ids"))),
    "times": select(_meeting.c.id, _entry.c.time)
    .join(_entry, (_entry.c.meeting_id == _meeting.c.id) & (_entry.c.number == _meeting.c.head_number))
    .where(_meeting.c.id == func.any(bindparam("meeting_ids"))),
    "document": select(_document.c.meeting_id, _document.c.section, _document.c.state).where(
        _document.c.id == bindparam("document_id")
    ),
    # All that an edit is held against, in one look. Only where the whole database is locked already.
    "edit": select(
        _meeting.c.id,
        *_rules,
        _document.c.section,
        _document.c.state,
        _participant.c.role,
    )
    .select_from(
        _document.join(_meeting, _meeting.c.id == _document.c.meeting_id).outerjoin(
            _participant,
            (_participant.c.meeting_id == _meeting.c.id)
            & (_participant.c.person_id == bindparam("person_id"))
            & _participant.c.removed_at.is_(None),
        )
    )
    .where(_document.c.id == bindparam("document_id")),
    "role": select(_participant.c.role).where(
        _participant.c.meeting_id == bindparam("meeting_id"),
        _participant.c.person_id == bindparam("person_id"),
        _participant.c.removed_at.is_(None),
    ),
    "hash": select(_entry.c.hash).where(
        _entry.c.meeting_id == bindparam("meeting_id"), _entry.c.number == bindparam("number")
    ),
    # A document's text entries from a number on, that one without its payload.
    "since": select(
        _entry.c.number,
        _entry.c.kind,
        case((_entry.c.number > bindparam("number"), _entry.c.payload)),
        _entry.c.salt,
        _entry.c.payload_hash,
    )
    .where(
        _entry.c.document_id == bindparam("document_id"),
        _entry.c.number >= bindparam("number"),
        _entry.c.kind.in_([literal_column(f"'{kind}'") for kind in sorted(TEXT_KINDS)]),
    )
    .order_by(_entry.c.number),
    "client": select(_client.c.person_id).where(
        _client.c.document_id == bindparam("document_id"), _client.c.client == bindparam("client")
    ),
    "claim": insert(_client),
    "insert": insert(_entry),
    "head": update(_meeting)
    .where(_meeting.c.id == bindparam("meeting_id"))
    .values(head_number=bindparam("new_number"), head_hash=bindparam("new_hash")),
}
# PostgreSQL's way of `executemany`: one statement with an array for each column. What psycopg makes of `executemany`, a
# pipeline, leaves a session behind whose `idle_in_transaction_session_timeout` doesn't run.
_AT_ONCE: dict[str, ClauseElement] = {
    "claim": _insert(_client),
    "insert": _insert(_entry),
    "head": update(_meeting)
    .where(_meeting.c.id == _moved.c.meeting_id)
    .values(head_number=_moved.c.new_number, head_hash=_moved.c.new_hash),
}
_DIALECTS: dict[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}
_OF = {"sqlite": _STATEMENTS, "postgresql": {**_STATEMENTS, **_AT_ONCE}}
SQL = {
    name: {key: str(statement.compile(dialect=dialect)) for key, statement in _OF[name].items()}
    for name, dialect in _DIALECTS.items()
}
