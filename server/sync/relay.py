"""Between nodes: what is committed here is said to the others, and what others committed is taken in, in order.

The bus is quick and may lose anything; the database knows all. So a hole in a meeting's numbers, a topic that has just
been followed, and a look at the heads every while (each second when the bus is silent) lead to one read of what is
missing, one at a time for each meeting. See `docs/decisions/several-nodes.md`.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server import metrics
from server.bus.base import Bus
from server.journal.entry import Entry
from server.journal.news import AT_ONCE, News, heads, news_of, read_news
from server.journal.writer import Journal
from server.sync import messages
from server.sync.lib0 import Malformed
from server.sync.liveness import Liveness
from server.sync.messages import meeting_of, topic_of
from server.sync.reader import Reader
from server.sync.stream import Diverged, Stream

log = structlog.get_logger()

PATIENCE = 0.15  # seconds that a hole may stand: entries of two nodes often overtake each other
QUICK, QUIET = 0.8, 8.0  # seconds between two looks at the database: without a bus, and with one
TOGETHER = 0.02  # seconds in which topics that are newly followed are gathered for one look


class House(Protocol):
    """What has the rooms."""

    def take_in(self, news: Iterable[News]) -> None:
        """Entries that others, or acts here, have committed, in their order."""

    def concerns(self, meeting_id: str, kinds: Iterable[str]) -> None:
        """Entries of these kinds were committed elsewhere: pages may read otherwise."""

    def has_open(self, document_id: str) -> bool:
        """Whether a document is in memory, or being read."""

    def documents_of(self, meeting_id: str) -> list[str]:
        """Those of them that are this meeting's."""

    def start_over(self, meeting_id: str) -> None:
        """What this node knows of a meeting is not what the database has."""


class Relay:
    def __init__(self, journal: Journal, bus: Bus, house: House, *, others: bool) -> None:
        """`others`: whether other processes may write to the database."""
        self._journal = journal
        self._bus = bus
        self._house = house
        self.others = others
        self.beside: list[Callable[[str, bytes, str], None]] = []  # gets what is said of a meeting beside entries
        self.looked: list[Callable[[], Coroutine[Any, Any, None]]] = []  # is called with each look at the database
        self._streams: dict[str, Stream] = {}
        self._reader = Reader(self._read, self._streams)
        self._new: set[str] = set()  # meetings whose topic is followed since a moment ago
        self._look_now = asyncio.Event()
        self._look_at_all = False
        self.liveness = Liveness(bus, self._look_now.set)
        self._tasks: list[asyncio.Task[None]] = []
        journal.committed.append(self._acted)
        journal.edited.append(self._edited)
        bus.received.append(self._received)
        bus.followed.append(self._followed)

    def start(self) -> None:
        if self.others:
            self._tasks.append(asyncio.create_task(self._watch(), name="relay"))
        self.liveness.start()

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._reader.stop()
        self.liveness.stop()

    # --- meetings that are open here ---

    def open(self, meeting_id: str) -> Stream:
        """Follow a meeting; its stream begins once its head has been read."""
        stream = self._streams.get(meeting_id)
        if stream is None:
            stream = self._streams[meeting_id] = Stream()
            self._bus.follow(topic_of(meeting_id))
        return stream

    def begin(self, meeting_id: str, number: int, digest: bytes) -> None:
        stream = self._streams[meeting_id]
        if not stream.begun:
            self._hand_out(stream.begin(number, digest))
            self._mind_gap(meeting_id, stream)

    def close(self, meeting_id: str) -> None:
        if self._streams.pop(meeting_id, None) is not None:
            self._bus.leave(topic_of(meeting_id))
            self._new.discard(meeting_id)

    # --- what was committed here ---

    def _acted(self, entries: Sequence[Entry]) -> None:
        for meeting_id, mine in _by_meeting(entries).items():
            news = [news_of(entry) for entry in mine]
            self._say(meeting_id, news)
            self._offer(meeting_id, news)

    def _edited(self, entries: Sequence[Entry]) -> None:
        """The rooms have these already."""
        if not self._bus.shared:
            for entry in entries:
                stream = self._streams.get(entry.meeting_id)
                if stream is not None and not stream.extend(entry.number, entry.prev_hash, entry.hash):
                    self._offer(entry.meeting_id, [news_of(entry)])
            return
        for meeting_id, mine in _by_meeting(entries).items():
            news = [news_of(entry) for entry in mine]
            self._say(meeting_id, news)
            stream = self._streams.get(meeting_id)
            if stream is not None:
                left = [one for one in news if not stream.extend(one.number, one.prev_hash, one.hash)]
                if left:
                    self._offer(meeting_id, left)

    def _say(self, meeting_id: str, news: Sequence[News]) -> None:
        if self._bus.shared:
            self._bus.publish(topic_of(meeting_id), messages.entries(news))

    def _offer(self, meeting_id: str, news: Iterable[News]) -> None:
        stream = self._streams.get(meeting_id)
        if stream is not None:
            self._hand_out(stream.offer(news))
            self._mind_gap(meeting_id, stream)

    def _hand_out(self, due: Sequence[News]) -> None:
        if due:
            self._house.take_in(due)

    # --- what others say ---

    def _received(self, topic: str, data: bytes, node: str) -> None:
        meeting_id = meeting_of(topic)
        if meeting_id is None or meeting_id not in self._streams or not data:
            return
        try:
            if data[0] == messages.ENTRIES:
                self._heard(meeting_id, messages.read_entries(data))
            else:
                for listener in self.beside:
                    listener(meeting_id, data, node)
        except Malformed as error:
            metrics.BUS_REJECTED.inc()
            log.warning("a node said something that we don't understand", error=str(error))

    def _heard(self, meeting_id: str, news: Sequence[News]) -> None:
        self._house.concerns(meeting_id, [one.kind for one in news])
        self._journal.heard(len(news))
        # Text that is too big to travel is a hole: it comes from the database, and what follows it waits.
        there = [one for one in news if not (one.incomplete and self._house.has_open(one.document_id or ""))]
        self._offer(meeting_id, there)
        if len(there) < len(news):
            self.catch_up(meeting_id)

    def _mind_gap(self, meeting_id: str, stream: Stream) -> None:
        if stream.gap and meeting_id not in self._reader:
            asyncio.get_running_loop().call_later(PATIENCE, self._still_missing, meeting_id, stream, stream.number)

    def _still_missing(self, meeting_id: str, stream: Stream, number: int) -> None:
        if self._streams.get(meeting_id) is stream and stream.gap and stream.number == number:
            metrics.GAPS.inc()
            self.catch_up(meeting_id)

    # --- what the database knows ---

    def catch_up(self, meeting_id: str) -> "asyncio.Future[None]":
        """Done once all that was committed before this call has been taken in; tries until that works. Cancelled when
        the meeting is closed before."""
        return self._reader.ask(meeting_id)

    async def _read(self, meeting_id: str) -> None:
        """Take in what is missing. Raises `SQLAlchemyError`, `Damaged`."""
        stream = self._streams[meeting_id]
        while stream.begun and self._streams.get(meeting_id) is stream:
            metrics.CATCH_UPS.inc()
            after, before = stream.number, stream.waiting
            documents = self._house.documents_of(meeting_id)
            found = await self._journal.read(
                partial(read_news, meeting_id=meeting_id, after=after, document_ids=documents)
            )
            fresh = [news for news in found if news.number > stream.number]
            try:
                due = stream.offer(fresh, proven=True)
            except Diverged:
                self._start_over(meeting_id)
                return
            if fresh:
                self._house.concerns(meeting_id, [news.kind for news in fresh])
            self._hand_out(due)
            if len(found) < AT_ONCE:
                stream.read(found[-1].number if found else after, before)
                return

    def _start_over(self, meeting_id: str) -> None:
        metrics.DIVERGED.inc()
        log.error("what a meeting's rooms hold is not in the database: they are read again")
        self._streams[meeting_id].forget()
        self._house.start_over(meeting_id)

    def _followed(self, topic: str) -> None:
        meeting_id = meeting_of(topic)
        if meeting_id is None:
            self._look_at_all = True  # sessions may have ended unheard
            self._look_now.set()
        elif meeting_id in self._streams:
            self._new.add(meeting_id)
            self._look_now.set()

    async def _watch(self) -> None:
        """Look at the heads of the open meetings: of all of them now and then, of the newly followed at once."""
        looked = time.monotonic()
        while True:
            often = QUIET if self.liveness.all_heard else QUICK
            rest = looked + often * random.uniform(0.75, 1.25) - time.monotonic()  # noqa: S311
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(rest, 0)):
                    await self._look_now.wait()
                    await asyncio.sleep(TOGETHER)
            everything = self._look_at_all or time.monotonic() - looked >= often * 0.75
            if everything:
                looked, self._look_at_all = time.monotonic(), False
            new, self._new = self._new, set()
            self._look_now.clear()
            try:
                await self._look(list(self._streams) if everything else [one for one in new if one in self._streams])
                if everything:
                    for listener in self.looked:
                        await listener()
            except SQLAlchemyError as error:
                self._new |= new
                log.error("the heads of meetings were not read, trying again", error=type(error).__name__)
            except Exception:
                log.exception("looking after other nodes' entries failed")

    async def _look(self, meeting_ids: Sequence[str]) -> None:
        known = {one: self._streams[one].head for one in meeting_ids if self._streams[one].begun}
        if not known:
            return
        metrics.POLLS.inc()
        found = await self._journal.read(partial(heads, meeting_ids=known))
        for meeting_id, head in found.items():
            if meeting_id not in self._streams:
                continue
            if head[0] > known[meeting_id][0]:
                if head[0] > self._streams[meeting_id].number:
                    self.catch_up(meeting_id)
            elif head != known[meeting_id]:
                self._start_over(meeting_id)


def _by_meeting(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.meeting_id, []).append(entry)
    return found
