"""A client of `/sync` that the tests drive frame by frame: honest, hostile, or one that stops reading.

Nothing happens by itself. `pump` takes in what has come; `until(lambda: client.pump() and …)` waits for more.
"""

import select
import socket
import time
from collections.abc import Callable
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from websockets.client import ClientProtocol
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

from server.documents.tree import Node, Text, insert_nodes, read_doc, text_of
from server.sync import protocol
from server.sync.lib0 import read_bytes, read_text, text
from tests.support.frames import auth, step_1, sync_frame
from tests.support.wait import until

CHUNK = 1 << 16


class WireClient:
    """One WebSocket. `frames` holds what came and nobody has taken."""

    def __init__(
        self,
        url: str,
        *,
        origin: str | None = None,
        headers: dict[str, str] | None = None,
        receive_buffer: int | None = None,
    ) -> None:
        self.frames: list[bytes] = []
        self.answer: Response | None = None
        self.documents: dict[str, Document] = {}
        self.reads_while_writing = True
        self._ended = False
        uri = parse_uri(url)
        self._protocol = ClientProtocol(uri, max_size=None)
        self._socket = socket.socket()
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.connect((uri.host, uri.port))
        self._socket.setblocking(False)
        request = self._protocol.connect()
        if origin is not None:
            request.headers["Origin"] = origin
        for name, value in (headers or {}).items():
            request.headers[name] = value
        self._protocol.send_request(request)
        self._flush()
        self._read_until(lambda: self.answer is not None, f"an answer to the handshake with {url}")

    # --- out ---

    def send(self, *messages: bytes) -> None:
        """Send binary messages in one go; to a connection that has ended, nothing."""
        if self._protocol.state is State.OPEN:
            for message in messages:
                self._protocol.send_binary(message)
            self._flush()

    def send_text(self, message: str) -> None:
        self._protocol.send_text(message.encode())
        self._flush()

    def send_raw(self, data: bytes) -> None:
        """Bytes that need be no WebSocket frame."""
        self._write(data)

    def _flush(self) -> None:
        self._write(b"".join(self._protocol.data_to_send()))

    def _write(self, data: bytes) -> None:
        """All of it, however long it takes: while the server reads nothing, what comes from it is taken in."""
        view = memoryview(data)
        deadline = time.monotonic() + 60
        while view and not self._ended:
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                assert time.monotonic() < deadline, "the server reads nothing more"
                if self.reads_while_writing:
                    self._read()
                select.select([], [self._socket], [], 0.02)
            except OSError:
                self._read_to_end()

    # --- in ---

    def pump(self) -> bool:
        """Take in what has come; true, so that it can stand before `and`."""
        self._read()
        self._flush()
        for document in self.documents.values():
            document.take_in()
        return True

    def stop_reading(self) -> None:
        """Leave what comes in the kernel's buffers, until the next `pump`."""
        self.reads_while_writing = False

    def _read(self) -> None:
        while not self._ended:
            try:
                data = self._socket.recv(CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            self._feed(data)

    def _read_to_end(self) -> None:
        """Sending has failed: what the server said before it went is still there to read."""
        self._read_until(lambda: self._ended, "the end of a broken connection")

    def _read_until(self, condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
        """As `until`, but at once when something comes."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds:g} s in vain for {what}"
            select.select([self._socket], [], [], 0.1)
            self._read()
            if not self._ended:
                self._flush()

    def _feed(self, data: bytes) -> None:
        if data:
            self._protocol.receive_data(data)
        else:
            self._ended = True
            self._protocol.receive_eof()
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self.answer = event
            elif isinstance(event, WebSocketFrame) and event.opcode is Opcode.BINARY:
                self.frames.append(bytes(event.data))
        if self._protocol.state is State.CLOSED:
            self._ended = True

    @property
    def accepted(self) -> bool:
        return self.answer is not None and self.answer.status_code == 101

    @property
    def ended(self) -> bool:
        return self._ended

    @property
    def close_code(self) -> int | None:
        """The code that the server closed with; 1006 where it said none."""
        return self._protocol.close_code if self._ended else None

    def wait_closed(self, *, seconds: float = 30) -> int:
        self._read_until(lambda: self._ended, "the server to close the socket", seconds)
        code = self.close_code
        assert code is not None
        return code

    def expect(self, key: str, kind: int, *, step: int | None = None) -> bytes:
        """Wait for a frame of this type for `key`, leave out those before it, and return what follows the type."""
        start = text(key) + bytes((kind,) if step is None else (kind, step))

        def found() -> bytes | None:
            self._read()
            while self.frames:
                frame = self.frames.pop(0)
                if frame.startswith(start):
                    return frame[len(text(key)) + 1 :]
            return None

        frame = until(found, f"a frame of type {kind}; closed with {self.close_code}")
        assert frame is not None
        return frame

    def end(self) -> None:
        """Go without a word, as a phone in a tunnel does."""
        self._ended = True
        self._socket.close()

    # --- documents ---

    def open(self, name: str, token: str) -> "Document":
        """Enter a document as an honest client does, and wait until it is there."""
        document = Document(self, name)
        self.documents[name] = document
        document.enter(token)
        until(lambda: document.settled and document.synced and document.asked, f"document {name}")
        return document


class Document:
    """An honest client's document: a pycrdt document that sends what is typed into it and counts the answers."""

    def __init__(self, client: WireClient, key: str) -> None:
        self.client = client
        self.key = key
        self.doc: Doc[Any] = Doc()
        self.root = self.doc.get("default", type=XmlFragment)
        self.scope = ""
        self.denied: str | None = None
        self.synced = False
        self.sent = self.acked = self.refused = 0
        self.events: list[str] = []
        self.presence: list[bytes] = []
        self.asked = 0

    def enter(self, token: str) -> None:
        self.sent += 1  # the answer to the server's first question; later answers stand for what was not acked
        self.client.send(auth(self.key, token), step_1(self.key, self.doc.get_state()))

    def come_back(self, client: WireClient, token: str) -> None:
        """Reconnect on another socket with what this tab holds, and wait until all of it has its answer."""
        self.client, self.synced = client, False
        self.sent = self.acked = self.refused = self.asked = 0
        client.documents[self.key] = self
        self.enter(token)
        until(lambda: self.settled and self.synced and self.asked, f"document {self.key} again")

    def take_in(self) -> None:
        start = text(self.key)
        mine = [frame for frame in self.client.frames if frame.startswith(start)]
        if mine:
            self.client.frames = [frame for frame in self.client.frames if not frame.startswith(start)]
        for frame in mine:
            self._take(frame, len(start))

    def _take(self, frame: bytes, at: int) -> None:
        kind = frame[at]
        if kind == protocol.SYNC:
            body = read_bytes(frame, at + 2)[0]
            if frame[at + 1] == protocol.STEP_1:
                self.asked += 1
                self.client.send(sync_frame(self.key, protocol.STEP_2, self.doc.get_update(body)))
            else:
                self.doc.apply_update(body)
                self.synced = self.synced or frame[at + 1] == protocol.STEP_2
        elif kind == protocol.AUTH:
            said = read_text(frame, at + 2)[0]
            self.scope, self.denied = (said, None) if frame[at + 1] == protocol.AUTHENTICATED else ("", said)
        elif kind == protocol.SYNC_STATUS:
            self.acked += frame[at + 1] == 1
            self.refused += frame[at + 1] == 0
        elif kind == protocol.STATELESS:
            self.events.append(read_text(frame, at + 1)[0])
        elif kind == protocol.AWARENESS:
            self.presence.append(read_bytes(frame, at + 1)[0])

    def send(self, update: bytes, step: int = protocol.UPDATE) -> None:
        self.sent += 1
        self.client.send(sync_frame(self.key, step, update))

    def hold_back(self, words: str) -> bytes:
        """Type without sending; what would have been sent."""
        before = self.doc.get_state()
        target = first_text(self.root)
        target.insert(len("".join(part for part, _ in target.diff()).encode()), words)
        return self.doc.get_update(before)

    def type(self, words: str) -> None:
        """Write at the end of the first paragraph."""
        self.send(self.hold_back(words))

    def add_paragraph(self, words: str, at: int | None = None) -> None:
        """Write a new paragraph at a place, or at the end, whatever became of what stood there."""
        before = self.doc.get_state()
        place = len(list(self.root.children)) if at is None else at
        insert_nodes(self.root, place, [Node("paragraph", {}, (Text(words),))])
        self.send(self.doc.get_update(before))

    def remove_blocks(self, count: int, at: int | None = None) -> None:
        """Take away blocks from a place on, or the last ones."""
        before = self.doc.get_state()
        place = len(list(self.root.children)) - count if at is None else at
        del self.root.children[place : place + count]
        self.send(self.doc.get_update(before))

    @property
    def whole_text(self) -> str:
        self.client.pump()
        return text_of(read_doc(self.doc))

    @property
    def text(self) -> str:
        return "".join(part for part, _ in first_text(self.root).diff())

    @property
    def settled(self) -> bool:
        """Every frame has its answer."""
        self.client.pump()
        return self.sent == self.acked + self.refused

    def reads(self, words: str) -> bool:
        self.client.pump()
        return words in self.text


def first_text(node: XmlFragment | XmlElement) -> XmlText:
    child = node.children[0]
    return child if isinstance(child, XmlText) else first_text(child)
