"""From sockets to attendance: who opens the meeting's page arrives, and who is gone for a while has left.

Presence flickers (a phone in a tunnel, a page loaded again); attendance must not. So a socket's end counts only when
its person has not come back within `GRACE`, and then with the time they were last seen. What was asked for while an
act is under way goes with the next, all meetings together: a crowd at the door costs few commits.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from server.domain.roles import LIVE
from server.journal.entry import Entry
from server.journal.kinds import PHASE
from server.journal.payload import read_facts
from server.journal.store import StorageUnavailable
from server.journal.writer import Journal
from server.meeting.attendance import PRESENCE, Visit, arrive, leave
from server.storage import tables

log = structlog.get_logger()

GRACE = 60.0  # seconds
PAUSE = 2.0  # seconds until what the database did not take is tried again
LULL, MOST_WAITED = 0.3, 3.0  # seconds without a newcomer until arrivals are noted; the most they wait for that
AT_ONCE, BETWEEN = 25, 0.1  # people in one act, some milliseconds of writing; seconds until the next
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Key = tuple[str, str]  # meeting, person
Act = Callable[[Journal, Sequence[Visit], str | None], Awaitable[None]]


class Attendance:
    """This node's sockets, counted by person. The acts ask the tables, so two nodes never write one arrival twice."""

    def __init__(self, journal: Journal, node: str | None = None) -> None:
        """`node`: this node's name, where there may be others."""
        self._journal = journal
        self._node = node
        self._open: Counter[Key] = Counter()  # documents open on any of their sockets
        self._gone: dict[Key, tuple[float, datetime]] = {}  # since when, and when last seen
        self._begun: set[str] = set()  # meetings that went live: a socket's view of one may be a moment older
        self._arriving: dict[Key, None] = {}  # in the order in which they came
        self._leaving: dict[Key, datetime] = {}
        self._worker: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        journal.committed.append(self._committed)

    def start(self) -> None:
        self._worker = asyncio.create_task(self._work(), name="attendance")

    def stop(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    # --- what sockets tell ---

    def came(self, meeting_id: str, phase: str, person_id: str) -> None:
        """Somebody has opened a document of a meeting that is in this phase."""
        key = (meeting_id, person_id)
        self._open[key] += 1
        if self._open[key] == 1:
            # Whoever was away for a moment only has not left; the act finds the stay that goes on.
            self._gone.pop(key, None)
            self._leaving.pop(key, None)
            if phase == LIVE or meeting_id in self._begun:
                self._arriving[key] = None
                self._wake.set()

    def went(self, meeting_id: str, person_id: str) -> None:
        """A document of theirs was closed."""
        key = (meeting_id, person_id)
        self._open[key] -= 1
        if self._open[key] <= 0:
            del self._open[key]
            self._arriving.pop(key, None)
            self._gone[key] = (time.monotonic(), datetime.now(UTC))

    def tick(self, instant: float) -> None:
        """Every second or so: whose grace is over has left."""
        over = [key for key, (since, _) in self._gone.items() if instant - since >= GRACE]
        for key in over:
            self._leaving[key] = self._gone.pop(key)[1]
        if over:
            self._wake.set()

    def _committed(self, entries: Sequence[Entry]) -> None:
        """A meeting begins: everybody who is at its page arrives."""
        for entry in entries:
            if entry.kind != PHASE:
                continue
            self.phase_is(entry.meeting_id, read_facts(entry.payload)["phase"])

    def phase_is(self, meeting_id: str, phase: str) -> None:
        self._begun.discard(meeting_id)
        if phase == LIVE:
            self._begun.add(meeting_id)
            self._arriving |= dict.fromkeys(key for key in self._open if key[0] == meeting_id)
            self._wake.set()

    def again(self) -> None:
        """The other nodes took this one for dead, and everybody here for gone."""
        self._arriving |= dict.fromkeys(self._open)
        self._wake.set()

    # --- what becomes of it ---

    async def _work(self) -> None:
        await self._take_up()
        while True:
            await self._wake.wait()
            await self._lull()
            self._wake.clear()
            arriving, self._arriving = self._arriving, {}
            leaving, self._leaving = self._leaving, {}
            arrivals = [Visit(*key) for key in arriving]
            departures = [Visit(*key, at) for key, at in leaving.items()]
            try:
                if departures:
                    await self._note(leave, departures)
                    leaving = {}
                if arrivals:
                    await self._note(arrive, arrivals)
            except StorageUnavailable:
                await self._later(arriving, leaving)
            except Exception:
                log.exception("attendance was not noted")

    async def _note(self, act: Act, crowd: list[Visit]) -> None:
        """A great crowd, some at a time: what is typed meanwhile, in any meeting, does not wait for all of them."""
        for start in range(0, len(crowd), AT_ONCE):
            if start:
                await asyncio.sleep(BETWEEN)
            await act(self._journal, crowd[start : start + AT_ONCE], self._node)

    async def _lull(self) -> None:
        """A crowd at the door wants its text first: what is noted of them meanwhile would hold it up."""
        waited, seen = 0.0, -1
        while waited < MOST_WAITED and seen < (seen := len(self._arriving)):
            await asyncio.sleep(LULL)
            waited += LULL

    async def _later(self, arriving: Iterable[Key], leaving: dict[Key, datetime]) -> None:
        """The database takes nothing: keep what is still so, and try again."""
        await asyncio.sleep(PAUSE)
        self._arriving |= dict.fromkeys(key for key in arriving if key in self._open)
        self._leaving = {key: at for key, at in leaving.items() if key not in self._open} | self._leaving
        self._wake.set()

    async def _take_up(self) -> None:
        """After a start: whoever was there and does not come back has left with the last that the journal heard."""
        while True:
            try:
                found = await self._journal.read(_open_stays)
                break
            except SQLAlchemyError:
                await asyncio.sleep(PAUSE)
        for key, seen in found.items():
            if key not in self._open:
                self._gone.setdefault(key, (time.monotonic(), seen))


def _open_stays(connection: Connection) -> dict[Key, datetime]:
    """Open stays by presence in meetings that are on, with the time of their meeting's newest entry."""
    stay, meeting, entry = tables.Attendance, tables.Meeting, tables.Entry
    newest = select(entry.time).where(entry.meeting_id == meeting.id, entry.number == meeting.head_number)
    rows = connection.execute(
        select(stay.meeting_id, stay.person_id, newest.scalar_subquery())
        .join(meeting, meeting.id == stay.meeting_id)
        .where(meeting.phase == LIVE, stay.source == PRESENCE, stay.left_at.is_(None), stay.removed_at.is_(None))
    )
    return {(row[0], row[1]): EPOCH + timedelta(microseconds=row[2] or 0) for row in rows}
