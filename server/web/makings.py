"""Files that are made while somebody looks on: how far each is, how to stop it, and the file until it is fetched.

Kept in memory for some minutes, that of the node or, where there are several, of Redis (`making_shelf`): nothing of a
student's is written to a disk, and a file that is lost with its node is made anew by one more tap.
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
from server.web.making_shelf import Shelf

log = structlog.get_logger()

KEPT = 15 * 60  # seconds after it was asked for
TOLD_EVERY = 0.5  # seconds, to the other nodes
BELIEVED = 10  # seconds for which they believe what they were told of work in progress
MOST_AT_ONCE = 2  # of one person, being made
MOST_BYTES = 200_000_000  # of all files that wait; the oldest go first

TOLD = ("meeting_id", "person_id", "wanted", "state", "done", "total")  # of a making, to the other nodes
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
    teller: "asyncio.Task[None] | None" = None

    def tell(self, done: int, total: int) -> None:
        """From any thread, as the work goes on. Raises `Stopped` where it shall not."""
        if self.stop.is_set():
            raise Stopped
        self.done, self.total = done, total


Work = Callable[[Making], Awaitable[bytes]]


class Makings:
    """Those that this node makes, or made and still keeps; with a shelf also those of other nodes."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._all: dict[str, Making] = {}
        self._shelf = shelf

    async def begin(self, meeting_id: str, person_id: str, wanted: str, work: Work) -> Making:
        """Goes on whoever looks. The same file asked for again here while it is made is that one.

        Raises `Refused("too_big", "makings")` for more than `MOST_AT_ONCE` on this node.
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
        if self._shelf is not None:
            await self._tell(self._shelf, made)
            made.teller = asyncio.get_running_loop().create_task(self._keep_telling(self._shelf, made))
        return made

    async def find(self, making_id: str, meeting_id: str, person_id: str) -> Making | None:
        """Who asked for it finds it, on whichever node."""
        self._sweep()
        made = self._all.get(making_id)
        if made is None and self._shelf is not None:
            told = await self._shelf.told(making_id)
            made = Making(making_id, **told) if told else None
        return made if made and (made.meeting_id, made.person_id) == (meeting_id, person_id) else None

    async def file(self, made: Making) -> bytes:
        """Nothing where it is not ready, or gone."""
        if made.state != READY or made.data or self._shelf is None:
            return made.data
        return await self._shelf.file(made.id)

    async def cancel(self, made: Making) -> None:
        """What it had made is gone when this returns, and here its work has ended; another node's ends in a moment."""
        if self._shelf is not None and made.id not in self._all:
            if made.state == WORKING:
                await self._shelf.ask_to_stop(made.id, KEPT)
            else:
                await self._shelf.drop(made.id)
                made.state = STOPPED
                await self._tell(self._shelf, made)
            return
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
            if made.teller is not None:
                await made.teller
        if self._shelf is not None:
            await self._shelf.close()

    async def _keep_telling(self, shelf: Shelf, made: Making) -> None:
        """Until it has ended: how far it is, to whoever asks another node. Its file goes where all find it."""
        while made.task is not None and not made.task.done():
            await asyncio.wait([made.task], timeout=TOLD_EVERY)
            if made.state == WORKING:
                if await shelf.is_to_stop(made.id):
                    await self.cancel(made)
                else:
                    await self._tell(shelf, made)
        if made.state != READY or await shelf.keep(made.id, made.data, KEPT):
            await self._tell(shelf, made)
            self._all.pop(made.id, None)

    async def _tell(self, shelf: Shelf, made: Making) -> None:
        told = {name: getattr(made, name) for name in TOLD}
        await shelf.tell(made.id, told, BELIEVED if made.state == WORKING else KEPT)

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
