"""Files that are made while somebody looks on: how far each is, how to stop it, and the file until it is fetched.

Kept in the memory of one node, for some minutes: nothing of a student's is written anywhere else, and a file that is
lost with its node is made anew by one more tap.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.documents.errors import Malformed
from server.domain.errors import Refused
from server.journal.snapshot import Damaged
from server.journal.store import StorageUnavailable
from server.papers import NotPrinted
from server.storage.tables import new_id

log = structlog.get_logger()

KEPT = 15 * 60  # seconds after it was asked for
MOST_AT_ONCE = 2  # of one person, being made
MOST_BYTES = 200_000_000  # of all files that wait; the oldest go first

WORKING, READY, STOPPED, FAILED, TOO_BIG = "working", "ready", "stopped", "failed", "too_big"


class Stopped(Exception):
    """Somebody asked for the work to end."""


@dataclass(slots=True)
class Making:
    """`wanted`: which file of the meeting. `done` of `total` steps."""

    id: str
    meeting_id: str
    person_id: str
    wanted: str
    state: str = WORKING
    done: int = 0
    total: int = 1
    data: bytes = b""
    began: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)
    task: "asyncio.Task[None] | None" = None

    def tell(self, done: int, total: int) -> None:
        """From any thread, as the work goes on. Raises `Stopped` where it shall not."""
        if self.stop.is_set():
            raise Stopped
        self.done, self.total = done, total


Work = Callable[[Making], Awaitable[bytes]]


class Makings:
    def __init__(self) -> None:
        self._all: dict[str, Making] = {}

    def begin(self, meeting_id: str, person_id: str, wanted: str, work: Work) -> Making:
        """Goes on whoever looks. The same file asked for again while it is made is that one.

        Raises `Refused("too_big", "makings")` for more than `MOST_AT_ONCE`.
        """
        self._sweep()
        theirs = [one for one in self._all.values() if one.person_id == person_id and one.state == WORKING]
        for one in theirs:
            if (one.meeting_id, one.wanted) == (meeting_id, wanted):
                return one
        if len(theirs) >= MOST_AT_ONCE:
            raise Refused("too_big", "makings")
        made = Making(new_id("mk"), meeting_id, person_id, wanted)
        self._all[made.id] = made
        made.task = asyncio.get_running_loop().create_task(self._run(made, work))
        return made

    def get(self, making_id: str, meeting_id: str, person_id: str) -> Making | None:
        self._sweep()
        made = self._all.get(making_id)
        return made if made and (made.meeting_id, made.person_id) == (meeting_id, person_id) else None

    def of(self, meeting_id: str, person_id: str) -> list[Making]:
        """What somebody has here, the newest first."""
        self._sweep()
        return [
            one for one in reversed(self._all.values()) if (one.meeting_id, one.person_id) == (meeting_id, person_id)
        ]

    async def cancel(self, made: Making) -> None:
        """The work has ended when this returns; what it had made is gone."""
        if made.state == WORKING and made.task is not None:
            made.state = STOPPED
            made.stop.set()
            made.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await made.task
        made.data = b""
        if made.state == READY:
            made.state = STOPPED

    async def stop(self) -> None:
        for made in list(self._all.values()):
            await self.cancel(made)

    async def _run(self, made: Making, work: Work) -> None:
        try:
            data = await work(made)
        except (Stopped, asyncio.CancelledError):
            made.state = STOPPED
        except NotPrinted:
            made.state = TOO_BIG
        except (Refused, Damaged, Malformed, StorageUnavailable, SQLAlchemyError, OSError) as error:
            log.warning("a file could not be made", wanted=made.wanted, error=type(error).__name__)
            made.state = FAILED
        else:
            if made.state == WORKING:
                made.data, made.done, made.state = data, made.total, READY
        finally:
            if made.state == WORKING:  # a fault of ours: it is logged, and the page says that it failed
                made.state = FAILED

    def _sweep(self) -> None:
        waiting = sum(len(one.data) for one in self._all.values())
        for key, one in list(self._all.items()):
            if one.state == WORKING:
                continue
            if time.monotonic() - one.began > KEPT or waiting > MOST_BYTES:
                waiting -= len(one.data)
                del self._all[key]
