"""Who is in a document at another node: they show up, late comers see them, and they go."""

import json
from typing import Any

from server.sync.lib0 import sized, uint
from server.sync.presence import decode
from tests.support.frames import awareness_frame
from tests.support.nodes import Nodes
from tests.support.wait import until
from tests.support.wire_client import Document


def show(document: Document, client: int, clock: int = 1, **state: Any) -> None:
    body = uint(1) + uint(client) + uint(clock) + sized(json.dumps({"cursor": None, **state}).encode())
    document.client.send(awareness_frame(document.key, body))


def seen(document: Document) -> dict[int, str]:
    """Names by awareness client, as this person's page has them."""
    document.client.pump()
    found: dict[int, tuple[int, str | None]] = {}
    for update in document.presence:
        for client, clock, state in decode(update):
            if client not in found or clock >= found[client][0]:
                found[client] = (clock, None if state is None else state["user"]["name"])
    return {client: name for client, (_, name) in found.items() if name is not None}


def test_people_at_other_nodes_come_and_go(nodes: Nodes) -> None:
    meeting = nodes.meeting()
    names = [person["name"] for person in meeting.people]
    ada, ben = meeting.sit(0, 0), meeting.sit(1, 1)
    show(ada, 11, user={"name": "Somebody else"})
    until(lambda: seen(ben) == {11: names[0]}, "the first to be seen at the other node, by their own name")
    show(ben, 22)
    until(lambda: seen(ada) == {11: names[0], 22: names[1]}, "each to see both")
    late = meeting.sit(1, 2)
    until(lambda: seen(late) == {11: names[0], 22: names[1]}, "whoever comes late to see both")
    ada.client.end()
    until(lambda: seen(ben) == seen(late) == {22: names[1]}, "the first to be gone")


def test_whoever_opens_a_document_later_sees_who_is_in_it_elsewhere(nodes: Nodes) -> None:
    meeting = nodes.meeting()
    ada, other = meeting.sit(0, 0), meeting.sit(1, 1, document=1)
    show(ada, 11)
    until(lambda: seen(ada) == {11: meeting.people[0]["name"]}, "the first to be there")
    late = other.client.open(meeting.documents[0], meeting.token(1))
    until(lambda: seen(late) == {11: meeting.people[0]["name"]}, "the other node to have asked")


def test_nobody_takes_the_caret_of_somebody_at_another_node(nodes: Nodes) -> None:
    meeting = nodes.meeting()
    ada, ben = meeting.sit(0, 0), meeting.sit(1, 1)
    show(ada, 11)
    until(lambda: seen(ben) == {11: meeting.people[0]["name"]}, "the first to be seen")
    show(ben, 11, clock=9)
    show(ben, 22)
    until(lambda: 22 in seen(ada), "the second to be seen")
    assert seen(ada)[11] == seen(ben)[11] == meeting.people[0]["name"]


def test_a_tab_that_comes_over_is_there_all_along(nodes: Nodes) -> None:
    meeting = nodes.meeting()
    name = meeting.people[0]["name"]
    ada, ben = meeting.sit(0, 0), meeting.sit(0, 1)
    show(ada, 11, clock=3)
    until(lambda: seen(ben) == {11: name}, "the first to be seen")
    over = meeting.sit(1, 0)  # before the node that it leaves has noticed
    show(over, 11, clock=4)
    ada.client.end()
    later = meeting.sit(0, 2)
    show(later, 33)
    until(lambda: 33 in seen(ben), "something that comes after")
    until(lambda: seen(ben).get(11) == name, "to be there, whichever node was first to say what")


def test_people_of_a_node_that_died_go(own_nodes) -> None:
    nodes = own_nodes()
    meeting = nodes.meeting()
    ada, ben = meeting.sit(0, 0), meeting.sit(1, 1)
    show(ada, 11)
    show(ben, 22)
    until(lambda: set(seen(ben)) == {11, 22}, "both to be seen")
    nodes.servers[0].kill9()
    until(lambda: set(seen(ben)) == {22}, "the dead node's people to go")
