"""What is done on a page at one node holds, and is told, at the other."""

import json
from typing import Any

from server.sync import protocol
from tests.support.nodes import Meeting, Nodes, settled
from tests.support.person import Person
from tests.support.wait import until
from tests.support.wire_client import Document


def at_pages(nodes: Nodes, node: int, meeting: Meeting, person: int) -> Person:
    link = meeting.people[person]["sign_in_url"].replace(nodes.servers[0].url, nodes.servers[node].url)
    return Person(nodes.servers[node].url).sign_in(link)


def told(document: Document) -> list[str]:
    document.client.pump()
    events: list[dict[str, Any]] = [json.loads(event) for event in document.events]
    return [event["event"] for event in events]


def test_a_section_that_is_made_final_here_refuses_edits_there(nodes: Nodes) -> None:
    meeting = nodes.meeting()
    leader, author = at_pages(nodes, 0, meeting, 0), meeting.sit(1, 1, -1)
    page = f"/m/{meeting.id}"
    leader.act(f"{page}/sections/{author.key}/read-back", seen=page)
    leader.act(f"{page}/sections/{author.key}/state", {"state": "final"}, seen=page)
    until(lambda: author.client.pump() and author.scope == "readonly", "the other node to close the section")
    said = meeting.stored_text(-1)
    author.type(" too late")
    settled(author)
    assert author.refused == 1
    assert meeting.stored_text(-1) == said


def test_an_edit_that_races_with_the_seal_is_refused_though_its_node_has_not_heard(own_nodes) -> None:
    nodes = own_nodes()
    meeting = nodes.meeting()
    leader, author = at_pages(nodes, 0, meeting, 0), meeting.sit(1, 1, -1)
    page = f"/m/{meeting.id}"
    leader.act(f"{page}/sections/{author.key}/read-back", seen=page)
    nodes.redis.stop()
    leader.act(f"{page}/sections/{author.key}/state", {"state": "final"}, seen=page)
    author.type(" too late")
    settled(author)
    assert author.refused == 1
    assert " too late" not in meeting.stored_text(-1)


def test_acts_refresh_the_pages_of_the_other_node(nodes: Nodes) -> None:
    meeting = nodes.meeting()
    leader, watcher = at_pages(nodes, 0, meeting, 0), meeting.sit(1, 1)
    page = f"/m/{meeting.id}"
    leader.act(f"{page}/pause", {"paused": "yes"}, seen=page)
    until(lambda: watcher.client.pump() and watcher.scope == "readonly", "the pause to hold at the other node")
    until(lambda: "paused" in told(watcher), "the page to be told")


def test_signing_out_at_one_node_closes_the_sockets_at_the_other(nodes: Nodes) -> None:
    meeting = nodes.meeting()
    person = at_pages(nodes, 0, meeting, 1)
    there = nodes.client(1).open(meeting.documents[0], person.ticket(meeting.id))
    person.act("/sign-out", seen=f"/m/{meeting.id}")
    assert there.client.wait_closed(seconds=2) == protocol.UNAUTHORIZED


def test_signing_out_closes_them_within_two_seconds_without_redis_too(own_nodes) -> None:
    nodes = own_nodes()
    meeting = nodes.meeting()
    person = at_pages(nodes, 0, meeting, 1)
    there = nodes.client(1).open(meeting.documents[0], person.ticket(meeting.id))
    nodes.redis.stop()
    until(lambda: nodes.metric(1, "roundtable_bus_up") == 0, "the node to notice that Redis is gone")
    person.act("/sign-out", seen=f"/m/{meeting.id}")
    assert there.client.wait_closed(seconds=2) == protocol.UNAUTHORIZED
