"""What we read and write past the framework: whole messages in order, and holding a client back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn import Config
from uvicorn.server import ServerState
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import OPEN

from server.sync.wire import MOST_UNSENT_PONGS, SharedFrameProtocol


class Transport:
    def __init__(self) -> None:
        self.reading = True
        self.closing = False
        self.unsent = 0
        self.written = b""

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closing

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.reading = False
        self.closing = True

    abort = close

    def get_extra_info(self, _name: str) -> None:
        return None


@pytest.fixture
async def wire() -> Any:
    config = SimpleNamespace(
        loaded=True,
        loaded_app=None,
        root_path="",
        asgi_version="3.0",
        ws_per_message_deflate=False,
        ws_max_size=1000,
        ws_ping_interval=None,
        ws_ping_timeout=None,
    )
    made: Any = SharedFrameProtocol(cast(Config, config), ServerState(), {})
    made.transport = Transport()
    return made


async def test_a_held_client_stays_held_whatever_it_sends_past_the_sink(wire: Any) -> None:
    wire.hold()
    assert not wire.transport.reading
    wire.queue.put_nowait({"type": "websocket.receive", "bytes": b"a ticket"})
    await wire.receive()
    assert not wire.transport.reading
    wire.go_on()
    assert wire.transport.reading


async def test_it_is_read_again_only_when_nothing_of_it_waits(wire: Any) -> None:
    wire.hold()
    wire.queue.put_nowait({"type": "websocket.receive", "bytes": b"1"})
    wire.go_on()
    assert not wire.transport.reading
    await wire.receive()
    assert wire.transport.reading


async def test_it_is_told_when_one_may_write_without_asking(wire: Any) -> None:
    told: list[bool] = []
    wire.watcher = lambda: told.append(wire.write is not None)
    assert wire.write is None
    wire.handshake_complete = True
    assert wire.write == wire.transport.write
    wire.pause_writing()
    wire.resume_writing()
    assert told == [False, True]


@pytest.mark.parametrize("end", ["shutdown", "handle_close", "connection_lost", "cut"])
async def test_nothing_is_written_once_it_ends(wire: Any, end: str) -> None:
    told: list[bool] = []
    wire.handshake_complete = True
    wire.conn.state = OPEN
    wire.watcher = lambda: told.append(wire.write is not None)
    if end == "handle_close":
        wire.conn.close_rcvd = Close(1000, "")
        wire.handle_close(Frame(Opcode.CLOSE, b""))
    elif end == "connection_lost":
        wire.connections.add(wire)
        wire.connection_lost(None)
    else:
        getattr(wire, end)()
    assert told == [False]


async def test_pings_are_answered_unless_the_answers_pile_up(wire: Any) -> None:
    wire.conn.data_to_send = lambda: [b"pong"]
    wire.handle_ping()
    assert wire.transport.written == b"pong"
    wire.pause_writing()
    wire.transport.unsent = MOST_UNSENT_PONGS
    wire.handle_ping()
    assert wire.transport.written == b"pong"
    wire.resume_writing()
    wire.handle_ping()
    assert wire.transport.written == b"pongpong"


async def test_whoever_waits_for_a_slow_reader_goes_on_when_it_reads_or_is_gone(wire: Any) -> None:
    wire.pause_writing()
    waiting = asyncio.create_task(wire.drained())
    await asyncio.sleep(0)
    assert not waiting.done()
    wire.resume_writing()
    await waiting


REQUEST = (
    b"GET /sync HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


async def _accept(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await asyncio.Event().wait()


@asynccontextmanager
async def connected(takes: bool = True) -> AsyncIterator[tuple[Any, list[bytes]]]:
    """A socket past its handshake, and what its sink was handed."""
    config = Config(_accept, ws_per_message_deflate=False, ws_max_size=1000, ws_ping_interval=None, log_config=None)
    config.load()
    state = ServerState()
    wire: Any = SharedFrameProtocol(config, state, {})
    wire.connection_made(Transport())
    wire.data_received(REQUEST)
    for _ in range(10):  # turns of the loop until the application has accepted
        await asyncio.sleep(0)
    assert wire.handshake_complete
    sunk: list[bytes] = []

    def sink(data: bytes) -> bool:
        if takes:
            sunk.append(data)
        return takes

    wire.sink = sink
    try:
        yield wire, sunk
    finally:
        for task in list(state.tasks):
            task.cancel()


def queued(wire: Any) -> list[bytes]:
    found = []
    while not wire.queue.empty():
        event = wire.queue.get_nowait()
        found.append(event.get("bytes") or event.get("text", "").encode())
    return found


def frame(opcode: Opcode, data: bytes, fin: bool = True) -> bytes:
    return bytes(Frame(opcode, data, fin).serialize(mask=True))


whole = st.binary(min_size=1, max_size=300).map(lambda data: ([frame(Opcode.BINARY, data)], data))
parts = st.tuples(st.binary(min_size=1, max_size=200), st.binary(min_size=1, max_size=200)).map(
    lambda pair: ([frame(Opcode.BINARY, pair[0], fin=False), frame(Opcode.CONT, pair[1])], pair[0] + pair[1])
)
words = st.text("abc", min_size=1).map(lambda word: ([frame(Opcode.TEXT, word.encode())], word.encode()))
ping = st.binary(max_size=20).map(lambda data: ([frame(Opcode.PING, data)], b""))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(whole, whole, parts, words, ping), max_size=8), st.data())
def test_messages_arrive_whole_and_in_order_however_the_bytes_are_cut(sent: Any, data: Any) -> None:
    stream = b"".join(part for frames, _ in sent for part in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    takes = data.draw(st.booleans())

    async def receive() -> None:
        async with connected(takes) as (wire, sunk):
            for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
                if start < end:
                    wire.data_received(stream[start:end])
            assert sunk + queued(wire) == [message for _, message in sent if message]

    asyncio.run(receive())


@pytest.mark.parametrize(
    "wrong",
    [
        bytes((0x82, 3)) + b"bare",  # a client must mask
        bytes((0xC2, 0x83)) + b"maskabc",  # an extension that nobody agreed on
        bytes((0x82, 0xFE)) + (1001).to_bytes(2, "big") + b"mask",  # longer than is allowed
        bytes((0x82, 0xFF)) + (2**63).to_bytes(8, "big") + b"mask",
        frame(Opcode.BINARY, b"a part", fin=False) + frame(Opcode.BINARY, b"another message"),
    ],
    ids=["bare", "extended", "long", "longest", "between parts"],
)
async def test_a_frame_that_breaks_the_protocol_ends_the_connection(wrong: bytes) -> None:
    async with connected() as (wire, sunk):
        wire.data_received(wrong)
        assert wire.close_sent
        wire.data_received(frame(Opcode.BINARY, b"after"))
        assert not sunk


async def test_what_the_handshake_said_is_let_go_of() -> None:
    async with connected() as (wire, sunk):
        wire.forget_handshake()
        assert [*wire.scope["headers"], *wire.request.headers, *wire.response.headers] == []
        wire.data_received(frame(Opcode.BINARY, b"after"))
        assert sunk == [b"after"]
