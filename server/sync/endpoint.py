"""The live road's first step: one task per socket, frame in, frame out. `docs/architecture.md` has the whole road."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.sync import protocol
from server.sync.connection import Connection
from server.sync.hub import Hub
from server.sync.identity import Denied
from server.sync.lib0 import Malformed, read_bytes
from server.sync.protocol import Frame
from server.sync.replica import Unreadable
from server.sync.socket import Socket

log = structlog.get_logger()

AUTH_SECONDS = 10.0  # a socket has this long to show a ticket; what it sends meanwhile doesn't push that back
MOST_DOCUMENTS = 100
MOST_WAITING = 5 * 1024 * 1024  # bytes that may wait for their document's ticket, a socket
MOST_WAITING_FRAMES = 1000
MOST_WAITING_HERE = 64 * 1024 * 1024  # bytes that may wait on all of a node's sockets together


def origin_allowed(websocket: WebSocket, base_url: str) -> bool:
    """Whether a browser page of ours opened this socket. No Origin at all is no browser, and has no cookie to abuse."""
    origin = websocket.headers.get("origin")
    if origin is None:
        return True
    ours = base_url or f"{'https' if websocket.url.scheme == 'wss' else 'http'}://{websocket.headers.get('host')}"
    address = _address(origin)
    # An Origin is scheme, host and port, and nothing else.
    return address is not None and address == _address(ours) and not set("@?#") & set(origin) and origin.count("/") == 2


def _address(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


async def sync(websocket: WebSocket) -> None:
    """`/sync`: the Hocuspocus protocol."""
    hub: Hub = websocket.app.state.hub
    if not origin_allowed(websocket, websocket.app.state.settings.base_url):
        await websocket.close(protocol.FORBIDDEN)
        return
    await websocket.accept()
    socket = Socket(websocket, hub)
    socket.forget_handshake()
    await Conversation(socket, websocket, hub).run()


class Conversation:
    """Reads a socket until it ends."""

    __slots__ = (
        "_busy",
        "_denied",
        "_hub",
        "_socket",
        "_typing",
        "_waiting",
        "_waiting_bytes",
        "_waiting_frames",
        "_websocket",
    )

    def __init__(self, socket: Socket, websocket: WebSocket, hub: Hub) -> None:
        self._socket = socket
        self._websocket = websocket
        self._hub = hub
        self._waiting: dict[str, list[tuple[Frame, int]]] = {}  # by key, with their sizes
        self._denied: list[str] = []
        self._waiting_bytes = self._waiting_frames = 0
        self._busy = False
        self._typing: Connection | None = None  # the document last written to: mostly the next one, too

    async def run(self) -> None:
        self._hub.sockets.add(self._socket)
        self._socket.read_with(self._at_once)
        try:
            async with asyncio.timeout(AUTH_SECONDS) as deadline:
                await self._read_until(lambda: bool(self._socket.connections))
                deadline.reschedule(None)
            await self._read_until(lambda: False)
        except TimeoutError:
            await self._socket.close(protocol.TIMEOUT, "no ticket was shown")
        except Denied as denied:
            await self._socket.close(denied.code, denied.reason)
        except Malformed as error:
            await self._socket.close(protocol.POLICY, str(error)[:120])
        except Unreadable:
            log.error("a document cannot be read")
            await self._socket.close(protocol.RESET, "the document cannot be read just now")
        except SQLAlchemyError as error:
            log.error("nobody is let in: the database does not answer", error=type(error).__name__)
            await self._socket.close(protocol.LATER, "try again soon")
        except WebSocketDisconnect:
            pass
        finally:
            self._socket.closing = True
            self._hub.waiting_bytes -= self._waiting_bytes
            self._hub.sockets.discard(self._socket)
            self._hub.leftovers.one_left()
            self._hub.slow.discard(self._socket)
            for connection in list(self._socket.connections.values()):
                self._hub.detach(connection)

    async def _read_until(self, done: Callable[[], bool]) -> None:
        while not done():
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code") or 1005)
            data = message.get("bytes")
            if data is None:
                raise Malformed("frames are binary")
            self._hub.frames_received += 1
            self._busy = True
            await self._socket.drained()  # what is asked without reading the answers would pile up here
            await self._handle(protocol.decode(data), len(data))
            self._busy = False

    def _at_once(self, data: bytes) -> bool:
        """Handle a frame that needs no waiting, without a turn through this task. False leaves it to `_read_until`."""
        if self._busy or not self._socket.takes_text:
            return False
        try:
            typing = self._typing
            if typing is not None and data.startswith(typing.typed) and typing.open:
                update, at = read_bytes(data, len(typing.typed))
                if at != len(data):
                    return False
                typing.room.submit(typing, update)
                self._hub.frames_received += 1
                return True
            frame = protocol.decode(data)
            connection = self._socket.connections.get(frame.key)
            if connection is None or frame.type in (protocol.AUTH, protocol.CLOSE):
                return False
            if frame.step == protocol.UPDATE:
                self._typing = connection
            connection.receive(frame)
        except (Malformed, Unreadable):
            return False  # it fails the same way there, and is answered there
        self._hub.frames_received += 1
        return True

    async def _handle(self, frame: Frame, size: int) -> None:
        connection = self._socket.connections.get(frame.key)
        if frame.type == protocol.AUTH:
            await self._authenticate(frame)
        elif frame.type in (protocol.PING, protocol.PONG):
            return
        elif connection is None:
            self._wait(frame, size)
        elif frame.type == protocol.CLOSE:
            del self._socket.connections[frame.key]
            self._hub.detach(connection)
        else:
            connection.receive(frame)

    def _wait(self, frame: Frame, size: int) -> None:
        """Keep a frame that came before its document's ticket."""
        if frame.key in self._denied:
            return
        self._waiting_bytes += size
        self._waiting_frames += 1
        self._hub.waiting_bytes += size
        if self._waiting_bytes > MOST_WAITING or self._waiting_frames > MOST_WAITING_FRAMES:
            raise Denied(protocol.TOO_BIG, "too much was sent without a ticket")
        if self._hub.waiting_bytes > MOST_WAITING_HERE:  # whoever shows a ticket first needs none of it
            raise Denied(protocol.LATER, "try again soon")
        self._waiting.setdefault(frame.key, []).append((frame, size))
        if len(self._waiting) > MOST_DOCUMENTS:
            raise Denied(protocol.POLICY, "too many documents without a ticket")

    async def _authenticate(self, frame: Frame) -> None:
        token = frame.body.decode(errors="replace")
        identity = self._socket.identities.get(token)
        if identity is None:
            identity = await self._hub.identify(token)
            if self._hub.revocations.was_revoked(identity.session_id):  # while it was looked up
                raise Denied(protocol.UNAUTHORIZED, "signed out")
            if any(held.person_id != identity.person_id for held in self._socket.identities.values()):
                raise Denied(protocol.FORBIDDEN, "one socket is one person's")
            self._socket.identities[token] = identity
        connection = self._socket.connections.get(frame.key)
        if connection is None:
            if len(self._socket.connections) >= MOST_DOCUMENTS:
                raise Denied(protocol.POLICY, "too many documents on one socket")
            try:
                connection = await self._hub.attach(self._socket, identity, frame.key)
            except Denied as denied:
                self._refuse_document(frame.key, denied)
                return
            self._socket.connections[frame.key] = connection
        connection.scope = ""
        connection.rescope()
        if connection.outdated:
            connection.tell({"event": "reload"})
        if self._hub.journal.is_stuck and len(self._socket.connections) == 1:
            connection.tell({"event": "storage", "state": "stuck"})
        if self._hub.relay.liveness.slow and len(self._socket.connections) == 1:
            connection.tell({"event": "live", "state": "slow"})
        for waiting in self._no_longer_waiting(frame.key):
            await self._socket.drained()
            connection.receive(waiting)

    def _no_longer_waiting(self, key: str) -> list[Frame]:
        waited = self._waiting.pop(key, [])
        size = sum(size for _, size in waited)
        self._waiting_frames -= len(waited)
        self._waiting_bytes -= size
        self._hub.waiting_bytes -= size
        return [frame for frame, _ in waited]

    def _refuse_document(self, key: str, denied: Denied) -> None:
        """This document is not for them; the socket's other documents go on."""
        body = protocol.permission_denied(denied.reason)
        self._socket.send(protocol.binary_message(protocol.text(key) + body))
        self._no_longer_waiting(key)
        if len(self._denied) >= MOST_DOCUMENTS:
            raise denied
        self._denied.append(key)
