"""uvicorn's websockets-sansio protocol, with a way past it for frames that are ready to send.

A frame that a whole room receives is encoded once, and what one person gets in one turn of the loop goes out in one
write. Handshake, reading, pings and closing stay uvicorn's. See `docs/decisions/shared-frames.md`.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, apply_mask  # type: ignore[attr-defined] # the compiled one, where there is one
from websockets.http11 import Request
from websockets.protocol import OPEN

from server.sync.mailbox import Mailbox

EXTENSION = "roundtable.wire"
MOST_UNSENT_PONGS = 262_144  # bytes
WHOLE_BINARY = 0x82  # first byte of a binary message in one frame, without extensions
MASKED = 0x80


class SharedFrameProtocol(WebSocketsSansIOProtocol):
    """Puts itself into the ASGI scope's extensions, where the sync endpoint finds it.

    `sink` may take a whole binary message at once, in the turn of the loop that read it; what it doesn't take goes the
    ASGI way. It is asked only while nothing waits there, so the order stays.
    """

    sink: Callable[[bytes], bool] | None = None
    watcher: Callable[[], None] | None = None  # told when `write` may be another
    congested = False  # the kernel takes no more just now
    held = False  # we read no more just now
    # Whether we know where frames begin (see `data_received`), how much is still to come of one that `conn` reads, and
    # a header that is not whole yet.
    framing = False
    owed = 0
    rest = b""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.queue = Mailbox()  # type: ignore[assignment] # all that uvicorn asks of a queue, at a tenth of the room

    def data_received(self, data: bytes) -> None:
        """Give `sink` the whole messages among these bytes, and everything else to `conn` frame by frame.

        `conn` is made for all of RFC 6455 and takes four times as long over a typed character as these few lines. It
        still judges whatever is not plainly a masked binary message in one frame.
        """
        if not self.framing:
            fresh = not self.handshake_initiated
            super().data_received(data)
            self.framing = fresh and self.handshake_initiated and data.endswith(b"\r\n\r\n")
            return
        if self.rest:
            data, self.rest = self.rest + data, b""
        size = len(data)
        at = min(self.owed, size)
        if at:
            self.owed -= at
            super().data_received(data[:at])
        while at < size:
            left = size - at
            if left < 2:
                break
            length = data[at + 1]
            head = 6
            if not length & MASKED:
                self.framing = False  # an error, and the connection's end
                super().data_received(data[at:])
                return
            length &= 127
            if length > 125:
                head = 8 if length == 126 else 14
                if left < head - 4:
                    break
                length = int.from_bytes(data[at + 2 : at + head - 4], "big")
            end = at + head + length
            if end > size or data[at] != WHOLE_BINARY or not self._sunk(data, at + head, end):
                self.owed = max(0, end - size)
                super().data_received(data[at:end])
            at = end
        if at < size:
            self.rest = data[at:]

    def _sunk(self, data: bytes, start: int, end: int) -> bool:
        """Whether `sink` took the message whose masked payload this is."""
        conn = self.conn
        return (
            self.sink is not None
            and end - start <= self.config.ws_max_size
            and conn.state is OPEN
            and conn.current_size is None  # not between two parts of another message
            and not self.close_sent
            and self.queue.empty()
            and self.sink(apply_mask(data[start:end], data[start - 4 : start]))
        )

    @property
    def write(self) -> Callable[[bytes], None] | None:
        """The transport's own, while whole messages may be given to it without a question."""
        free = (
            self.handshake_complete and not self.congested and not self.close_sent and not self.transport.is_closing()
        )
        return self.transport.write if free else None

    def _changed(self) -> None:
        if self.watcher is not None:
            self.watcher()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.congested = True
        self._changed()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.congested = False
        self._changed()

    # Where a connection may end by itself: nothing is written after that.

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._changed()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._changed()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._changed()

    def shutdown(self) -> None:
        super().shutdown()
        self._changed()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._changed()
        self.watcher = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self
            # What ASGI asks for, and what the check of the Origin rests on: a request that was not read as HTTP first
            # comes with its names as they were written.
            self.scope["headers"] = [(name.lower(), value) for name, value in self.scope["headers"]]

    def forget_handshake(self) -> None:
        """Let go of what was said until the socket was open: headers are a tenth of what an idle one takes."""
        self.request.headers.clear()
        self.response.headers.clear()
        self.scope["headers"] = []

    def handle_ping(self) -> None:
        """Whoever pings and never reads gets no answer past a limit: answers would pile up here."""
        answer = b"".join(self.conn.data_to_send())
        if not self.congested or self.unsent < MOST_UNSENT_PONGS:
            self.transport.write(answer)

    def hold(self) -> None:
        """Read no more for now: TCP holds the client back."""
        self.held = True
        self._pause()

    def _pause(self) -> None:
        if not self.read_paused and not self.transport.is_closing():
            self.read_paused = True
            self.transport.pause_reading()

    async def receive(self) -> ASGIReceiveEvent:
        message = await super().receive()  # which reads on when nothing waits
        if self.held and not self.close_sent:
            self._pause()
        return message

    def go_on(self) -> None:
        self.held = False
        if self.read_paused and self.queue.empty() and not self.transport.is_closing():
            self.read_paused = False
            self.transport.resume_reading()

    def write_frames(self, data: bytes) -> None:
        """Send whole WebSocket messages that the caller has encoded. Never blocks; does nothing on a closed socket."""
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.transport.write(data)

    async def drained(self) -> None:
        """Returns when the kernel takes something again, or the connection is gone."""
        await self.writable.wait()

    @property
    def gone(self) -> bool:
        return bool(self.transport.is_closing())

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken yet."""
        transport: asyncio.Transport = self.transport
        return 0 if transport.is_closing() else transport.get_write_buffer_size()

    def cut(self) -> None:
        """End the connection now, whatever waits to be sent."""
        self.transport.abort()
        self._changed()
