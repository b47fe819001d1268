"""Rows of the tables, written by statements that are put together once for each table and not for each row."""

from functools import cache

from sqlalchemy import Connection, Insert, Update, bindparam, insert, update

from server.storage.tables import Base

ROW = "row_id"  # no column has that name


def add_row(connection: Connection, model: type[Base], **values: object) -> None:
    """A new row with these columns."""
    connection.execute(_insert(model), values)


def change_row(connection: Connection, model: type[Base], row_id: str | None, **values: object) -> int:
    """These columns of the row with this id. Returns how many rows have it: one or none."""
    return connection.execute(_update(model), {ROW: row_id, **values}).rowcount


@cache
def _insert(model: type[Base]) -> Insert:
    return insert(Base.metadata.tables[model.__tablename__])


@cache
def _update(model: type[Base]) -> Update:
    table = Base.metadata.tables[model.__tablename__]
    return update(table).where(table.c.id == bindparam(ROW))
