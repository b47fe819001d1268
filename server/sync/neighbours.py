"""Presence across nodes: who is in a document elsewhere, and that they go when their node does.

Each node tells the others what changes for the people it has authenticated itself, answers with all of them when
somebody opens the document elsewhere, and is forgotten when it is not heard of for a while.
"""

import asyncio
from collections.abc import Callable, Iterable

from server.bus.base import Bus
from server.sync import messages
from server.sync.messages import meeting_of, topic_of
from server.sync.room import Room

TOGETHER = 0.03  # seconds in which documents that are opened are gathered for one question


class Neighbours:
    def __init__(self, bus: Bus, room_of: Callable[[str], Room | None], rooms: Callable[[], Iterable[Room]]) -> None:
        self._bus = bus
        self._room_of = room_of
        self._rooms = rooms
        self._to_ask: dict[str, set[str]] = {}  # documents by meeting
        self._timer: asyncio.TimerHandle | None = None
        bus.followed.append(self._followed)
        bus.gone.append(self._gone)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def opened(self, room: Room) -> None:
        """A document is in memory now: tell the others of its people from now on, and ask for theirs."""
        if self._bus.shared:
            room.tell_nodes = self._tell
            self._ask(room.meeting.id, [room.document_id])

    def _tell(self, room: Room, news: bytes) -> None:
        self._bus.publish(topic_of(room.meeting.id), messages.presence(room.document_id, news, everybody=False))

    def _ask(self, meeting_id: str, document_ids: Iterable[str]) -> None:
        self._to_ask.setdefault(meeting_id, set()).update(document_ids)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TOGETHER, self._ask_now)

    def _ask_now(self) -> None:
        self._timer = None
        asked, self._to_ask = self._to_ask, {}
        for meeting_id, document_ids in asked.items():
            self._bus.publish(topic_of(meeting_id), messages.hello(sorted(document_ids)))

    def _followed(self, topic: str) -> None:
        """For the first time, or again after a while in which neither side heard the other."""
        meeting_id = meeting_of(topic)
        open_here = [room for room in self._rooms() if room.meeting.id == meeting_id]
        if meeting_id is not None and open_here:
            for room in open_here:
                self._tell_everybody(room)
            self._ask(meeting_id, [room.document_id for room in open_here])

    def _tell_everybody(self, room: Room) -> None:
        everybody = room.presence.everybody_here()
        self._bus.publish(topic_of(room.meeting.id), messages.presence(room.document_id, everybody, everybody=True))

    def received(self, meeting_id: str, data: bytes, node: str) -> None:
        """What a node says on a meeting's topic beside entries. Raises `Malformed`."""
        if data[0] in (messages.PRESENCE, messages.EVERYBODY):
            document_id, awareness = messages.read_presence(data)
            room = self._room_of(document_id)
            if room is not None and room.meeting.id == meeting_id:
                room.presence.receive_from(node, awareness, everybody=data[0] == messages.EVERYBODY)
                room.presence_changed()
        elif data[0] == messages.HELLO:
            for document_id in messages.read_hello(data):
                room = self._room_of(document_id)
                if room is not None and room.meeting.id == meeting_id and room.presence:
                    self._tell_everybody(room)

    def _gone(self, node: str) -> None:
        for room in self._rooms():
            room.presence.leave_from(node)
            room.presence_changed()
