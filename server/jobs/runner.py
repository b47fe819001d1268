"""Runs the jobs: each at its own pace, each at one node at a time.

A new job is a function of a `Held` lease in the list that `server.app` gives to the runner.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server import metrics
from server.jobs.lease import Held, LeaseLost, claim, release_all
from server.journal.store import StorageUnavailable
from server.storage.engine import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """`every` so many seconds the node that has its lease calls `work`, which may take until the next time.

    `work` must bear to be cut off anywhere and begun again by another node, and `check` its lease in each transaction.
    `longest`: it may take so many seconds, twice `every` unless said. `due`: asked first, so that a job that seldom has
    anything to do writes nothing meanwhile.
    """

    name: str
    every: float
    work: Callable[[Held], Awaitable[None]]
    longest: float = 0
    due: Callable[[], Awaitable[bool]] | None = None

    @property
    def seconds(self) -> float:
        return self.longest or self.every * 2


class Runner:
    def __init__(self, database: Database, node: str, jobs: Sequence[Job]) -> None:
        self._database = database
        self._node = node
        self._jobs = jobs
        self._tasks: list[asyncio.Task[None]] = []
        self._holds = False

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._repeat(job), name=f"job {job.name}") for job in self._jobs]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not self._holds:
            return
        try:
            async with asyncio.timeout(1):
                await release_all(self._database, self._node)
        except (SQLAlchemyError, TimeoutError):
            pass  # they run out by themselves

    async def _repeat(self, job: Job) -> None:
        while True:
            await asyncio.sleep(job.every * random.uniform(0.8, 1.2))  # noqa: S311
            try:
                await self.run_once(job)
            except (SQLAlchemyError, StorageUnavailable, TimeoutError) as error:
                log.warning("a job could not be done, it is tried again", job=job.name, error=type(error).__name__)
            except Exception:
                log.exception("a job failed", job=job.name)

    async def run_once(self, job: Job) -> bool:
        """Do it now unless another node has the job. Whether it was done."""
        if job.due is not None and not await job.due():
            return False
        held = await claim(self._database, job.name, self._node, job.seconds * 1.25)
        if held is None:
            return False
        self._holds = True
        try:
            async with asyncio.timeout(job.seconds):
                await job.work(held)
        except LeaseLost:
            log.warning("another node has taken a job over", job=job.name)
            return False
        metrics.JOBS.labels(job=job.name).inc()
        return True
