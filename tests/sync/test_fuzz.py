"""Ten thousand frames that nobody should send: nobody else notices, and whoever sent them is told with a code."""

import os
import random

import pytest

from server.sync import protocol
from server.sync.lib0 import sized, text, uint
from tests.support.frames import auth, awareness_frame, close_frame, frame_kind, step_1, sync_frame, update_frame
from tests.support.table import Table, memory
from tests.support.wait import until
from tests.support.wire_client import WireClient

FRAMES = 10_000
AT_ONCE = 40  # sockets
WARM = 10  # rounds until the server's memory is what it is
MOST_GROWTH = 64 * 1024 * 1024
SEED = int(os.environ.get("FUZZ_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)

# What a client may be told: `protocol.py`, and what RFC 6455 has for what is no WebSocket.
CODES = {
    protocol.POLICY,
    protocol.TOO_BIG,
    protocol.UNAUTHORIZED,
    protocol.FORBIDDEN,
    protocol.RESET,
    protocol.TIMEOUT,
}


def real_frames(table: Table) -> list[bytes]:
    """One of each kind that an honest client sends."""
    author = table.sit(3)
    key = author.key
    state = author.doc.get_update()
    presence = uint(1) + uint(77) + uint(1) + sized(b'{"cursor":{"anchor":1},"user":{"name":"x"}}')
    return [
        auth(key, table.token(3)),
        step_1(key),
        step_1(key, author.doc.get_state()),
        sync_frame(key, protocol.STEP_2, state),
        sync_frame(key, protocol.STEP_2, b"\x00\x00"),
        update_frame(key, author.hold_back("y")),
        update_frame(key, author.hold_back(" two words ")),
        sync_frame(key, protocol.SYNC_REPLY, b"\x00\x00"),
        awareness_frame(key, presence),
        awareness_frame(key, presence[:-1]),
        text(key) + bytes((protocol.QUERY_AWARENESS,)),
        text(key) + bytes((protocol.STATELESS,)) + text('{"event":"comments"}'),
        close_frame(key),
        bytes((protocol.PONG,)),
    ]


def mutated(rng: random.Random, frames: list[bytes]) -> bytes:
    frame = bytearray(rng.choice(frames))
    kind = rng.randrange(10)
    if kind == 0:
        return rng.randbytes(rng.randrange(200))
    if kind == 1:
        return bytes(frame[: rng.randrange(len(frame))])
    if kind == 2:
        return bytes(frame) + rng.randbytes(rng.randrange(1, 20))
    if kind == 3:
        other = rng.choice(frames)
        return bytes(frame[: rng.randrange(len(frame))]) + other[rng.randrange(len(other)) :]
    # Mostly past the document's name, or few would get further than that.
    start = min(len(frame) - 1, frame[0] + 1) if rng.random() < 0.9 else 0
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(start, len(frame))
        if kind < 7:
            frame[at] ^= 1 << rng.randrange(8)
        elif kind == 7:
            frame[at : at + 1] = rng.choice([b"\xff\xff\xff\xff\x0f", b"\x80" * 12, b"\xff" * 8 + b"\x01", b"\x00"])
        elif kind == 8:
            frame[at:at] = rng.randbytes(rng.randrange(1, 6))
        else:
            del frame[at : at + rng.randrange(1, 4)]
            start = min(start, max(0, len(frame) - 1))
            if not frame:
                break
    return bytes(frame)


def attack(table: Table, rng: random.Random, frames: list[bytes]) -> int:
    """One round; how many frames were sent. Each socket ends with a ticket that is none, which ends it for certain."""
    sockets: list[tuple[WireClient, list[bytes]]] = []
    for number in range(AT_ONCE):
        client = WireClient(table.server.websocket)
        name = table.documents[0]
        sent = [auth(name, table.token(2)), step_1(name)] if number % 3 else []
        sent.append(mutated(rng, frames))  # one each: most end their socket
        client.send(*sent, auth(name, "no ticket"))
        sockets.append((client, sent))
    for client, sent in sockets:
        code = client.wait_closed()
        assert code in CODES, f"closed with {code} after {[frame.hex() for frame in sent]}"
        for frame in client.frames:
            assert len(frame) == 1 or frame_kind(frame)  # what the server says is well formed, whatever it was told
    return AT_ONCE


@pytest.mark.slow
def test_frames_of_every_wrong_kind_disturb_nobody(table: Table, other_table: Table) -> None:
    rng = random.Random(SEED)
    print(f"FUZZ_SEED={SEED}")
    frames = real_frames(table)
    here, elsewhere = table.sit(1), other_table.sit(1)
    before, sent, turn = 0, 0, 0
    while sent < FRAMES:
        sent += attack(table, rng, frames)
        turn += 1
        if turn == WARM:
            before = memory(table.server)
        if turn % 5 == 0:
            here.add_paragraph(f"turn {turn}")
            elsewhere.add_paragraph(f"turn {turn}")
            until(lambda: here.settled and elsewhere.settled, "acks for those who are not concerned")
            assert table.server.get("/healthz")[0] == 200
    assert memory(table.server) - before < MOST_GROWTH
    assert here.refused == elsewhere.refused == 0
    assert f"turn {turn // 5 * 5}" in table.stored_text(here.key)
    # Whoever comes now finds a sound document, the same as the one who stayed.
    late = table.sit(0)
    until(lambda: late.whole_text == here.whole_text, "one text")
    assert here.client.frames == []
