"""uvicorn's websockets-sansio protocol, with a way past it for frames that are ready to send.

A frame that a whole room receives is encoded once, and what one person gets in one turn of the loop goes out in one
write. Handshake, reading, pings and closing stay uvicorn's. See `docs/decisions/shared-frames.md`.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

EXTENSION = "roundtable.wire"


class SharedFrameProtocol(WebSocketsSansIOProtocol):
    """Puts itself into the ASGI scope's extensions, where the sync endpoint finds it."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    def write_frames(self, data: bytes) -> None:
        """Send whole WebSocket messages that the caller has encoded. Never blocks; does nothing on a closed socket."""
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.transport.write(data)

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken yet."""
        transport: asyncio.Transport = self.transport
        return 0 if transport.is_closing() else transport.get_write_buffer_size()

    def cut(self) -> None:
        """End the connection now, whatever waits to be sent."""
        self.transport.abort()
