"""The database itself refuses to change or remove what stands in the journal."""

import pytest
from sqlalchemy.exc import DBAPIError

from tests.support.desk import Desk, open_desk

STATEMENTS = [
    "UPDATE entry SET payload = payload",
    "UPDATE entry SET author_id = 'p_other' WHERE number = 3",
    "UPDATE entry SET inserted = 0",
    "DELETE FROM entry",
    "DELETE FROM entry WHERE number = 2",
]


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_no_entry_is_changed_or_removed(desk: Desk, statement: str) -> None:
    before = desk.entries()
    with pytest.raises(DBAPIError, match="the journal is append-only"):
        desk.run(statement)
    assert desk.entries() == before


async def test_no_entry_is_replaced(desk: Desk) -> None:
    """SQLite's REPLACE deletes without a trigger unless told otherwise; PostgreSQL's upsert is an UPDATE."""
    before = desk.entries()
    columns = "meeting_id, number, kind, document_id, author_id, author_role, time"
    hashes = "payload, salt, payload_hash, prev_hash, hash, inserted, deleted"
    select = f"SELECT meeting_id, number, 'edit', document_id, author_id, author_role, time, {hashes} FROM entry"
    if desk.database.is_sqlite:
        statement = f"INSERT OR REPLACE INTO entry ({columns}, {hashes}) {select} WHERE number = 1"
    else:
        statement = (
            f"INSERT INTO entry ({columns}, {hashes}) {select} WHERE number = 1 "
            "ON CONFLICT (meeting_id, number) DO UPDATE SET kind = 'edit'"
        )
    with pytest.raises(DBAPIError, match="append-only"):
        desk.run(statement)
    assert desk.entries() == before


async def test_the_journal_is_not_emptied(postgres_url: str) -> None:
    """SQLite has no TRUNCATE."""
    async with open_desk(postgres_url) as desk:
        with pytest.raises(DBAPIError, match="append-only"):
            desk.run("TRUNCATE entry")
        assert desk.entries() != []


async def test_a_meeting_with_a_journal_is_not_removed(desk: Desk) -> None:
    with pytest.raises(DBAPIError):
        desk.run("DELETE FROM meeting")
