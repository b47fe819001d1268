"""Reads what is missing of meetings, one read at a time for each, however many ask and however often."""

import asyncio
from collections.abc import Awaitable, Callable, Container

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.journal.snapshot import Damaged

log = structlog.get_logger()

AGAIN = 0.5  # seconds until a read that failed is tried again


class Reader:
    def __init__(self, read: Callable[[str], Awaitable[None]], wanted: Container[str]) -> None:
        """`read` reads one meeting; `wanted` holds the meetings that are still open."""
        self._read = read
        self._wanted = wanted
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def __contains__(self, meeting_id: object) -> bool:
        """Whether a meeting is being read."""
        return meeting_id in self._waiting

    def stop(self) -> None:
        for task in list(self._tasks.values()):
            task.cancel()

    def ask(self, meeting_id: str) -> "asyncio.Future[None]":
        """Done after a read that began after this call; cancelled when the meeting is closed before."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if meeting_id in self._waiting:
            self._waiting[meeting_id].append(future)
        else:
            self._waiting[meeting_id] = [future]
            self._tasks[meeting_id] = asyncio.create_task(self._work(meeting_id), name="catch-up")
        return future

    async def _work(self, meeting_id: str) -> None:
        waiting: list[asyncio.Future[None]] = []
        try:
            while self._waiting[meeting_id] and meeting_id in self._wanted:
                waiting, self._waiting[meeting_id] = self._waiting[meeting_id], []
                try:
                    await self._read(meeting_id)
                except (SQLAlchemyError, Damaged) as error:
                    log.error("entries of other nodes not read, trying again", error=type(error).__name__)
                    self._waiting[meeting_id] = waiting + self._waiting[meeting_id]
                    await asyncio.sleep(AGAIN)
                    continue
                for future in waiting:
                    if not future.done():
                        future.set_result(None)
        finally:
            del self._tasks[meeting_id]
            for future in [*waiting, *self._waiting.pop(meeting_id)]:
                future.cancel()  # those that were told take no notice
