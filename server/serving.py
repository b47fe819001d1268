"""Serving: uvicorn as we want it, and a stop that loses nothing."""

import asyncio
import contextlib
import gc
import socket

import structlog
import uvicorn
from starlette.applications import Starlette

from server.settings import Settings
from server.sync.upgrade import FirstBytes
from server.sync.wire import SharedFrameProtocol

log = structlog.get_logger()

BACKLOG = 2048
LOOK_EVERY = 0.1  # seconds
MOST_FRAME = 1_200_000  # bytes of a WebSocket message: an update of 1 MiB and its header


class Server(uvicorn.Server):
    """A stop in three steps: the proxy is told to leave us, then every client to come back, then uvicorn closes."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._be_left()
        for listener in self.servers:
            listener.close()
        hub = getattr(self._app.state, "hub", None)
        if hub is not None:
            try:
                seconds = self._app.state.settings.shutdown_seconds
                async with asyncio.timeout(seconds):
                    await hub.drain(spread=seconds / 2)
            except TimeoutError:
                log.warning("some clients did not hear that the server stops")
        await super().shutdown(sockets)

    async def _be_left(self) -> None:
        """Serve on, no longer ready, until whoever asks /readyz has seen it. A second Ctrl+C cuts that short."""
        self._app.state.draining = True
        for _ in range(round(self._app.state.settings.drain_seconds / LOOK_EVERY)):
            if self.force_exit:
                break
            await asyncio.sleep(LOOK_EVERY)


def reserve(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of `host`, bound: nobody else can have the port. Raises `OSError`."""
    opened: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            listener = socket.socket(family, kind, protocol)
            opened.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(address)
    except BaseException:
        for listener in opened:
            listener.close()
        raise
    return opened


def serve(app: Starlette, settings: Settings, sockets: list[socket.socket]) -> None:
    """Run on these sockets until SIGTERM or SIGINT. Who comes before we accept waits in the backlog."""
    for reserved in sockets:
        reserved.listen(BACKLOG)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=FirstBytes,
        ws=SharedFrameProtocol,
        ws_max_size=MOST_FRAME,
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        backlog=BACKLOG,
    )
    # What exists now stays for good: the collector need not look at it again. And a frame makes few cycles, so it may
    # look less often than every 700 objects.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn, all done, raises the signal again
        Server(config, app).run(sockets)
