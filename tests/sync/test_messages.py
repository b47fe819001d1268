"""WebSocket messages that carry no frame of ours, and frames that come in pieces."""

import pytest
from websockets.frames import Frame, Opcode

from server.sync import protocol
from server.sync.lib0 import text
from tests.support.frames import auth, step_1, update_frame
from tests.support.table import Table
from tests.support.wait import until
from tests.support.wire_client import Document

MALFORMED = {
    "nothing": b"",
    "noise": b"\xde\xad\xbe\xef" * 8,
    "a type that only the server sends": text("d_1") + bytes((protocol.SYNC_STATUS, 1)),
    "a broadcast": text("d_1") + bytes((protocol.BROADCAST_STATELESS,)) + text("{}"),
    "a name without end": b"\xff\xff\xff\xff\x0f" + b"x" * 20,
}


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("inside", [False, True], ids=["a stranger", "a participant"])
def test_what_is_no_frame_ends_its_sender(table: Table, frame: bytes, inside: bool) -> None:
    client = table.sit(0).client if inside else table.client()
    client.send(frame)
    assert client.wait_closed() == protocol.POLICY


def test_text_is_no_frame(table: Table) -> None:
    client = table.client()
    client.send_text("hello")
    assert client.wait_closed() == protocol.POLICY


@pytest.mark.parametrize(
    "data",
    [
        Frame(Opcode.BINARY, b"not masked").serialize(mask=False),
        b"\xf2\x80\x00\x00\x00\x00",
        b"\x83\x80\x00\x00\x00\x00",
    ],
    ids=["not masked", "reserved bits", "unknown opcode"],
)
def test_what_is_no_websocket_message_ends_its_sender(table: Table, data: bytes) -> None:
    client = table.sit(0).client
    client.send_raw(data)
    assert client.wait_closed() == 1002


def pieces(message: bytes, count: int) -> list[bytes]:
    size = len(message) // count + 1
    parts = [message[at : at + size] for at in range(0, len(message), size)]
    return [
        Frame(Opcode.CONT if number else Opcode.BINARY, part, fin=number == len(parts) - 1).serialize(mask=True)
        for number, part in enumerate(parts)
    ]


def test_an_update_in_pieces_is_one_update(table: Table) -> None:
    author, reader = table.sit(0), table.sit(1)
    for number in range(5):
        author.sent += 1
        for piece in pieces(update_frame(author.key, author.hold_back(f" piece{number}")), 7):
            author.client.send_raw(piece)
        author.type(f" whole{number}")
    words = "".join(f" piece{number} whole{number}" for number in range(5))
    until(lambda: author.settled and reader.reads(words), "all words in their order")
    assert author.refused == 0


def test_a_message_past_the_limit_in_pieces_is_too_big(table: Table) -> None:
    author = table.sit(0)
    for piece in pieces(update_frame(author.key, bytes(2_000_000)), 20):
        author.client.send_raw(piece)
    assert author.client.wait_closed() == protocol.TOO_BIG


def test_the_reason_to_close_is_said_also_right_after_an_answer(table: Table) -> None:
    """In one turn of the loop: an answer goes out, and the next frame ends the socket."""
    author: Document = table.sit(0)
    for _ in range(10):
        client = table.client()
        name = author.key
        client.send(auth(name, table.token(1)), step_1(name), step_1(name), b"\xff\xff")
        assert client.wait_closed() == protocol.POLICY


def test_frames_before_the_ticket_are_answered_after_it_in_their_order(table: Table) -> None:
    author = table.sit(0)
    client = table.client()
    early = Document(client, author.key)
    early.doc.apply_update(author.doc.get_update())
    updates = [early.hold_back(f" e{number}") for number in range(5)]
    client.send(step_1(author.key), *(update_frame(author.key, update) for update in updates))
    client.send(auth(author.key, table.token(1)))
    until(lambda: author.reads(" e0 e1 e2 e3 e4"), "the early words")
    assert client.expect(author.key, protocol.AUTH)[0] == protocol.AUTHENTICATED
