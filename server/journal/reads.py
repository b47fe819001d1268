"""Short reads in a thread of their own. Those that wait at the same moment share a connection and a transaction.

Taking a connection, BEGIN and ROLLBACK cost as much as one small read, and on PostgreSQL three round trips more.
Whatever is taken together was asked for before its transaction began, so that nobody reads what was true before they
asked.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from server.journal.thread import WorkerThread, fail, succeed

T = TypeVar("T")
Asked = tuple[Callable[[Connection], Any], "asyncio.Future[Any]"]


class Reads:
    """One thread, and one connection of `engine` while there is something to read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked: deque[Asked] = deque()
        self._thread = WorkerThread("journal-read")

    async def read(self, function: Callable[[Connection], T]) -> T:
        """What `function` finds, or raises. It must not write."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._asked.append((function, future))
        self._thread.submit(self._read_all)
        return await future

    def stop(self) -> None:
        """Returns when all that was asked so far is answered."""
        self._thread.stop()

    def _read_all(self) -> None:
        asked = [self._asked.popleft() for _ in range(len(self._asked))]
        if not asked:
            return  # they went with others
        try:
            with self._engine.connect() as connection:
                while asked:
                    _read(connection, *asked.pop(0))
        except BaseException as error:  # noqa: BLE001 - it belongs to who asked, and the thread goes on
            for _, future in asked:
                fail(future, error)


def _read(connection: Connection, function: Callable[[Connection], T], future: "asyncio.Future[T]") -> None:
    try:
        found = function(connection)
    except BaseException as error:  # noqa: BLE001 - as above
        fail(future, error)
        connection.rollback()  # the next one's statements are not to fail of this one's
    else:
        succeed(future, found)
