"""A TCP proxy that does to a connection what networks do: cut, reset, swallow, delay, throttle, end it on one side."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable

from tests.support.faults.background import Background

CHUNK = 1 << 16
BEGIN, COMMIT = b"BEGIN", b"COMMIT"
SYNC = b"S\x00\x00\x00\x04"  # ends a message of the extended query protocol
RESET_ON_CLOSE = struct.pack("ii", 1, 0)

COMMITS_OF_A_WRITER = 3  # in a row: whoever else commits, does so seldom


class Link:
    """One connection through the proxy: a client's side and a server's."""

    def __init__(self, proxy: "FaultProxy", client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self.client = client
        self.server = server
        self.doubtful = False  # the next answer is to be swallowed
        self.forgotten = False
        self.commits = 0
        self.begun = False  # a transaction
        self.breaking = False  # the next one's first statement loses its end

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, upwards: bool) -> None:
        try:
            while data := await reader.read(CHUNK):
                if upwards:
                    await self._proxy.before_sending(self, data)
                elif self.doubtful:
                    self._proxy.swallowed += 1
                    self.reset()
                    return
                await self._proxy.pass_through(len(data))
                if self.forgotten:
                    continue
                if upwards:
                    data = self._proxy.broken_off(self, data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            await self._proxy.may_end()
            if not self.forgotten:
                self.cut()

    def cut(self) -> None:
        self.client.close()
        self.server.close()

    def reset(self) -> None:
        for writer in (self.client, self.server):
            sock = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            writer.transport.abort()


class FaultProxy:
    """Between clients and whatever listens on `target` at 127.0.0.1. Its own port stays the same; the target may move.

    All methods but the `async` ones may be called from any thread.
    """

    def __init__(self, background: Background, target: int) -> None:
        self._background = background
        self.target = target
        self.port = 0
        self.accepted = 0
        self.swallowed = 0  # answers to COMMIT that nobody got
        self._links: set[Link] = set()
        self._server: asyncio.Server | None = None
        self._open = asyncio.Event()
        self._open.set()
        self._told = asyncio.Event()
        self._told.set()
        self._delay = self._commit_delay = 0.0
        self._rate = 0.0  # bytes a second; 0: as fast as they come
        self._doubts = 0
        self._unsent = self._abandoned = 0
        self._breaking = False
        self.on_commit: Callable[[], None] | None = None
        self.accept()

    # --- faults ---

    def heal(self) -> None:
        """Everything passes again. Connections that a fault has ended stay ended."""

        def work() -> None:
            self._open.set()
            self._told.set()
            self._delay = self._commit_delay = self._rate = 0.0
            self._doubts = self._unsent = self._abandoned = 0
            self._breaking = False

        self._background.call(work)
        self.accept()

    def accept(self) -> None:
        """Take connections (again, after `refuse`)."""
        self._background.run(self._listen())

    def refuse(self) -> None:
        """Take no new connection; those that are there go on."""
        self._background.run(self._stop_listening())

    def cut(self) -> None:
        """End every connection, as a proxy that restarts does."""
        self._background.call(self._on_each, Link.cut)

    def reset(self) -> None:
        """End every connection by a reset, as the kernel of a dead process does."""
        self._background.call(self._on_each, Link.reset)

    def _on_each(self, what: Callable[[Link], None]) -> None:
        for link in list(self._links):
            what(link)

    def down(self) -> None:
        """End every connection and take no new one."""
        self.refuse()
        self.reset()

    def blackhole(self) -> None:
        """Nothing passes either way and nobody is told; new connections find somebody who never answers."""
        self._background.call(self._open.clear)

    def half_open(self) -> None:
        """The server's side ends; the client is not told."""

        def work() -> None:
            self._told.clear()
            for link in list(self._links):
                link.server.transport.abort()

        self._background.call(work)

    def forget(self) -> None:
        """Connections that are there go nowhere for ever, new ones pass: a firewall that has lost its table."""

        def work() -> None:
            for link in self._links:
                link.forgotten = True
            self._open.set()

        self._background.call(work)

    def leave_behind(self) -> None:
        """At the next COMMIT the client's side of that connection ends, and the server's goes on waiting for it."""
        self._background.call(lambda: setattr(self, "_abandoned", 1))

    def break_off(self) -> None:
        """On the first connection that commits thrice from now on, which is the journal's while people type, the first
        statement of the next transaction reaches the database without the end of its message, and nothing after it: the
        server's side goes on waiting for who has gone."""

        def work() -> None:
            for link in self._links:
                link.commits = 0
            self._breaking = True

        self._background.call(work)

    def delay(self, seconds: float) -> None:
        """Every piece of data comes so much later."""
        self._background.call(lambda: setattr(self, "_delay", seconds))

    def throttle(self, bytes_per_second: float) -> None:
        self._background.call(lambda: setattr(self, "_rate", bytes_per_second))

    def slow_commits(self, seconds: float) -> None:
        """A disk that takes so long to write: COMMIT reaches the database later."""
        self._background.call(lambda: setattr(self, "_commit_delay", seconds))

    def doubt(self, commits: int) -> None:
        """The next so many COMMITs reach the database, their answers nobody: the connection is reset instead."""
        self._background.call(lambda: setattr(self, "_doubts", commits))

    def lose_commits(self, commits: int) -> None:
        """The next so many COMMITs do not reach the database: the connection is reset before."""
        self._background.call(lambda: setattr(self, "_unsent", commits))

    def hold_commit(self, then: Callable[[], None]) -> None:
        """The next COMMIT goes no further, and `then` is called (in the proxy's thread); `heal` lets it go on."""

        def hold() -> None:
            self.on_commit = None
            self._open.clear()
            then()

        self._background.call(lambda: setattr(self, "on_commit", hold))

    @property
    def links(self) -> int:
        return len(self._links)

    # --- the way through ---

    async def before_sending(self, link: Link, data: bytes) -> None:
        if COMMIT not in data:
            return
        if self.on_commit is not None:
            self.on_commit()
        if self._unsent:
            self._unsent -= 1
            link.reset()
            raise ConnectionResetError
        if self._abandoned:
            self._abandoned = 0
            link.forgotten = True
            link.client.transport.abort()
            raise ConnectionResetError
        if self._doubts:
            self._doubts -= 1
            link.doubtful = True
        if self._commit_delay:
            await asyncio.sleep(self._commit_delay)

    def broken_off(self, link: Link, data: bytes) -> bytes:
        """What of it reaches the database, once `break_off` was called."""
        begins, link.begun = BEGIN in data, link.begun or BEGIN in data
        if COMMIT in data:
            link.commits += 1
            link.begun = False
            if self._breaking and link.commits == COMMITS_OF_A_WRITER:
                self._breaking, link.breaking = False, True
        if not link.breaking or not link.begun or begins or not data.endswith(SYNC):
            return data
        link.forgotten = True
        link.client.transport.abort()
        return data.removesuffix(SYNC)

    async def pass_through(self, size: int) -> None:
        await self._open.wait()
        if self._delay:
            await asyncio.sleep(self._delay)
        if self._rate:
            await asyncio.sleep(size / self._rate)

    async def may_end(self) -> None:
        """An end passes no further than data does."""
        await self._open.wait()
        await self._told.wait()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=CHUNK, backlog=1024)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            await self._open.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self.target, limit=CHUNK)
        except OSError:
            writer.transport.abort()
            return
        for end in (writer, back):
            end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = Link(self, writer, back)
        self._links.add(link)
        with contextlib.suppress(asyncio.CancelledError):  # the loop's own end
            await asyncio.gather(
                link.pump(reader, back, upwards=True), link.pump(there, writer, upwards=False), return_exceptions=True
            )
        self._links.discard(link)
