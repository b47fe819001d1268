"""What acts of pages change for the sockets that are open: scopes, names, and what pages are told to fetch again.

Acts that come while the meeting is being read are told of together. Who came or went changes nobody's scope: in a great
crowd that is told some times a second, however many come. See `docs/decisions/returning-crowd.md`.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.journal.kinds import TOPICS
from server.sync import protocol
from server.sync.connection import Connection
from server.sync.meeting import MeetingView, changes
from server.sync.room import Room
from server.sync.socket import Socket

log = structlog.get_logger()

AGAIN_AFTER = 1.0  # seconds until a meeting that could not be read is read again
UNHURRIED = {"attendance"}  # topics that wait, by how many are to be told
A_SCREEN, MOST_WAIT = 0.001, 1.0  # seconds for each socket, and at most


class House(Protocol):
    """What has the rooms."""

    async def shared_view(self, meeting_id: str) -> MeetingView | None:
        """What this node's rooms share of a meeting; None where it has none open."""

    async def load_meeting(self, meeting_id: str) -> MeetingView:
        """The meeting as the database has it now."""

    def rooms_of(self, view: MeetingView) -> list[Room]:
        """Those that are in memory."""

    def moved_on(self, view: MeetingView, phase_before: str) -> None:
        """The view is of a newer entry, and perhaps of another phase."""


class Acts:
    def __init__(self, house: House, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._house = house
        self._spawn = spawn
        self._due: dict[str, dict[str, None]] = {}  # by meeting, the topics that pages have not been told of

    def concern(self, meeting_id: str, kinds: Iterable[str]) -> None:
        """Entries of these kinds are committed: look what is different for whom, and tell."""
        topics = dict.fromkeys(topic for kind in kinds for topic in TOPICS.get(kind, ()))
        if not topics:
            return
        waiting = self._due.get(meeting_id)
        self._due[meeting_id] = (waiting or {}) | topics
        if not topics.keys() <= UNHURRIED:
            self.look(meeting_id)
        elif waiting is None:
            self._spawn(self._look_later(meeting_id))

    def look(self, meeting_id: str) -> None:
        """Read the meeting again, whatever has happened, and tell its sockets what is different for them."""
        self._spawn(self._look(meeting_id, self._due.pop(meeting_id, {})))

    async def _look_later(self, meeting_id: str) -> None:
        view = await self._house.shared_view(meeting_id)
        rooms = [] if view is None else self._house.rooms_of(view)
        screens = {connection.socket for room in rooms for connection in room.connections}
        await asyncio.sleep(min(len(screens) * A_SCREEN, MOST_WAIT))
        if (topics := self._due.pop(meeting_id, None)) is not None:  # else they went along with what was in a hurry
            await self._look(meeting_id, topics)

    async def _look(self, meeting_id: str, topics: Iterable[str]) -> None:
        fresh = await self._read(meeting_id)
        view = await self._house.shared_view(meeting_id)
        if view is None:
            return  # whoever opens it next reads it as it is then
        if fresh.number < view.number:
            fresh = view  # somebody was faster; what this act concerns is told all the same
        rooms = self._house.rooms_of(view)
        events = changes((view.phase, view.paused, view.sections, view.members), fresh)
        rescoped = bool(events) or fresh.shared != view.shared or fresh.sections.keys() != view.sections.keys()
        phase_before, members_before = view.phase, view.members
        view.number, view.head_hash = fresh.number, fresh.head_hash
        view.phase, view.paused = fresh.phase, fresh.paused
        view.sections, view.members, view.shared = fresh.sections, fresh.members, fresh.shared
        self._house.moved_on(view, phase_before)
        said = {event["event"] for event in events}
        events += [{"event": topic, "number": fresh.number} for topic in topics if topic not in said]
        connections = [connection for room in rooms for connection in room.connections]
        if rescoped:
            connections = [one for one in connections if self._rescope(one, view)]
            renamed = {who for who, member in view.members.items() if member != members_before.get(who)}
            for connection in connections:
                if connection.person_id in renamed:
                    connection.room.presence.rename(connection, view.members[connection.person_id])
                    connection.room.presence_changed()
        _tell(connections, events)

    async def _read(self, meeting_id: str) -> MeetingView:
        """The meeting as it is now; tried until the database answers."""
        while True:
            try:
                return await self._house.load_meeting(meeting_id)
            except SQLAlchemyError as error:
                log.error("meeting not read again, trying once more", error=type(error).__name__)
                await asyncio.sleep(AGAIN_AFTER)

    def _rescope(self, connection: Connection, view: MeetingView) -> bool:
        """Whether the document is still one of theirs; else the socket closes."""
        if connection.person_id not in view.members:
            self._spawn(connection.socket.close(protocol.FORBIDDEN, "not in this meeting any more"))
            return False
        if not view.may_read(connection.person_id, connection.room.document_id):
            # Another role than before: what this one may not read yet stays closed, and the page comes anew.
            self._spawn(connection.socket.close(protocol.FORBIDDEN, "not shared yet"))
            return False
        connection.rescope()
        return True


def _tell(connections: Sequence[Connection], events: Sequence[dict[str, object]]) -> None:
    """Each socket once, by the first document that it has open."""
    by_socket: dict[Socket, Connection] = {}
    for connection in connections:
        by_socket.setdefault(connection.socket, connection)
    for event in events:
        body = protocol.stateless(json.dumps(event))
        frames: dict[bytes, bytes] = {}
        for connection in by_socket.values():
            connection.send(body, frames)
