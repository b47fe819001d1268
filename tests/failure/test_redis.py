"""Redis goes, forgets, or is there for one node and not for the other: slower for a while, and nothing is lost."""

from collections.abc import Iterator

import pytest

from tests.support.faults.field import Field
from tests.support.redis import RedisServer
from tests.support.wait import until


@pytest.fixture
def field(two_nodes: Field) -> Iterator[Field]:
    """In each document two people at one node and one at the other."""
    (meeting,) = two_nodes.meet()
    for node, people in ((two_nodes.nodes[0], 2), (two_nodes.nodes[1], 1)):
        two_nodes.seat(meeting, 2, people=people, nodes=[node])
    yield two_nodes
    two_nodes.clear()


def follow_each_other(field: Field) -> None:
    """What is typed now at either node comes to be read at the other."""
    for writer in field.writers:
        field.type(writer)
    fresh = {
        writer.document: [w.written[-1] for w in field.writers if w.document == writer.document]
        for writer in field.writers
    }
    until(
        lambda: all(mark in writer.screen() for writer in field.writers for mark in fresh[writer.document]),
        "the nodes to tell each other",
        seconds=60,
    )


def test_gone_for_a_while(field: Field, redis: RedisServer) -> None:
    redis.stop()
    with field.typing():
        field.goes_on()
    follow_each_other(field)
    redis.start()
    with field.typing():
        field.goes_on()
    field.holds()


def test_flushed(field: Field, redis: RedisServer) -> None:
    with field.typing():
        for _ in range(5):
            field.goes_on(edits=2)
            redis.flush()
    field.holds()


def test_hanging(field: Field, redis: RedisServer) -> None:
    """It takes connections and says nothing."""
    redis.pause()
    with field.typing():
        field.goes_on()
    follow_each_other(field)
    redis.resume()
    with field.typing():
        field.goes_on()
    field.holds()


def test_apart_from_one_node(field: Field) -> None:
    """That node tells nobody and hears nobody; PostgreSQL tells both."""
    way = field.nodes[1].bus
    assert way is not None
    for fault in (way.down, way.blackhole):
        fault()
        with field.typing():
            field.goes_on()
        follow_each_other(field)
        way.heal()
        way.reset()
    with field.typing():
        field.goes_on()
    field.holds()
