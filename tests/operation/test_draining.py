"""A stop that a proxy sees coming: not ready first, serving on, then every client is told to come back."""

import json
from collections.abc import Callable

from server.sync import protocol
from tests.support.server import Server
from tests.support.table import Table
from tests.support.wait import until


def test_a_stopping_node_serves_on_until_it_has_been_left(start_server: Callable[..., Server]) -> None:
    server = start_server(drain_seconds="8")
    table = Table(server, server.demo(meetings=1, people=2)["meetings"][0])
    early = table.sit(0)
    server.begin_stop()
    until(lambda: server.get("/readyz")[0] == 503, "the node to be no longer ready")
    assert json.loads(server.get("/readyz")[1]) == {"status": "unavailable", "node": "is stopping"}
    assert server.get("/healthz")[0] == 200
    late = table.sit(1)  # who was still sent here is served
    late.type(" late")
    until(lambda: late.settled and early.reads("late"), "the edit")
    server.stop()
    assert {client.wait_closed() for client in table.clients} == {protocol.RESTART}


def test_many_are_sent_off_one_after_the_other_and_all_are(start_server: Callable[..., Server]) -> None:
    server = start_server()
    table = Table(server, server.demo(meetings=1, people=2)["meetings"][0])
    seats = [table.sit(number % 2) for number in range(120)]
    for seat in seats[:2]:
        seat.type(" kept")
    server.stop()
    assert {client.wait_closed() for client in table.clients} == {protocol.RESTART}
    assert all(seat.settled for seat in seats[:2])
    assert table.stored_text(table.documents[0]).count("kept") == 2
