"""Frames: what stock clients send is read, everything else is refused without another kind of error."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.sync import protocol
from server.sync.lib0 import Malformed, read_uint, sized, text, uint
from server.sync.protocol import Frame, binary_message, decode


@given(st.integers(0, 2**53 - 1))
def test_integers_come_back(value: int) -> None:
    assert read_uint(uint(value), 0) == (value, len(uint(value)))


@given(
    st.text(min_size=1, max_size=40).filter(lambda key: len(key.encode()) <= protocol.MOST_KEY),
    st.sampled_from([protocol.STEP_1, protocol.STEP_2, protocol.UPDATE]),
    st.binary(max_size=300),
)
def test_sync_frames_come_back(key: str, step: int, body: bytes) -> None:
    frame = text(key) + bytes((protocol.SYNC, step)) + sized(body)
    assert decode(frame) == Frame(key, protocol.SYNC, step, body)


def test_a_token_may_be_followed_by_the_clients_version() -> None:
    frame = text("d_1") + bytes((protocol.AUTH, 0)) + text("ticket") + text("4.8.0")
    assert decode(frame) == Frame("d_1", protocol.AUTH, 0, b"ticket")


@pytest.mark.parametrize("kind", [protocol.PING, protocol.PONG])
def test_ping_and_pong_stand_alone(kind: int) -> None:
    assert decode(bytes((kind,))).type == kind


@given(st.binary(max_size=200))
@example(b"")
@example(b"\xff" * 12)
def test_any_bytes_are_a_frame_or_malformed(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        decode(data)


@pytest.mark.parametrize(
    "frame",
    [
        text("d") + bytes((protocol.BROADCAST_STATELESS,)) + text("{}"),
        text("d") + bytes((protocol.SYNC_STATUS, 1)),
        text("d") + bytes((protocol.AUTH, protocol.AUTHENTICATED)) + text("read-write"),
        text("d") + bytes((protocol.SYNC, 3)) + sized(b""),
        text("d") + bytes((protocol.SYNC, protocol.UPDATE)) + sized(b"\0\0") + b"x",
        text("") + bytes((protocol.SYNC, protocol.UPDATE)) + sized(b"\0\0"),
        text("x" * 300) + bytes((protocol.SYNC, protocol.UPDATE)) + sized(b"\0\0"),
        text("d") + bytes((99,)),
    ],
)
def test_what_a_client_may_not_send(frame: bytes) -> None:
    with pytest.raises(Malformed):
        decode(frame)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_websocket_messages_read_back(size: int) -> None:
    from websockets.frames import Frame as WebSocketFrame
    from websockets.frames import Opcode
    from websockets.protocol import CLIENT, Protocol, State

    client = Protocol(CLIENT, state=State.OPEN, max_size=None)
    client.receive_data(binary_message(b"x" * size))
    (frame,) = client.events_received()
    assert isinstance(frame, WebSocketFrame)
    assert (frame.opcode, len(frame.data)) == (Opcode.BINARY, size)
