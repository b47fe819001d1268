"""All rooms and sockets of this node: who gets in, which room a document has, what an act changes for the open ones."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

import structlog

from server import metrics
from server.bus.base import Bus
from server.documents.errors import Malformed
from server.domain.roles import DESTROYED
from server.journal.entry import Entry
from server.journal.news import News
from server.journal.snapshot import Damaged
from server.journal.writer import Journal
from server.sync import protocol
from server.sync.acts import Acts
from server.sync.attendance import Attendance
from server.sync.connection import Connection
from server.sync.farewell import send_off
from server.sync.identity import Denied, Door, Identity
from server.sync.meeting import MeetingView, load_view
from server.sync.memory import Leftovers
from server.sync.neighbours import Neighbours
from server.sync.packing import Packing
from server.sync.relay import Relay
from server.sync.replica import Replica, Unreadable
from server.sync.revocations import Revocations
from server.sync.room import Room
from server.sync.socket import Socket, tidy_sockets

log = structlog.get_logger()
T = TypeVar("T")

REST_AFTER = 20.0  # seconds without an edit until a document in memory is kept as bytes alone
HOUSEKEEPING = 1.0


class Hub:
    def __init__(self, journal: Journal, secret_keys: str | Sequence[str], bus: Bus, *, others: bool) -> None:
        """`others`: whether other processes may write to the database."""
        self.journal = journal
        self.relay = Relay(journal, bus, self, others=others)
        self.revocations = Revocations(bus, journal, self._session_ids, self._end_session)
        self._neighbours = Neighbours(bus, self._room_in_memory, self.rooms)
        self.relay.beside.append(self._neighbours.received)
        self.relay.looked.append(self.revocations.look)
        self.relay.liveness.told.append(self._slow_bus)
        self.attendance = Attendance(journal, bus.node if others else None)
        self._acts = Acts(self, self._spawn)
        self._packing = Packing()
        self.leftovers = Leftovers()
        self._door = Door(journal, secret_keys)
        self.sockets: set[Socket] = set()
        self.slow: set[Socket] = set()
        self._rooms: dict[str, asyncio.Task[Room]] = {}
        self._meetings: dict[str, asyncio.Task[MeetingView]] = {}
        self._entering: Counter[str] = Counter()  # meetings that somebody is about to have a room of
        self.frames_received = 0
        self.waiting_bytes = 0  # sent without a ticket, and kept until it comes
        self._tasks: set[asyncio.Task[None]] = set()
        self._housekeeper: asyncio.Task[None] | None = None
        journal.committed.append(self._committed)
        journal.stuck.append(self._stuck)

    def start(self) -> None:
        self.attendance.start()
        self.relay.start()
        self._housekeeper = asyncio.create_task(self._keep_house(), name="housekeeping")

    async def drain(self, spread: float = 0.0) -> None:
        """Commit and ack what was typed, then tell every client to come back, over at most `spread` seconds."""
        await send_off(self.journal, list(self.sockets), spread)
        await send_off(self.journal, list(self.sockets), 0)  # who came meanwhile

    async def stop(self) -> None:
        """Store what the next start can read faster."""
        self.attendance.stop()
        self.relay.stop()
        self._neighbours.stop()
        if self._housekeeper is not None:
            self._housekeeper.cancel()
        for room in self.rooms():
            room.rest()

    # --- getting in ---

    async def identify(self, token: str) -> Identity:
        """Raises `Denied`."""
        return await self._door.identify(token)

    async def attach(self, socket: Socket, identity: Identity, key: str) -> Connection:
        """Let somebody into a document. Raises `Denied`; `Unreadable` when the document can't be loaded."""
        document_id = protocol.document_of(key)
        self._entering[identity.meeting_id] += 1
        try:
            meeting = await self._meeting(identity.meeting_id)
            _check_may_read(identity, document_id, meeting)
            room = await self._room(document_id, meeting)
            _check_may_read(identity, document_id, meeting)  # they may have been removed meanwhile
        finally:
            self._entering[identity.meeting_id] -= 1
            self._entering += Counter()  # forgets those at nought
        connection = Connection(socket, room, key, identity.person_id, outdated=identity.outdated)
        connection.join()
        room.touched = time.monotonic()
        self.attendance.came(meeting.id, meeting.phase, identity.person_id)
        return connection

    def detach(self, connection: Connection) -> None:
        room = connection.room
        room.connections.discard(connection)
        room.touched = time.monotonic()
        room.presence.leave(connection)
        room.presence_changed()
        self.attendance.went(room.meeting.id, connection.person_id)

    async def _meeting(self, meeting_id: str) -> MeetingView:
        task = self._meetings.get(meeting_id)
        if task is None:
            task = self._meetings[meeting_id] = asyncio.create_task(self._open_meeting(meeting_id))
        try:
            return await asyncio.shield(task)
        except Exception:
            self._forget_meeting(meeting_id)
            raise

    async def _open_meeting(self, meeting_id: str) -> MeetingView:
        stream = self.relay.open(meeting_id)  # before it is read: what comes meanwhile waits in there
        view = await self.load_meeting(meeting_id)
        view.stream = stream
        self.relay.begin(meeting_id, view.number, view.head_hash)
        return view

    def _forget_meeting(self, meeting_id: str) -> None:
        if self._meetings.pop(meeting_id, None) is not None:
            self.relay.close(meeting_id)

    async def load_meeting(self, meeting_id: str) -> MeetingView:
        view = await self.journal.read(lambda connection: load_view(connection, meeting_id))
        if view is None:
            raise Denied(protocol.FORBIDDEN, "no such meeting")
        return view

    async def _room(self, document_id: str, meeting: MeetingView) -> Room:
        """The document's room, loaded once however many ask. A load that fails is an error and never an empty room."""
        task = self._rooms.get(document_id)
        room = None if task is None else _result(task)
        if room is not None and room.failed:
            if room.busy:  # what it is committing must be in the journal before that is read
                raise Unreadable("read again soon")
            self._discard(room)
            task = None
        if task is None:
            task = self._rooms[document_id] = asyncio.create_task(self._load_room(document_id, meeting))
        try:
            return await asyncio.shield(task)
        except Exception:
            if self._rooms.get(document_id) is task:
                del self._rooms[document_id]
            raise

    async def _load_room(self, document_id: str, meeting: MeetingView) -> Room:
        try:
            loaded = await self.journal.load(document_id)
        except LookupError as error:
            raise Denied(protocol.FORBIDDEN, "no such document") from error
        except Damaged as error:
            log.error("what is stored of a document was changed", error=str(error))
            raise Denied(protocol.RESET, protocol.DAMAGED) from error
        room = Room(document_id, meeting, Replica(loaded), self.journal)
        if self.relay.others:
            room.freshen = self._freshen
        self._neighbours.opened(room)
        return room

    def _freshen(self, room: Room) -> None:
        self.relay.catch_up(room.meeting.id).add_done_callback(lambda done: None if done.cancelled() else room.fresh())

    def _discard(self, room: Room) -> None:
        """Throw a room away: its clients are sent off with 'reset' and come back to one read from the journal."""
        metrics.REBUILT.inc()
        del self._rooms[room.document_id]
        for socket in {connection.socket for connection in room.connections}:
            self._spawn(socket.close(protocol.RESET, "reset"))

    def rooms(self) -> list[Room]:
        return [room for task in self._rooms.values() if (room := _result(task)) is not None]

    def _room_in_memory(self, document_id: str) -> Room | None:
        task = self._rooms.get(document_id)
        return None if task is None else _result(task)

    # --- what others changed ---

    def _committed(self, entries: Sequence[Entry]) -> None:
        """Acts of pages here. Their text comes with `take_in`, in its order."""
        kinds: dict[str, list[str]] = {}
        for entry in entries:
            kinds.setdefault(entry.meeting_id, []).append(entry.kind)
        for meeting_id, mine in kinds.items():
            self.concerns(meeting_id, mine)

    def take_in(self, news: Iterable[News]) -> None:
        updates: dict[str, list[tuple[int, bytes]]] = {}
        for one in news:
            if one.update is not None and one.document_id in self._rooms:
                updates.setdefault(one.document_id, []).append((one.number, one.update))
        for document_id, due in updates.items():
            task = self._rooms[document_id]
            if task.done():
                _hand_over(due, task)
            else:  # being read, perhaps from before these entries
                task.add_done_callback(partial(_hand_over, due))

    def concerns(self, meeting_id: str, kinds: Iterable[str]) -> None:
        if meeting_id in self._meetings:
            self._acts.concern(meeting_id, kinds)

    def has_open(self, document_id: str) -> bool:
        return document_id in self._rooms

    def documents_of(self, meeting_id: str) -> list[str]:
        task = self._meetings.get(meeting_id)
        view = None if task is None else _result(task)
        return [] if view is None else [document_id for document_id in view.sections if document_id in self._rooms]

    def start_over(self, meeting_id: str) -> None:
        for room in self.rooms():
            if room.meeting.id == meeting_id:
                room.give_up()
        task = self._meetings.get(meeting_id)
        view = None if task is None else _result(task)
        if view is not None:
            view.number = 0  # whatever is read next is newer
            self._acts.look(meeting_id)

    async def shared_view(self, meeting_id: str) -> MeetingView | None:
        task = self._meetings.get(meeting_id)
        if task is not None:
            with contextlib.suppress(Exception):  # whoever opens it is told of that
                return await asyncio.shield(task)
        return None

    def rooms_of(self, view: MeetingView) -> list[Room]:
        found = (self._room_in_memory(document_id) for document_id in view.sections)
        return [room for room in found if room is not None and room.meeting is view]

    def moved_on(self, view: MeetingView, phase_before: str) -> None:
        self.relay.begin(view.id, view.number, view.head_hash)
        if view.phase != phase_before:
            self.attendance.phase_is(view.id, view.phase)
        if view.phase == DESTROYED:
            self._let_go(view.id)

    def _let_go(self, meeting_id: str) -> None:
        """The record was destroyed: its documents are not kept in memory either. Nobody is a member: sockets close."""
        for room in self.rooms():
            if room.meeting.id == meeting_id:
                room.give_up()
                self._rooms.pop(room.document_id, None)

    def _session_ids(self) -> Iterable[str]:
        return {session_id for socket in self.sockets for session_id in socket.session_ids}

    def _end_session(self, session_id: str) -> None:
        for socket in list(self.sockets):
            if session_id in socket.session_ids:
                self._spawn(socket.close(protocol.UNAUTHORIZED, "signed out"))

    def _stuck(self, stuck: bool) -> None:
        self._tell_sockets({"event": "storage", "state": "stuck" if stuck else "ok"})

    def _slow_bus(self, slow: bool) -> None:
        self._tell_sockets({"event": "live", "state": "slow" if slow else "ok"})

    def _tell_sockets(self, event: dict[str, object]) -> None:
        for socket in self.sockets:
            for connection in list(socket.connections.values())[:1]:
                connection.tell(event)

    # --- housekeeping ---

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING)
            try:
                self._tidy()
                await self._packing.turn(self.rooms(), time.monotonic())
            except Exception:
                log.exception("housekeeping failed")

    def _tidy(self) -> None:
        instant = time.monotonic()
        self.revocations.tidy(instant)
        tidy_sockets(self.sockets, self.slow, instant, self._spawn)
        self._tidy_rooms(instant)
        self.attendance.tick(instant)
        self.leftovers.turn(len(self.sockets), deserted=not self.sockets and not self._rooms)
        metrics.ROOMS.set(len(self._rooms))
        metrics.SOCKETS.set(len(self.sockets))
        metrics.FRAMES_IN.inc(self.frames_received)
        self.frames_received = 0

    def _tidy_rooms(self, instant: float) -> None:
        for room in self.rooms():
            if room.failed:
                if not room.busy:
                    self._discard(room)
            elif instant - room.touched > REST_AFTER and not room.busy:
                room.rest()
                if not room.connections:
                    self._rooms.pop(room.document_id, None)
        open_meetings = {room.meeting.id for room in self.rooms()} | set(self._entering)
        for meeting_id in [m for m, task in self._meetings.items() if m not in open_meetings and task.done()]:
            self._forget_meeting(meeting_id)


def _result(task: "asyncio.Task[T]") -> T | None:
    """The room or the meeting, if it has been loaded."""
    return task.result() if task.done() and not task.cancelled() and task.exception() is None else None


def _hand_over(updates: Sequence[tuple[int, bytes]], task: "asyncio.Task[Room]") -> None:
    room = _result(task)
    if room is not None and not room.failed:
        try:
            room.committed(updates)
        except (Malformed, Unreadable):
            room.give_up()


def _check_may_read(identity: Identity, document_id: str, meeting: MeetingView) -> None:
    if not meeting.may_read(identity.person_id, document_id):
        raise Denied(protocol.FORBIDDEN, "not a document of yours")
