"""One WebSocket: what it is allowed to hold back, how much, and how it ends."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketState

from server import metrics
from server.sync import protocol
from server.sync.wire import EXTENSION, SharedFrameProtocol

if TYPE_CHECKING:
    from server.sync.connection import Connection
    from server.sync.hub import Hub
    from server.sync.identity import Identity

# Bytes a socket may leave unread: past the first it gets no presence, past the second no text until it has caught up.
PRESENCE_LIMIT = 262_144
TEXT_LIMIT = 2_097_152
STUCK_SECONDS = 15.0  # how long a socket may stay past the second before it is closed
SILENCE = 20.0  # seconds after which a socket that got nothing gets a ping: stock clients give up after 30
PING = protocol.binary_message(bytes((protocol.PING,)))
UNACKED_LIMIT = 1_048_576  # bytes a client may send ahead of its acks before we stop reading


class Socket:
    """A client's socket and the documents attached to it."""

    __slots__ = (
        "_hub",
        "_websocket",
        "_wire",
        "closing",
        "connections",
        "identities",
        "quiet",
        "quiet_since",
        "stuck_since",
        "unacked",
    )

    def __init__(self, websocket: WebSocket, hub: "Hub") -> None:
        wire = websocket.scope["extensions"].get(EXTENSION)
        if not isinstance(wire, SharedFrameProtocol):
            raise TypeError("the sync endpoint needs uvicorn with server.sync.wire.SharedFrameProtocol")
        self._wire = wire
        wire.watcher = self._flow
        self._websocket = websocket
        self._hub = hub
        self.connections: dict[str, Connection] = {}
        self.identities: dict[str, Identity] = {}  # by token: a page sends the same one for each document
        self.unacked = 0
        self.quiet = True  # nothing was sent since housekeeping looked last, but what whole rooms get
        self.quiet_since = time.monotonic()
        self.stuck_since: float | None = None
        self.closing = False

    @property
    def session_ids(self) -> set[str]:
        return {identity.session_id for identity in self.identities.values()}

    def send(self, message: bytes) -> None:
        """Send a whole WebSocket message. uvloop writes what one turn of the loop brings in one go."""
        if not self.closing:
            self._wire.write_frames(message)
            self.quiet = False

    @property
    def write(self) -> Callable[[bytes], None] | None:
        """What takes whole messages without a question; None when something has to be asked first (see `send`)."""
        return None if self.closing else self._wire.write

    def _flow(self) -> None:
        for connection in self.connections.values():
            connection.flow()

    @property
    def gone(self) -> bool:
        """Nobody is there any more; what was read of them is still worked off."""
        return self._wire.gone

    @property
    def takes_presence(self) -> bool:
        return not self._wire.congested or self._wire.unsent < PRESENCE_LIMIT

    @property
    def takes_text(self) -> bool:
        """False for a socket that doesn't read: its connections are then marked to catch up later."""
        if not self._wire.congested or self._wire.unsent < TEXT_LIMIT:
            self.stuck_since = None
            return True
        if self.stuck_since is None:
            self.stuck_since = time.monotonic()
            self._hub.slow.add(self)
        return False

    async def drained(self) -> None:
        """Returns once what the client has left unread is little enough to answer more."""
        while not self.takes_text:
            await self._wire.drained()

    def owes(self, size: int) -> None:
        """A client's update waits for its commit. Past a limit nothing more is read: TCP holds the client back."""
        self.unacked += size
        if self.unacked > UNACKED_LIMIT:
            self._wire.hold()

    def paid(self, size: int) -> None:
        held = self.unacked > UNACKED_LIMIT
        self.unacked -= size
        if held and self.unacked <= UNACKED_LIMIT:
            self._wire.go_on()

    def read_with(self, sink: Callable[[bytes], bool]) -> None:
        """Have messages handed to `sink` as they are read (see `SharedFrameProtocol`)."""
        self._wire.sink = sink

    def forget_handshake(self) -> None:
        """It is open: what was said to open it is not asked for any more."""
        self._wire.forget_handshake()

    async def close(self, code: int, reason: str = "") -> None:
        """Say why and end the connection; a client that doesn't listen is cut off."""
        if self.closing:
            return
        self.closing = True
        self._flow()
        self._wire.sink = None
        metrics.CLOSED.labels(code=str(code)).inc()
        if self._websocket.application_state == WebSocketState.CONNECTED and not self._wire.congested:
            try:
                async with asyncio.timeout(1):
                    await self._websocket.close(code, reason)
                return
            except (TimeoutError, RuntimeError):
                pass
        self._wire.cut()


def tidy_sockets(
    sockets: set[Socket], slow: set[Socket], instant: float, spawn: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    """Every second or so: the slow get what they missed or are given up, the silent a ping, and the expired leave."""
    clock = time.time()
    for socket in list(slow):
        if socket.takes_text:
            slow.discard(socket)
            for connection in socket.connections.values():
                connection.catch_up()
        elif socket.stuck_since is not None and instant - socket.stuck_since > STUCK_SECONDS:
            slow.discard(socket)
            metrics.OVERFLOWS.inc()
            spawn(socket.close(protocol.POLICY, "too slow"))
    for socket in list(sockets):
        if not socket.quiet:
            socket.quiet, socket.quiet_since = True, instant
        elif instant - socket.quiet_since > SILENCE and socket.connections:
            socket.send(PING)
        if any(identity.expires < clock for identity in socket.identities.values()):
            spawn(socket.close(protocol.UNAUTHORIZED, "signed out"))
