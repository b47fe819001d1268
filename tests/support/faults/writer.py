"""People who type unique marks into a document, come back as the stock provider does, and log all that happens.

A writer speaks the protocol from its description alone and imports nothing of the server.
"""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Decoder, Doc, XmlElement, XmlText, write_var_uint
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.support.faults.log import Log
from tests.support.faults.text import MARK, marks_in, root_of, screen

SYNC, AUTH, SYNC_REPLY, STATELESS, SYNC_STATUS = 0, 2, 4, 5, 8
STEP_1, STEP_2, UPDATE = 0, 1, 2
LINE = 40  # marks in a paragraph before its author begins the next


@dataclass(frozen=True)
class Habits:
    """Seconds. The stock provider's are `Habits()`: it waits 1 s, doubling to 30, each time a random part of that."""

    first: float = 1.0
    most: float = 30.0
    silence: float = 30.0  # a socket on which nothing came for so long is given up
    patience: float = 10.0  # for a connection to be made


SUITE = Habits(first=0.1, most=0.6)


@dataclass(frozen=True)
class Seat:
    """A place in a document: whose ticket, and by what name the journal's tables know that person."""

    document: str
    token: str
    person: str


@dataclass
class Frame:
    """What an ack to come will stand for."""

    marks: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def _bytes(value: bytes) -> bytes:
    return write_var_uint(len(value)) + value


class Writer:
    """One tab. `stay` keeps it connected; `type` and `remove` change its document, connected or not."""

    def __init__(self, urls: Sequence[str], seat: Seat, name: str, log: Log, habits: Habits = SUITE) -> None:
        self.urls = list(urls)
        self.name = name
        self.log = log
        self._seat = seat
        self.document = seat.document
        self._habits = habits
        self._dice = random.Random(name)
        self._prefix = _bytes(seat.document.encode())
        self.written: list[str] = []
        self.acked: set[str] = set()
        self.refused: set[str] = set()
        self.gone: set[str] = set()  # typed behind something refused: stored or not, nobody was told
        self._taken_back: dict[str, bool] = {}  # marks that the writer removed, and whether that was acked
        self._seen: set[str] = set()
        self.events: list[str] = []
        self.connections = 0
        self.synced = False
        self.stopped_by: list[int] = []
        self._doc: Doc[Any] = Doc()
        self._lines: list[XmlText] = []
        self._owed: deque[Frame] = deque()
        self._lost = self._blind = 0  # frames owed that get no ack of their own; acks that came meanwhile
        self._asked = self._anew = False
        self._socket: ClientConnection | None = None
        log.note("here", document=seat.document, person=seat.person, writer=name)

    # --- what the outside asks ---

    def __str__(self) -> str:
        counts = f"{len(self.written)} written, {len(self.acked)} acked, {len(self.refused)} refused"
        return f"{self.name} ({counts}, {len(self.gone)} gone, owed {len(self._owed)}, synced {self.synced})"

    @property
    def settled(self) -> bool:
        """Connected, and everything typed has its answer."""
        return self.synced and not self._owed and self._all_known

    @property
    def _all_known(self) -> bool:
        return len(self.acked | self.refused | self.gone) == len(self.written) and all(self._taken_back.values())

    def screen(self) -> str:
        return screen(self._doc)

    def note_screen(self) -> None:
        """The last record: what this person reads in the end."""
        self.log.note("screen", text=self.screen())

    # --- the connection ---

    async def stay(self) -> None:
        """Connect, and again whenever the connection ends."""
        wait = self._habits.first
        while True:
            connected = False
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                connected = await self._visit()
            wait = self._habits.first if connected else min(wait * 2, self._habits.most)
            await asyncio.sleep(self._dice.uniform(min(self._habits.first, wait), wait))

    async def _visit(self) -> bool:
        url = self._dice.choice(self.urls)
        async with connect(
            url,
            compression=None,
            max_size=None,
            ping_interval=None,
            open_timeout=self._habits.patience,
            close_timeout=1,
        ) as socket:
            self.connections += 1
            self.log.note("connected", url=url)
            # A new connection owes the ack of the first answer, whatever was owed on the last.
            self._forget_owed()
            self._asked = self._anew = False
            code = 1006
            try:
                await socket.send(
                    self._prefix + bytes((AUTH, 0)) + _bytes(self._seat.token.encode()) + _bytes(b"4.8.0")
                )
                await socket.send(self._prefix + bytes((SYNC, STEP_1)) + _bytes(self._doc.get_state()))
                self._socket = socket
                while not self._anew:
                    async with asyncio.timeout(self._habits.silence):
                        message = await socket.recv()
                    if isinstance(message, bytes) and len(message) > 1:
                        await self._receive(socket, message)
            except ConnectionClosed as ended:
                code = ended.rcvd.code if ended.rcvd else 1006
            except TimeoutError:
                socket.transport.abort()
                code = 4408
            finally:
                self._socket, synced = None, self.synced
                self.synced = False
                self.stopped_by.append(code)
                self.log.note("closed", code=code)
            return synced

    async def _receive(self, socket: ClientConnection, message: bytes) -> None:
        data = Decoder(message)
        if data.read_message() != self._prefix[-len(self._seat.document) :]:
            return
        kind = data.read_var_uint()
        if kind in (SYNC, SYNC_REPLY):
            step = data.read_var_uint()
            body = data.read_message() or b""
            if step == STEP_1:
                await self._answer(socket, body)
            else:
                self._doc.apply_update(body)
                self._look(body)
                if step == STEP_2:
                    self.synced = True
        elif kind == SYNC_STATUS:
            await self._take_answer(socket, stored=data.read_var_uint() == 1)
        elif kind == AUTH:
            if data.read_var_uint() == 1:
                self.log.note("denied", reason=data.read_var_string())
        elif kind == STATELESS:
            self.events.append(data.read_var_string())

    async def _answer(self, socket: ClientConnection, state: bytes) -> None:
        frame = Frame(
            [m for m in self.written if m not in self.acked and m not in self.refused and m not in self.gone],
            [mark for mark, acked in self._taken_back.items() if not acked],
        )
        self._lost += self._asked  # an update of ours came too early: this answer's ack is the only one it gets
        self._asked = True
        self._owed.append(frame)
        await socket.send(self._prefix + bytes((SYNC, STEP_2)) + _bytes(self._doc.get_update(state)))

    async def _take_answer(self, socket: ClientConnection, *, stored: bool) -> None:
        if not stored:
            await self._start_anew(socket, self._owed.popleft() if not self._lost else None)
        elif not self._lost:
            self._ack(self._owed.popleft())
        else:  # which frame this ack is for cannot be told; all of them, once as many came as are to come
            self._blind += 1
            if self._blind == len(self._owed) - self._lost:
                frames = list(self._owed)
                self._forget_owed()
                for frame in frames:
                    self._ack(frame)

    def _forget_owed(self) -> None:
        self._owed.clear()
        self._lost = self._blind = 0

    async def _start_anew(self, socket: ClientConnection, refused: Frame | None) -> None:
        """Something was refused: as the page does, keep the words apart and take the server's document instead."""
        if refused is not None:
            self.log.note("refused", marks=refused.marks, removed=refused.removed)
            self.refused.update(mark for mark in refused.marks if mark not in self.acked)
        self.gone.update(mark for mark in self.written if mark not in self.acked and mark not in self.refused)
        self._taken_back = {mark: acked for mark, acked in self._taken_back.items() if acked}
        self._doc, self._lines, self._anew = Doc(), [], True
        await socket.close()

    def _ack(self, frame: Frame) -> None:
        marks = [mark for mark in dict.fromkeys(frame.marks) if mark not in self.acked]
        self.acked.update(marks)
        removed = [mark for mark in dict.fromkeys(frame.removed) if not self._taken_back[mark]]
        self._taken_back.update(dict.fromkeys(removed, True))
        if marks or removed:
            self.log.note("acked", marks=marks, removed=removed)

    def _look(self, update: bytes) -> None:
        mine = f"~{self.name}-"
        new = [mark for mark in marks_in(update) if mark not in self._seen and not mark.startswith(mine)]
        if new:
            self._seen.update(new)
            self.log.note("seen", marks=new)

    # --- at the keyboard ---

    async def type(self, marks: int = 1) -> None:
        """One edit: so many new marks, mostly at the end of an own paragraph. Offline it waits in the document."""
        new = [f"~{self.name}-{len(self.written) + more};" for more in range(marks)]
        self.log.note("typed", marks=new)
        before = self._doc.get_state()
        self._insert("".join(new))
        self.written += new
        await self._send(Frame(marks=new), before)

    def _insert(self, words: str) -> None:
        line = self._lines[-1] if self._lines else None
        if line is None or len(line) > LINE * 8:
            paragraph = root_of(self._doc).children.append(XmlElement("paragraph"))
            self._lines.append(paragraph.children.append(XmlText(words)))
            return
        others = self._others_line() if self._dice.random() < 0.1 else None
        line = others or line
        text = str(line)
        between = [0, *(found.end() for found in MARK.finditer(text))]
        at = self._dice.choice(between) if others or self._dice.random() < 0.2 else len(text)
        line.insert(at, words)

    def _others_line(self) -> XmlText | None:
        """The last paragraph, whoever began it, if it holds marks alone."""
        children = list(root_of(self._doc).children)
        last = children[-1] if children else None
        if not isinstance(last, XmlElement) or last.tag != "paragraph" or len(list(last.children)) != 1:
            return None
        text = last.children[0]
        return text if isinstance(text, XmlText) and MARK.sub("", str(text)) == "" else None

    async def remove(self) -> bool:
        """Take an own mark back that is saved. False if none is at hand."""
        for line in reversed(self._lines):
            text = str(line)
            for found in MARK.finditer(text):
                mark = found.group()
                if mark in self.acked and mark not in self._taken_back:
                    before = self._doc.get_state()
                    self.log.note("removed", marks=[mark])
                    self._taken_back[mark] = False
                    del line[found.start() : found.end()]
                    await self._send(Frame(removed=[mark]), before)
                    return True
        return False

    async def _send(self, frame: Frame, before: bytes) -> None:
        if self._socket is not None:
            self._owed.append(frame)
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(self._prefix + bytes((SYNC, UPDATE)) + _bytes(self._doc.get_update(before)))

    async def type_on(self, keys_a_second: float) -> None:
        """Type without end, now and then taking something back."""
        while True:
            if self._dice.random() < 0.07:
                await self.remove()
            else:
                await self.type(self._dice.choice((1, 1, 1, 2)))
            await asyncio.sleep(self._dice.expovariate(keys_a_second))
