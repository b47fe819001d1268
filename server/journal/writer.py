"""The journal's writer: group commit that adapts, and the acts of pages, one transaction after another.

A lone edit is committed at once; what arrives while a commit is in flight forms the next batch, and under load batches
keep a small distance. The writer pulls: a source (a room) says that it has something, and is asked for it when a batch
begins, so that everything typed until then is merged into one entry per author.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import Connection

from server import metrics
from server.journal.alarm import Alarm
from server.journal.checkpoint import Signer
from server.journal.entry import Entry
from server.journal.pace import Pace
from server.journal.reads import Reads
from server.journal.snapshot import Loaded, load
from server.journal.store import StorageUnavailable, Store, Unstorable, Write
from server.journal.thread import WorkerThread
from server.journal.transaction import Transaction
from server.storage.engine import Database

log = structlog.get_logger()
T = TypeVar("T")

RETRY_FIRST, RETRY_MOST = 0.1, 2.0  # seconds between tries while the database takes nothing


class Source(Protocol):
    """What has text to commit."""

    def take(self) -> Sequence[Write]:
        """Everything that waits, judged against what is committed now."""

    def settled(self, writes: Sequence[Write]) -> None:
        """These were committed or refused; called once for each `take` that gave any."""


class Journal:
    """The one door through which a meeting changes."""

    def __init__(self, database: Database, signer: Signer | None = None) -> None:
        """`signer` signs the moments that call for it; without one none is signed."""
        self._database = database
        self._store = Store(database, signer)
        self._thread = WorkerThread("journal")
        self._reads = Reads(database.sync)
        self._sources: dict[Source, None] = {}
        self._acts: list[tuple[Callable[[Transaction], Any], asyncio.Future[Any]]] = []
        self._due = 0  # so many of them are to be run now
        self._loop: asyncio.Task[None] | None = None
        self._stopping = self._stopped = False
        self._pace = Pace()
        self._alarm = Alarm(self._pace)
        self.committed: list[Callable[[Sequence[Entry]], None]] = []  # told of what acts appended
        self.edited: list[Callable[[Sequence[Entry]], None]] = []  # of edits, once their rooms were
        self.stuck: list[Callable[[bool], None]] = []
        self.is_stuck = False

    async def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="journal")

    async def stop(self) -> None:
        """Commit what waits, then end. While the database takes nothing, what waits is given up: it was never acked."""
        self._stopping = self._alarm.hurried = True
        self._alarm.ring()
        self._alarm.sooner()
        if self._loop is not None:
            await self._loop
        self._stopped = True
        self._thread.submit(self._store.close)
        self._thread.stop()
        self._reads.stop()

    def request(self, source: Source) -> None:
        """Have `source` asked for its writes when the next batch begins."""
        self._sources[source] = None
        self._alarm.ring()

    async def act(self, function: Callable[[Transaction], T]) -> T:
        """Run `function` in the writer's thread, in a transaction of its own, and commit what it appended and changed.

        Raises what `function` raises (then nothing was changed), or `StorageUnavailable`.
        """
        if self._stopping:
            raise StorageUnavailable("the server is stopping")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._acts.append((function, future))
        self._alarm.ring()
        return await future

    async def alone(self, function: Callable[[], T]) -> T:
        """Run `function` in the writer's thread, outside any transaction: nothing is written meanwhile."""
        return await self._thread.run(function)

    async def settle(self) -> None:
        """Returns when everything typed so far is committed and acked. Raises `StorageUnavailable`."""
        await self.act(lambda _transaction: None)

    async def load(self, document_id: str) -> Loaded:
        """A document's newest snapshot and the entries after it. Raises `LookupError` for an unknown document."""
        return await self.read(lambda connection: load(connection, document_id))

    async def load_state(self, document_id: str) -> bytes:
        """A document's whole committed state, as one Yjs v1 update."""
        return (await self.load(document_id)).state()

    def snapshot_soon(self, document_id: str, number: int, state: bytes) -> None:
        """Keep `state` as what the document is just after entry `number`. A failure only costs the next load time."""
        if not self._stopped:
            self._thread.submit(self._store.put_snapshot, document_id, number, state)

    async def _run(self) -> None:
        while not (self._stopping and not self._sources and not self._acts):
            await self._alarm.wait()
            # Acts asked for while this batch is under way come after the next, with what was typed before them.
            self._due = len(self._acts)
            if self._sources:
                await self._commit_edits()
            acts, self._acts = self._acts[: self._due], self._acts[self._due :]
            if self._acts:
                self._alarm.ring()
            for function, future in acts:
                await self._commit_act(function, future)
            if self._stopping:
                self._alarm.ring()

    async def _commit_edits(self) -> None:
        sources, self._sources = list(self._sources), {}
        taken: list[tuple[Source, Sequence[Write]]] = []
        for source in sources:
            with _NOT_TAKEN:
                if writes := source.take():
                    taken.append((source, writes))
        if not taken:
            return
        batch = [write for _, writes in taken for write in writes]
        started = time.monotonic()
        self._pace.began(started, len(batch))
        if not await self._until_stored(batch):
            return
        metrics.COMMIT_SECONDS.observe(time.monotonic() - started)
        entries = [write.entry for write in batch if write.entry is not None]
        metrics.ENTRIES.inc(len(entries))
        for source, writes in taken:
            with _NOT_SHOWN:
                source.settled(writes)
        for listener in self.edited:
            with _NOT_PASSED_ON:
                listener(entries)

    def heard(self, writes: int) -> None:
        """Another node has just stored so many edits of what is open here."""
        if self._pace.heard(time.monotonic(), writes):
            self._alarm.sooner()

    async def _until_stored(self, batch: list[Write]) -> bool:
        """Try until the database takes the batch. False when the server stops first: then nobody was told anything."""
        pause = RETRY_FIRST
        while True:
            try:
                with self._database.answered():
                    await self._thread.run(self._store.append, batch)
            except Unstorable:
                return await self._stored_apart(batch)
            except StorageUnavailable as error:
                log.error("edits not stored, trying again", error=str(error), writes=len(batch))
            except Exception:
                # A mistake of ours. Nobody is told "saved", readiness says so, and the other roads stay open.
                log.exception("edits not stored, trying again", writes=len(batch))
            else:
                self._say_stuck(False)
                return True
            metrics.COMMIT_FAILURES.inc()
            self._say_stuck(True)
            self._turn_acts_away()
            if self._stopping:
                return False
            await asyncio.sleep(pause)
            pause = min(pause * 2, RETRY_MOST)

    async def _stored_apart(self, batch: list[Write]) -> bool:
        """What the database cannot hold is refused, and holds up nothing of what else was written."""
        if len(batch) == 1:
            batch[0].undecided()
            batch[0].refusal = "invalid"
            return True
        for write in batch:
            if not await self._until_stored([write]):
                return False
        return True

    def _turn_acts_away(self) -> None:
        """Somebody looks at a page and waits: say so now, where text would go on waiting in its author's tab."""
        acts, self._acts, self._due = self._acts, [], 0
        for _, future in acts:
            _settle(future, error=StorageUnavailable("the database takes nothing just now"))

    async def _commit_act(self, function: Callable[[Transaction], T], future: asyncio.Future[T]) -> None:
        try:
            with self._database.answered():
                result, entries = await self._thread.run(self._store.perform, function)
        except StorageUnavailable as error:
            log.error("act not stored", error=str(error))
            _settle(future, error=error)
        except Exception as error:  # noqa: BLE001 - whatever the act raised is for who asked for it
            _settle(future, error=error)
        else:
            metrics.ENTRIES.inc(len(entries))
            for listener in self.committed:
                with _ACT_NOT_SHOWN:
                    listener(entries)
            _settle(future, result=result)

    # --- in a reader's thread ---

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run a short read in a reader's thread."""
        with self._database.answered():
            return await self._reads.read(function)

    def _say_stuck(self, stuck: bool) -> None:
        if stuck != self.is_stuck:
            self.is_stuck = stuck
            metrics.STORAGE_STUCK.set(stuck)
            for listener in self.stuck:
                listener(stuck)


class _Apart:
    """What goes wrong with one document must not end the writing of all."""

    __slots__ = ("_trouble",)

    def __init__(self, trouble: str) -> None:
        self._trouble = trouble

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> bool:
        # A panic of the CRDT library arrives as a BaseException of its own; what ends the process must go on doing so.
        if error is None or isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | asyncio.CancelledError):
            return False
        log.error(self._trouble, exc_info=error)
        return True


_NOT_TAKEN = _Apart("a document's edits could not be taken")
_NOT_SHOWN = _Apart("a document's edits are stored but could not be shown")
_NOT_PASSED_ON = _Apart("edits are stored but could not be passed on")
_ACT_NOT_SHOWN = _Apart("an act is stored but could not be shown")


def _settle(future: "asyncio.Future[T]", *, result: Any = None, error: BaseException | None = None) -> None:
    if future.done():  # the page that asked has gone; the act stands all the same
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
