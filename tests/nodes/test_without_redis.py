"""Redis is stopped, flushed, started again: nothing is lost, and what is slow is said to be slow."""

import json
from collections.abc import Callable

from tests.support.nodes import Nodes, reads, settled
from tests.support.wait import until
from tests.support.wire_client import Document


def live(document: Document) -> list[str]:
    """What the page was told of live updates."""
    document.client.pump()
    events = [json.loads(event) for event in document.events]
    return [event["state"] for event in events if event["event"] == "live"]


def test_edits_go_on_without_redis_and_quickly_again_with_it(own_nodes: Callable[..., Nodes]) -> None:
    nodes = own_nodes()
    meeting = nodes.meeting()
    here, there = meeting.sit(0, 0), meeting.sit(1, 1)
    here.type(" with Redis")
    reads(there, " with Redis")
    nodes.redis.stop()
    here.type(" without Redis")
    settled(here)
    reads(there, " without Redis")
    until(lambda: live(here) == live(there) == ["slow"], "both pages to be told")
    for server in nodes.servers:
        status, body = server.get("/readyz")
        assert status == 200
        assert json.loads(body)["live_updates"] == "slow"
    late = meeting.sit(1, 2)
    until(lambda: live(late) == ["slow"], "whoever comes meanwhile to be told too")
    there.type(" answered")
    settled(there)
    reads(here, " answered")
    nodes.redis.start()
    until(lambda: live(here) == live(there) == ["slow", "ok"], "both pages to be told that it is over")

    def comes_through_redis() -> bool:
        """One may be met by a look at the database that was due just then."""
        catch_ups = nodes.metric(1, "roundtable_relay_catch_ups_total")
        here.type(" with it again")
        settled(here)
        reads(there, here.whole_text)
        return nodes.metric(1, "roundtable_relay_catch_ups_total") == catch_ups

    until(comes_through_redis, "an edit to come through Redis again")
    nodes.redis.flush()
    here.type(" flushed")
    reads(there, " flushed")
    assert here.refused == there.refused == 0
    assert meeting.verified()


def test_nodes_without_a_redis_find_each_other_in_the_database(own_nodes: Callable[..., Nodes]) -> None:
    """Forgetting the setting costs a second, and is told."""
    nodes = own_nodes(redis_url="")
    meeting = nodes.meeting()
    here, there = meeting.sit(0, 0), meeting.sit(1, 1)
    here.type(" found by looking")
    reads(there, " found by looking")
    until(lambda: live(here) == live(there) == ["slow"], "both pages to be told")


def test_a_node_that_starts_without_redis_serves(own_nodes: Callable[..., Nodes]) -> None:
    nodes = own_nodes()
    nodes.redis.stop()
    nodes.servers[1].restart()
    meeting = nodes.meeting()
    here, there = meeting.sit(0, 0), meeting.sit(1, 1)
    there.type(" no bus at all")
    reads(here, " no bus at all")
    until(lambda: live(there) == ["slow"], "the page to be told")
