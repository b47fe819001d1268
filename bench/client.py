"""A person at a keyboard, for the kill test: writes marked edits, remembers what came and what was acknowledged."""

import asyncio
import contextlib
import re
from collections import deque
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.sync.lib0 import read_bytes, read_text, read_uint, sized, text

SYNC, AUTH, SYNC_REPLY, STATELESS, SYNC_STATUS = 0, 2, 4, 5, 8
STEP_1, STEP_2, UPDATE = 0, 1, 2
MARK = re.compile(r"\w+-\d+;")
JOIN_SECONDS = 30.0


class Person:
    """One connection to one document. Marks (`name-7;`) are unique words; each is one edit, one update, one ack."""

    def __init__(self, url: str, document: str, token: str, name: str) -> None:
        self._url = url
        self._prefix = text(document)
        self._token = token
        self.name = name
        self.written: list[str] = []
        self.acked: set[str] = set()
        self.refused: set[str] = set()
        self.told: list[str] = []  # what the server said besides, as JSON
        self._doc: Doc[Any] = Doc()
        self._fragment = self._doc.get("default", type=XmlFragment)
        self._owed: deque[str] = deque()  # what each ack to come will be for; "" is no edit
        self._synced = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._line: XmlText | None = None

    async def join(self) -> "Person":
        """Connect and wait for the document's content."""
        self._socket = await connect(self._url, compression=None, max_size=None, ping_interval=None)
        await self._socket.send(self._prefix + bytes((AUTH, 0)) + text(self._token) + text("4.8.0"))
        await self._socket.send(self._prefix + bytes((SYNC, STEP_1)) + sized(self._doc.get_state()))
        self._reader = asyncio.create_task(self._read())
        synced = asyncio.create_task(self._synced.wait())
        await asyncio.wait({synced, self._reader}, timeout=JOIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        synced.cancel()
        if not self._synced.is_set():
            raise ConnectionError(f"{self.name} was not let in")
        return self

    async def write(self) -> None:
        """One edit: the next mark at the end of this person's own paragraph. Raises `ConnectionClosed`."""
        assert self._socket is not None
        before = self._doc.get_state()
        mark = f"{self.name}-{len(self.written)};"
        if self._line is None:
            paragraph = self._fragment.children.append(XmlElement("paragraph"))
            self._line = paragraph.children.append(XmlText(mark))
        else:
            self._line.insert(len(self._line), mark)
        self.written.append(mark)
        self._owed.append(mark)
        await self._socket.send(self._prefix + bytes((SYNC, UPDATE)) + sized(self._doc.get_update(before)))

    def marks(self) -> set[str]:
        """Every mark on this person's screen, their own included."""
        return set(MARK.findall(str(self._fragment)))

    @property
    def idle(self) -> bool:
        """Everything sent has its answer."""
        return not self._owed

    def screen(self) -> str:
        """The whole document as this person has it."""
        return str(self._fragment)

    async def left(self) -> None:
        """Return once the server is gone and all that it had sent is read."""
        if self._reader is not None:
            await self._reader

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        await self.left()

    async def _read(self) -> None:
        assert self._socket is not None
        with contextlib.suppress(ConnectionClosed):
            async for message in self._socket:
                if isinstance(message, bytes) and len(message) > 1:
                    await self._receive(message)

    async def _receive(self, message: bytes) -> None:
        _, at = read_bytes(message, 0)
        kind, at = read_uint(message, at)
        if kind in (SYNC, SYNC_REPLY):
            step, at = read_uint(message, at)
            body, _ = read_bytes(message, at)
            if step == STEP_1:
                await self._answer(body)
            else:
                self._doc.apply_update(body)
                if step == STEP_2:
                    self._synced.set()
        elif kind == SYNC_STATUS:
            stored, _ = read_uint(message, at)
            mark = self._owed.popleft()
            if mark:
                (self.acked if stored else self.refused).add(mark)
        elif kind == STATELESS:
            self.told.append(read_text(message, at)[0])

    async def _answer(self, state: bytes) -> None:
        assert self._socket is not None
        self._owed.append("")
        await self._socket.send(self._prefix + bytes((SYNC, STEP_2)) + sized(self._doc.get_update(state)))
