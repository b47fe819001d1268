"""One person on one document: what they may do there, and the frames they get."""

import json
from typing import TYPE_CHECKING

from server import metrics
from server.documents.state_vector import read_state_vector
from server.sync import protocol
from server.sync.lib0 import text
from server.sync.protocol import Frame, binary_message

if TYPE_CHECKING:
    from server.sync.pending import Pending
    from server.sync.room import Room
    from server.sync.socket import Socket


class Connection:
    """A (socket, document) pair. `key` is the routing key that the client chose for it."""

    __slots__ = (
        "_behind",
        "_stored",
        "key",
        "last",
        "outdated",
        "person_id",
        "prefix",
        "room",
        "scope",
        "socket",
        "typed",
    )

    def __init__(self, socket: "Socket", room: "Room", key: str, person_id: str, *, outdated: bool = False) -> None:
        self.socket = socket
        self.room = room
        self.key = key
        self.person_id = person_id
        self.outdated = outdated
        self.scope = ""
        self.last: Pending | None = None  # what came last and still waits for its commit
        self.prefix = text(key)  # how every frame of it begins
        self.typed = self.prefix + bytes((protocol.SYNC, protocol.UPDATE))  # how a frame with an edit begins
        self._stored = binary_message(self.prefix + protocol.STORED)
        self._behind = False  # a slow reader that must be sent the whole text once it reads again

    @property
    def open(self) -> bool:
        return self in self.room.connections

    # --- from the client ---

    def receive(self, frame: Frame) -> None:
        """Act on an authenticated frame. Raises `Malformed`."""
        if frame.type == protocol.SYNC:
            if frame.step == protocol.STEP_1:
                self._answer_step_1(frame.body)
            else:
                self.room.submit(self, frame.body)
        elif frame.type == protocol.AWARENESS:
            member = self.room.meeting.members.get(self.person_id)
            if member is not None:
                self.room.presence.receive(self, member, frame.body)
                self.room.presence_changed()
        elif frame.type == protocol.QUERY_AWARENESS:
            self._send_everybody()
        # A client's stateless messages have no meaning here: acts go through pages, and so through the gate.

    def _answer_step_1(self, vector: bytes) -> None:
        """What the client lacks, then the question what we lack, then who is here."""
        if self.socket.gone:
            return  # it may have asked hundreds of times before it went
        if vector != b"\x00":
            read_state_vector(vector)  # a few bytes may ask for a gigabyte: judged before pycrdt sees them
        self._send(protocol.step_2(self.room.replica.since(vector)))
        self.ask_for_missing()
        if self.room.presence:
            self._send_everybody()

    def _send_everybody(self) -> None:
        self._send(protocol.awareness(self.room.presence.everybody()))

    def why_read_only(self) -> str | None:
        """The reason code that keeps them from changing this document, or None. The journal asks again."""
        if self.scope == protocol.READ_WRITE:
            return None
        reason = self.room.meeting.why_read_only(self.person_id, self.room.document_id)
        return reason or ("invalid" if self.outdated else None)

    # --- to the client ---

    def rescope(self) -> None:
        """Tell the client its scope if it is another than before."""
        reason = self.room.meeting.why_read_only(self.person_id, self.room.document_id)
        scope = protocol.READ_ONLY if reason or self.outdated else protocol.READ_WRITE
        if scope != self.scope:
            self.scope = scope
            self._send(protocol.authenticated(scope))

    def stored(self, updates: int = 1) -> None:
        """Ack so many updates: they are committed, or held nothing new."""
        if self.open:
            self.socket.send(self._stored * updates)

    def refuse(self, reason: str, updates: int = 1) -> None:
        """Say why so many updates were not taken, then of each that it was not."""
        metrics.REFUSED.labels(reason=reason).inc(updates)
        if self.open:
            event = {"event": "refused", "document": self.room.document_id, "reason": reason}
            self._send(protocol.stateless(json.dumps(event)))
            for _ in range(updates):
                self._send(protocol.REFUSED)

    def ask_for_missing(self) -> None:
        """Step 1: the client answers with all that we lack, and what it answers is judged and acked like an update."""
        if self.open:
            self._send(protocol.step_1(self.room.replica.vector()))

    def tell(self, event: dict[str, object]) -> None:
        self._send(protocol.stateless(json.dumps(event)))

    def end(self, reason: str) -> None:
        """Close this document for the client; its socket stays."""
        self._send(protocol.close(reason))

    def join(self) -> None:
        """Be in the room, until the room lets us go."""
        self.room.connections.put(self, self.socket.write)

    def flow(self) -> None:
        """Tell the room whether we take whatever it sends: to be called whenever that may have changed."""
        if self.open:  # a socket's end is heard of after its documents were left
            self.room.connections.put(self, None if self._behind else self.socket.write)

    def send(self, body: bytes, frames: dict[bytes, bytes]) -> None:
        """Send what many get. `frames` keeps the message per routing key, so that it is encoded once."""
        message = frames.get(self.prefix)
        if message is None:
            message = frames[self.prefix] = binary_message(self.prefix + body)
        self.socket.send(message)

    def send_acks(self, acks: int, body: bytes | None) -> None:
        """Send so many acks and the room's new text (None: nothing new to this one), in one write."""
        message = self._stored * acks
        if body is not None and self._takes_text():
            message += binary_message(self.prefix + body)
        self.socket.send(message)

    def send_text(self, message: bytes) -> None:
        """Send a message with the room's new text, if they read."""
        if self._takes_text():
            self.socket.send(message)

    def _takes_text(self) -> bool:
        """Whoever doesn't read gets no text now, and all of it in one piece once they do."""
        if not self._behind and not self.socket.takes_text:
            self._behind = True
        return not self._behind

    def catch_up(self) -> None:
        """The socket reads again: send the text it missed."""
        if self._behind:
            self._behind = False
            self._send(protocol.update(self.room.replica.state()))
            self.flow()

    def _send(self, body: bytes) -> None:
        self.socket.send(binary_message(self.prefix + body))
