"""People at different nodes write in one document: all see the same, and the journal has each edit once."""

from collections import Counter

from tests.support.crowd import MARK, Crowd
from tests.support.nodes import Nodes, reads, settled
from tests.support.wait import until


def test_what_is_typed_at_one_node_is_seen_at_the_other(nodes: Nodes) -> None:
    meeting = nodes.meeting()
    here, there = meeting.sit(0, 0), meeting.sit(1, 1)
    here.type(" written here")
    reads(there, " written here")
    there.type(" and there")
    reads(here, " and there")
    settled(here, there)
    assert [entry.author_id for entry in meeting.entries("edit")] == [meeting.person_id(0), meeting.person_id(1)]


def test_many_at_both_nodes_in_one_section(nodes: Nodes) -> None:
    meeting = nodes.meeting(6)
    with Crowd() as crowd:
        people = [
            crowd.join(nodes.servers[place % 2].websocket, meeting.token(place), meeting.documents[0], f"p{place}")
            for place in range(6)
        ]
        with crowd.typing(people, 7):
            until(lambda: sum(len(one.written) for one in people) > 300, "three hundred edits")
        until(crowd.all_acked, "every ack")
        written = dict.fromkeys((mark for one in people for mark in one.written), 1)
        until(lambda: all(dict(crowd.marks(one)) == written for one in people), "all of it with everybody")
        assert all(one.refused == 0 and one.closed == [] for one in people)
    assert Counter(MARK.findall(meeting.stored_text())) == written
    assert meeting.verified()
    assert nodes.metric(0, "roundtable_relay_behind_total") + nodes.metric(1, "roundtable_relay_behind_total") > 0
    assert nodes.metric(0, "roundtable_relay_diverged_total") + nodes.metric(1, "roundtable_relay_diverged_total") == 0


def test_whoever_comes_over_with_what_is_stored_already_adds_nothing(nodes: Nodes) -> None:
    meeting = nodes.meeting()
    author_, reader = meeting.sit(0, 0), meeting.sit(0, 1)
    author_.type(" by one")
    reader.type(" by the other")
    settled(author_, reader)
    reads(author_, " by the other")
    before = len(meeting.entries("edit"))
    author_.client.end()
    author_.come_back(nodes.client(1), meeting.token(0))
    author_.send(author_.doc.get_update())  # all of it again, the other's words too
    settled(author_)
    assert author_.refused == 0
    assert len(meeting.entries("edit")) == before
    author_.type(" and goes on")
    reads(reader, " and goes on")
    assert meeting.verified()
