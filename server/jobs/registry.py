"""This node among the others: it shows every few seconds that it lives."""

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from server.storage.clock import SECOND, clock
from server.storage.engine import Database
from server.storage.tables import Node

log = structlog.get_logger()

EVERY = 5.0  # seconds
LATELY = int(1.6 * EVERY * SECOND)  # microseconds


class Registry:
    def __init__(
        self, database: Database, node: str, missed: Callable[[], None], living: Callable[[set[str]], None]
    ) -> None:
        """`missed` is called when the others had given this node up: it was paused, or cut off, for too long.

        `living` is told every few seconds which other nodes have just shown that they live.
        """
        self._database = database
        self._node = node
        self._missed = missed
        self._living = living
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._register()
        self._task = asyncio.create_task(self._live(), name="registry")

    async def stop(self) -> None:
        """The row stays until what hangs on it has been seen to: who was here may be somewhere else in a moment."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _register(self) -> None:
        async with self._database.transaction() as session:
            await session.execute(delete(Node).where(Node.id == self._node))
            await session.execute(insert(Node).values(id=self._node, started_at=clock(), seen_at=clock()))

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                async with self._database.transaction() as session:
                    alive = update(Node).where(Node.id == self._node).values(seen_at=clock()).returning(Node.id)
                    known = await session.scalar(alive)
                    others = select(Node.id).where(Node.id != self._node, Node.seen_at > clock() - LATELY)
                    living = set(await session.scalars(others))
                if known is None:
                    log.warning("the other nodes had given this one up")
                    await self._register()
                    self._missed()
                self._living(living)
            except SQLAlchemyError as error:
                log.warning("the sign of life was not written", error=type(error).__name__)
