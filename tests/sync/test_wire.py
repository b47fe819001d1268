"""Holding a client back: nothing but its acks makes us read on."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from server.sync.wire import MOST_UNSENT_PONGS, SharedFrameProtocol


class Transport:
    def __init__(self) -> None:
        self.reading = True
        self.unsent = 0
        self.written = b""

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def write(self, data: bytes) -> None:
        self.written += data


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
