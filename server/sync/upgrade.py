"""The first bytes of a connection say what it is: a live socket goes straight to its protocol, all else to HTTP.

uvicorn reads every request with its HTTP parser, writes an upgrade out again and has it read a second time. When five
hundred clients come back at once that is a good part of what each costs.
"""

import asyncio
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

LIVE = b"GET /sync HTTP/1.1\r\n"
END = b"\r\n\r\n"
UPGRADE = b"\r\nupgrade: websocket\r\n"
MOST_HEAD = 8192  # bytes of a request that is looked at here


class FirstBytes(asyncio.Protocol):
    """What uvicorn is given as its HTTP protocol (`Config(http=...)`)."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._make = (config, server_state, app_state)
        self._live: Any = config.ws_protocol_class
        self._connections = server_state.connections
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._connections.add(self)  # type: ignore[arg-type] # uvicorn asks nothing of it but `shutdown`
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        transport = self._transport
        assert transport is not None  # noqa: S101 - for the types
        self._connections.discard(self)
        protocol = self._protocol(data)
        protocol.connection_made(transport)
        transport.set_protocol(protocol)
        protocol.data_received(data)

    def _protocol(self, data: bytes) -> Any:
        """A whole request for the live socket, as every client sends it, in one piece; anything else is HTTP."""
        live = data.startswith(LIVE) and data.endswith(END) and len(data) <= MOST_HEAD and data.count(END) == 1
        if live and UPGRADE in data.lower():
            return self._live(*self._make)
        return H11Protocol(*self._make)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._connections.discard(self)

    def shutdown(self) -> None:
        """The server stops, and nothing was asked here yet."""
        if self._transport is not None:
            self._transport.close()
