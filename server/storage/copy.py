"""All rows of one database into another, batch by batch, and whether both then hold the same."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from server.storage.tables import Base, Meeting

BATCH = 1000
Progress = Callable[[str, int, int], None]  # table, rows copied so far, rows in all


class NotCopied(Exception):
    """A table's rows are not taken by the target; the message names the table and the reason."""


@dataclass(slots=True)
class Copied:
    """How many rows each table got, and where the two databases differ (nowhere, if all is well)."""

    rows: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)


def strangers(connection: Connection) -> set[str]:
    """Tables that are not this version's."""
    return set(inspect(connection).get_table_names()) - {*Base.metadata.tables, "alembic_version"}


def filled(connection: Connection) -> list[str]:
    """Our tables that hold a row."""
    there = set(inspect(connection).get_table_names())
    return [
        table.name
        for table in Base.metadata.sorted_tables
        if table.name in there and connection.execute(select(1).select_from(table).limit(1)).first()
    ]


def copy(source: Connection, target: Connection, progress: Progress) -> Copied:
    """Copy every table, then read both sides: rows, contents and every meeting's head. Raises `NotCopied`.

    The caller's transactions decide: `source` must show one moment throughout, and nothing stands in `target` until its
    transaction is committed.
    """
    copied = Copied()
    for table in Base.metadata.sorted_tables:
        wanted = _Digest()
        total = _count(source, table)
        progress(table.name, 0, total)
        for rows in _batches(source, table):
            wanted.add(rows)
            try:
                target.execute(insert(table), rows)
            except SQLAlchemyError as error:
                raise NotCopied(f"{table.name}: {str(getattr(error, 'orig', error)).partition(chr(10))[0]}") from error
            progress(table.name, wanted.rows, total)
        copied.rows[table.name] = wanted.rows
        found = _Digest()
        for rows in _batches(target, table):
            found.add(rows)
        if (_count(target, table), found.rows) != (total, wanted.rows):
            copied.differences.append(f"{table.name}: {wanted.rows} rows were read, {found.rows} are there")
        elif found.total != wanted.total:
            copied.differences.append(f"{table.name}: what was written is not what was read")
    copied.differences += _heads(source, target)
    return copied


class _Digest:
    """Of a table's rows in any order: the sum of each row's hash, for the engines sort differently."""

    def __init__(self) -> None:
        self.rows = self.total = 0

    def add(self, rows: list[dict[str, Any]]) -> None:
        self.rows += len(rows)
        for row in rows:
            plain = json.dumps(row, sort_keys=True, default=_plain, ensure_ascii=False).encode()
            self.total = (self.total + int.from_bytes(hashlib.sha256(plain).digest())) % (1 << 256)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(type(value).__name__)


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    result = connection.execute(select(table), execution_options={"yield_per": BATCH})
    for rows in result.mappings().partitions(BATCH):
        yield [dict(row) for row in rows]


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _heads(source: Connection, target: Connection) -> list[str]:
    """Meetings whose journals do not end alike."""
    heads = select(Meeting.id, Meeting.head_number, Meeting.head_hash)
    here, there = (
        {row.id: (row.head_number, bytes(row.head_hash)) for row in connection.execute(heads)}
        for connection in (source, target)
    )
    return [
        f"meeting {name}: its journal's head differs"
        for name in sorted({*here, *there})
        if here.get(name) != there.get(name)
    ]
