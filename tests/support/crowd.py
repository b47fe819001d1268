"""People who type into documents of a real server, each with a connection that comes back by itself.

Tests stay plain functions: the crowd has a loop in a thread of its own, and `until` asks what it has come to.
"""

import asyncio
import contextlib
import random
import re
import threading
from collections import Counter, deque
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from server.sync.lib0 import read_bytes, read_text, read_uint, sized, text
from server.sync.protocol import (
    AUTH,
    AUTHENTICATED,
    PERMISSION_DENIED,
    STATELESS,
    STEP_1,
    STEP_2,
    SYNC,
    SYNC_REPLY,
    SYNC_STATUS,
    UPDATE,
)
from tests.support.wait import soon

MARK = re.compile(r"\w+-\d+;")
AGAIN = 0.05  # seconds between two tries to connect
T = TypeVar("T")


class Typist:
    """One person in one document. Marks (`name-7;`) are unique words; each is one edit."""

    def __init__(self, url: str, token: str, document: str, name: str) -> None:
        self._url = url
        self._token = token
        self._prefix = text(document)
        self.name = name
        self.written: list[str] = []
        self.acked: set[str] = set()
        self.refused = 0
        self.scope = ""
        self.events: list[str] = []
        self.closed: list[int] = []
        self.denied: list[str] = []
        self.synced = asyncio.Event()
        self.may_connect = asyncio.Event()
        self._doc: Doc[Any] = Doc()
        self._fragment = self._doc.get("default", type=XmlFragment)
        self._line: XmlText | None = None
        self._owed: deque[set[str]] = deque()  # the marks that each ack to come is for
        self._socket: ClientConnection | None = None

    @property
    def all_acked(self) -> bool:
        return self.acked == set(self.written)

    @property
    def marks(self) -> "Counter[str]":
        """Every mark on this person's screen, and how often it stands there."""
        return Counter(MARK.findall(str(self._fragment)))

    async def stay(self) -> None:
        """Connect, and again whenever the connection ends."""
        while True:
            await self.may_connect.wait()
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                await self._visit()
            await asyncio.sleep(AGAIN)

    async def _visit(self) -> None:
        async with connect(self._url, compression=None, max_size=None, ping_interval=None) as socket:
            self._owed.clear()
            await socket.send(self._prefix + bytes((AUTH, 0)) + text(self._token))
            await socket.send(self._prefix + bytes((SYNC, STEP_1)) + sized(self._doc.get_state()))
            try:
                while True:
                    message = await socket.recv()
                    if isinstance(message, bytes) and len(message) > 1:
                        await self._receive(socket, message)
            except ConnectionClosed as ended:
                self.closed.append(ended.rcvd.code if ended.rcvd else 1006)
            finally:
                self._socket, self.scope = None, ""
                self.synced.clear()

    async def _receive(self, socket: ClientConnection, message: bytes) -> None:
        _, at = read_bytes(message, 0)
        kind, at = read_uint(message, at)
        if kind in (SYNC, SYNC_REPLY):
            step, at = read_uint(message, at)
            body, _ = read_bytes(message, at)
            if step == STEP_1:
                await self._answer(socket, body)
            else:
                self._doc.apply_update(body)
                if step == STEP_2:
                    self.synced.set()
        elif kind == SYNC_STATUS:
            stored, _ = read_uint(message, at)
            marks = self._owed.popleft()
            if stored:
                self.acked |= marks
            else:
                self.refused += 1
        elif kind == AUTH:
            what, at = read_uint(message, at)
            if what == AUTHENTICATED:
                self.scope, _ = read_text(message, at)
            elif what == PERMISSION_DENIED:
                self.denied.append(read_text(message, at)[0])
        elif kind == STATELESS:
            self.events.append(read_text(message, at)[0])

    async def _answer(self, socket: ClientConnection, state: bytes) -> None:
        """All that the server lacks; from then on each edit goes out as it is made."""
        self._owed.append(set(self.written))
        self._socket = socket
        await socket.send(self._prefix + bytes((SYNC, STEP_2)) + sized(self._doc.get_update(state)))

    async def type(self) -> None:
        """One edit: the next mark at the end of this person's own paragraph. Offline it waits in the document."""
        before = self._doc.get_state()
        mark = f"{self.name}-{len(self.written)};"
        if self._line is None:
            paragraph = self._fragment.children.append(XmlElement("paragraph"))
            self._line = paragraph.children.append(XmlText(mark))
        else:
            self._line.insert(len(self._line), mark)
        self.written.append(mark)
        if self._socket is not None:
            self._owed.append({mark})
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(self._prefix + bytes((SYNC, UPDATE)) + sized(self._doc.get_update(before)))

    async def type_on(self, fingers: random.Random) -> None:
        while True:
            await self.type()
            await asyncio.sleep(fingers.uniform(0, 0.05))


class Crowd:
    """Use it with `with`; everybody goes home at the end."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="crowd", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self.people: list[Typist] = []

    def __enter__(self) -> "Crowd":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._call(self._go())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _go(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def join(self, url: str, token: str, document: str, name: str, *, seconds: float = 30) -> Typist:
        """Somebody new, connected and with the document's text before this returns."""

        async def come() -> Typist:
            typist = Typist(url, token, document, name)
            typist.may_connect.set()
            self._tasks.add(asyncio.create_task(typist.stay()))
            await asyncio.wait_for(typist.synced.wait(), seconds)
            return typist

        typist = self._call(come())
        self.people.append(typist)
        return typist

    def type(self, typist: Typist, times: int = 1, *, apart: bool = False) -> None:
        """So many edits in one go; `apart`: each when the one before is acked, so that each is an entry."""

        async def work() -> None:
            for _ in range(times):
                await typist.type()
                if apart:
                    await soon(lambda: typist.all_acked, "the ack of an edit")

        self._call(work())

    @contextlib.contextmanager
    def typing(self, people: Sequence[Typist], seed: int) -> Any:
        """They type without rest until the block ends."""

        async def begin() -> list[asyncio.Task[None]]:
            return [asyncio.create_task(typist.type_on(random.Random(f"{seed} {typist.name}"))) for typist in people]

        async def end(tasks: list[asyncio.Task[None]]) -> None:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        tasks = self._call(begin())
        try:
            yield
        finally:
            self._call(end(tasks))

    def hold_off(self, *, off: bool) -> None:
        """Keep everybody from connecting again, or let them."""
        for typist in self.people:
            self._loop.call_soon_threadsafe(typist.may_connect.clear if off else typist.may_connect.set)
        self._call(asyncio.sleep(0))

    def marks(self, typist: Typist) -> "Counter[str]":
        async def look() -> "Counter[str]":
            return typist.marks

        return self._call(look())

    def all_acked(self) -> bool:
        async def look() -> bool:
            return all(typist.all_acked for typist in self.people)

        return self._call(look())
