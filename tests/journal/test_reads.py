"""Reads that wait at the same moment go together, see what was committed before they were asked for, and fail alone."""

import asyncio
import threading

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from server.storage.tables import Entry
from tests.support.desk import Desk


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(Entry)).scalar_one()


def transaction(connection: Connection) -> object:
    connection.execute(select(1))
    return connection.get_transaction()


class Door:
    """A read that stands in the way of the others until it is let go on."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, _connection: Connection) -> None:
        self.reached.set()
        assert self.open.wait(30)


async def test_who_waits_together_shares_a_transaction(desk: Desk) -> None:
    door = Door()
    first = asyncio.create_task(desk.journal.read(door))
    await asyncio.to_thread(door.reached.wait, 30)
    waiting = [asyncio.create_task(desk.journal.read(transaction)) for _ in range(5)]
    await asyncio.sleep(0)
    door.open.set()
    await first
    assert len(set(await asyncio.gather(*waiting))) == 1


async def test_what_was_committed_before_one_asked_is_read(desk: Desk) -> None:
    """Also while others' read is under way, whose transaction does not show it."""
    door = Door()

    def look(connection: Connection) -> int:
        found = count(connection)
        door(connection)
        return found

    early = asyncio.create_task(desk.journal.read(look))
    await asyncio.to_thread(door.reached.wait, 30)
    writer = desk.writer()
    for number in range(3):
        writer.write(f"{number}")
        await desk.journal.settle()
    late = asyncio.create_task(desk.journal.read(count))
    await asyncio.sleep(0)
    door.open.set()
    assert await late == await early + 3


async def test_what_fails_fails_alone(desk: Desk) -> None:
    door = Door()
    first = asyncio.create_task(desk.journal.read(door))
    await asyncio.to_thread(door.reached.wait, 30)

    def wrong(connection: Connection) -> None:
        connection.execute(text("SELECT nothing FROM nowhere"))

    def panic(_connection: Connection) -> None:
        raise BaseException("as the CRDT library does")  # noqa: TRY002

    waiting = [asyncio.create_task(desk.journal.read(function)) for function in (count, wrong, count, panic, count)]
    await asyncio.sleep(0)
    door.open.set()
    await first
    before, failed, between, panicked, after = await asyncio.gather(*waiting, return_exceptions=True)
    assert before == between == after
    assert isinstance(before, int)
    assert isinstance(failed, SQLAlchemyError)
    assert isinstance(panicked, RuntimeError)


async def test_without_a_database_everybody_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    first = asyncio.create_task(desk.journal.read(door))
    await asyncio.to_thread(door.reached.wait, 30)
    waiting = [asyncio.create_task(desk.journal.read(count)) for _ in range(3)]
    await asyncio.sleep(0)

    def lost() -> None:
        raise ConnectionError("no database")

    monkeypatch.setattr(desk.database.sync, "connect", lost)
    door.open.set()
    await first
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in found] == [ConnectionError] * 3
    monkeypatch.undo()
    assert await desk.journal.read(count) >= 0
