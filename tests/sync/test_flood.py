"""What may be sent before a ticket is shown, and how big anything may be; past a limit the socket is closed."""

import pytest

from server.serving import MOST_FRAME
from server.sync import endpoint, protocol
from tests.support.frames import auth, step_1, sync_frame, update_frame
from tests.support.table import Table, memory
from tests.support.wait import until

MIB = 1024 * 1024


def test_many_frames_without_a_ticket_close_the_socket(table: Table) -> None:
    client = table.client()
    client.send(*[step_1(table.documents[0])] * (endpoint.MOST_WAITING_FRAMES + 1))
    assert client.wait_closed() == protocol.TOO_BIG
    assert client.frames == []


def test_many_bytes_without_a_ticket_close_the_socket(table: Table) -> None:
    client = table.client()
    client.send(*[update_frame(table.documents[0], bytes(MIB))] * 6)
    assert client.wait_closed() == protocol.TOO_BIG
    assert client.frames == []


def test_what_waits_on_all_sockets_together_has_a_limit_and_who_shows_a_ticket_first_goes_on(table: Table) -> None:
    author = table.sit(0)
    each = [update_frame(table.documents[0], bytes(MIB - 100))] * 4
    crowd = [table.client() for _ in range(endpoint.MOST_WAITING_HERE // (4 * MIB) + 4)]
    before = memory(table.server)
    for client in crowd:
        client.send(*each)
    for client in crowd[-2:]:
        assert client.wait_closed() == protocol.LATER
    assert memory(table.server) - before < endpoint.MOST_WAITING_HERE + 64 * MIB
    reader = table.sit(1)
    author.type(" not concerned")
    until(lambda: author.settled and reader.reads(" not concerned"), "an ack and the words")
    # Those that leave make room for others.
    for client in crowd:
        client.end()
    patient = table.client()
    patient.send(*[step_1(table.documents[0])] * 3, auth(table.documents[0], table.token(2)))
    for _ in range(3):
        patient.expect(table.documents[0], protocol.SYNC, step=protocol.STEP_2)


def test_many_documents_without_a_ticket_close_the_socket(table: Table) -> None:
    client = table.client()
    client.send(*[step_1(f"d_{number}") for number in range(endpoint.MOST_DOCUMENTS + 1)])
    assert client.wait_closed() == protocol.POLICY
    assert client.frames == []


def test_what_waits_within_the_limits_is_answered_once_the_ticket_comes(table: Table) -> None:
    client = table.client()
    name = table.documents[0]
    client.send(*[step_1(name)] * (endpoint.MOST_WAITING_FRAMES - 1))
    client.send(auth(name, table.token(0)))
    for _ in range(endpoint.MOST_WAITING_FRAMES - 1):
        client.expect(name, protocol.SYNC, step=protocol.STEP_2)
    # They wait no more, so as many again may wait for the next document.
    other = table.documents[2]
    client.send(*[step_1(other)] * (endpoint.MOST_WAITING_FRAMES - 1))
    client.send(auth(other, table.token(0)))
    for _ in range(endpoint.MOST_WAITING_FRAMES - 1):
        client.expect(other, protocol.SYNC, step=protocol.STEP_2)


def test_one_socket_opens_at_most_a_hundred_documents(table: Table) -> None:
    client = table.client()
    name = table.documents[0]
    keys = [f"{name}\0{number}" for number in range(endpoint.MOST_DOCUMENTS + 1)]
    client.send(*[auth(key, table.token(0)) for key in keys[:-1]])
    for key in keys[:-1]:
        client.expect(key, protocol.AUTH)
    client.send(auth(keys[-1], table.token(0)))
    assert client.wait_closed() == protocol.POLICY


def test_asking_for_many_documents_that_are_denied_closes_the_socket(table: Table) -> None:
    client = table.client()
    client.send(*[auth(f"d_{number}", table.token(0)) for number in range(endpoint.MOST_DOCUMENTS + 1)])
    assert client.wait_closed() == protocol.FORBIDDEN


@pytest.mark.slow  # it waits for the deadline
def test_a_socket_that_never_shows_a_ticket_is_closed_though_it_keeps_talking(table: Table) -> None:
    silent, talking = table.client(), table.client()

    def still_open() -> bool:
        if not talking.ended:
            talking.send(bytes((protocol.PONG,)))
            talking.pump()
        silent.pump()
        return not (silent.ended and talking.ended)

    until(lambda: not still_open(), "both to be closed", seconds=endpoint.AUTH_SECONDS + 30)
    assert silent.close_code == talking.close_code == protocol.TIMEOUT


def test_a_frame_of_the_greatest_size_passes_and_a_greater_one_does_not(table: Table) -> None:
    author = table.sit(0)
    head = sync_frame(author.key, protocol.STEP_2, b"")
    for size in (MOST_FRAME, MOST_FRAME + 1):
        body = bytes(size - len(head) - 2)  # the length takes three bytes instead of one
        frame = sync_frame(author.key, protocol.STEP_1, body)
        assert len(frame) == size
        client = table.client()
        client.open(table.documents[0], table.token(1))
        client.send(frame)
        # The first is read, and closed for what it says; the second is not even read.
        assert client.wait_closed() == (protocol.POLICY if size == MOST_FRAME else protocol.TOO_BIG)
    author.type(" undisturbed")
    until(lambda: author.settled, "an ack")


def test_a_large_honest_update_is_stored(table: Table) -> None:
    author, reader = table.sit(0), table.sit(1)
    author.type("x" * MIB)
    until(lambda: author.settled and reader.reads("x" * MIB), "a mebibyte of text")
    assert author.refused == 0


def test_a_document_past_its_size_is_refused_and_the_others_go_on(table: Table) -> None:
    author, reader, elsewhere = table.sit(0), table.sit(1), table.sit(2, 2)
    # All in one go, so that they wait together and are judged in one batch.
    updates = [author.hold_back("x" * (MIB // 2)) for _ in range(9)]
    before = memory(table.server)
    for update in updates:
        author.send(update)
    until(lambda: author.settled, "an answer to each", seconds=60)
    assert author.refused >= 1
    assert author.acked - 1 >= 7
    assert any('"too_big"' in event for event in author.events)
    assert len(table.stored_text(author.key)) < 4 * MIB
    elsewhere.type(" not concerned")
    until(lambda: elsewhere.settled and reader.client.pump(), "an ack in another document")
    assert elsewhere.refused == 0
    assert memory(table.server) - before < 128 * MIB
