"""Sockets that don't read: nobody waits for them, what is kept for them is bounded, and they catch up or are closed."""

import re
from collections.abc import Iterator

import pytest
from websockets.frames import Frame, Opcode

from server.sync import protocol
from server.sync.lib0 import sized, text, uint
from tests.support.frames import auth, awareness_frame, step_1, sync_frame
from tests.support.server import Server
from tests.support.table import Table, memory
from tests.support.wait import until
from tests.support.wire_client import Document, WireClient, first_text

MIB = 1024 * 1024
BIG = 200_000  # characters
MOST_GROWTH = 64 * MIB


def write_and_erase(author: Document, times: int) -> Iterator[bytes]:
    """Updates that are long to send though the document stays short."""
    for _ in range(times):
        yield author.hold_back("x" * BIG)
        before = author.doc.get_state()
        target = first_text(author.root)
        end = len("".join(part for part, _ in target.diff()).encode())
        del target[end - BIG : end]
        yield author.doc.get_update(before)


def metric(server: Server, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", server.get("/metrics")[1], re.MULTILINE)
    assert found is not None
    return float(found[1])


def deaf(table: Table, person: int = 2) -> Document:
    """A client in the first document that has stopped reading."""
    document = table.sit(person, receive_buffer=4096)
    document.client.stop_reading()
    return document


@pytest.mark.slow  # it waits until the server gives the deaf ones up
def test_nobody_waits_for_those_who_do_not_read(table: Table) -> None:
    author, reader = table.sit(0), table.sit(1)
    deaf_ones = [deaf(table) for _ in range(6)]
    before, closed = memory(table.server), metric(table.server, "roundtable_outbox_overflows_total")
    for number, update in enumerate(write_and_erase(author, 60)):
        author.send(update)
        if number % 10 == 0:
            until(lambda: author.settled and reader.client.pump(), "acks while others don't read")
    author.type(" the end")
    until(lambda: author.settled and reader.reads(" the end"), "the last words at the one who reads")
    assert author.refused == 0
    assert memory(table.server) - before < MOST_GROWTH

    back = deaf_ones.pop()
    until(lambda: back.reads(" the end"), "the last words at one who reads again")
    assert back.text == author.text
    back.type(" and mine")
    until(lambda: back.settled and reader.reads(" and mine"), "the words of one who was deaf")

    def given_up() -> bool:
        # Bytes past the limit are sent as long as somebody types: only then is it seen that one doesn't read.
        return metric(table.server, "roundtable_outbox_overflows_total") >= closed + len(deaf_ones)

    until(given_up, "the deaf ones to be closed", seconds=60)
    for document in deaf_ones:
        assert document.client.wait_closed() == 1006  # nothing can be said to whoever does not listen


@pytest.mark.parametrize("waiting", [False, True], ids=["after the ticket", "before it"])
def test_asking_for_the_whole_text_again_and_again_without_reading_costs_no_memory(table: Table, waiting: bool) -> None:
    author = table.sit(0)
    for _ in range(3):
        author.type("x" * MIB)
        until(lambda: author.settled, "an ack")
    asker = table.client(receive_buffer=4096)
    before = memory(table.server)
    ticket, questions = auth(author.key, table.token(2)), [step_1(author.key)] * 400
    asker.stop_reading()
    asker.send(*([*questions, ticket] if waiting else [ticket, *questions]))
    for _ in range(10):
        author.type(" and on")
        until(lambda: author.settled, "acks for another")
        assert memory(table.server) - before < MOST_GROWTH
    assert table.server.get("/healthz")[0] == 200


def test_presence_asked_for_without_reading_costs_no_memory(table: Table) -> None:
    author, asker = table.sit(0), deaf(table)
    state = b'{"cursor":"' + b"x" * 16_000 + b'"}'
    author.client.send(awareness_frame(author.key, uint(1) + uint(5) + uint(1) + sized(state)))
    before = memory(table.server)
    asker.client.send(*[text(author.key) + bytes((protocol.QUERY_AWARENESS,))] * 10_000)
    author.type(" on")
    until(lambda: author.settled, "an ack for another")
    assert memory(table.server) - before < MOST_GROWTH


def test_pings_without_reading_cost_no_memory(table: Table) -> None:
    client = WireClient(table.server.websocket, receive_buffer=4096)
    client.stop_reading()
    client.send(auth(table.documents[0], table.token(0)))
    before = memory(table.server)
    pings = Frame(Opcode.PING, b"x" * 125).serialize(mask=True) * 1000
    for _ in range(1000):
        client.send_raw(pings)  # 130 MB of them
    author = table.sit(1)
    author.type(" on")
    until(lambda: author.settled, "an ack for another")
    assert memory(table.server) - before < MOST_GROWTH
    client.end()


def test_whoever_sends_faster_than_is_stored_is_held_back_and_every_frame_is_acked_once(table: Table) -> None:
    author, reader = table.sit(0), table.sit(1)
    before = memory(table.server)
    updates = list(write_and_erase(author, 100))
    last = author.hold_back(" the end")
    for update in [*updates, last]:
        author.client.send(sync_frame(author.key, protocol.UPDATE, update))
    author.sent += len(updates) + 1
    until(lambda: author.settled, "an ack for each", seconds=60)
    until(lambda: reader.reads(" the end"), "the last words")
    assert author.refused == 0
    assert author.acked == len(updates) + 2
    assert reader.text == author.text
    assert memory(table.server) - before < MOST_GROWTH
