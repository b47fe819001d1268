"""The network to PostgreSQL swallows packets, or forgets one side of a connection."""

import contextlib
from collections.abc import Iterator

from tests.failure.test_database import goes_through, stuck, way
from tests.support.faults.field import Field
from tests.support.wait import until


@contextlib.contextmanager
def swallowed(field: Field) -> Iterator[None]:
    """Packets are lost for good, as when a firewall forgets the connections: no end, no reset, no answer."""
    way(field).blackhole()
    until(lambda: stuck(field), "the node to notice", seconds=40)
    way(field).forget()
    yield


def test_a_network_that_swallows_everything(field: Field) -> None:
    goes_through(field, swallowed(field))


@contextlib.contextmanager
def left_behind(field: Field) -> Iterator[None]:
    """The node's side of its connections ends, the database's does not: the lock that it held is held by nobody."""
    proxy = way(field)
    proxy.leave_behind()
    yield


def test_a_lock_left_behind(field: Field) -> None:
    goes_through(field, left_behind(field))


def test_a_lock_of_who_went_in_the_middle_of_a_message(two_nodes: Field) -> None:
    """No limit of PostgreSQL's own runs while it waits for the rest of a message: the next who wants the lock ends it.

    Both nodes wait for it, whoever of them has lost the connection.
    """
    (meeting,) = two_nodes.meet()
    writers = [two_nodes.seat(meeting, 1, people=1, nodes=[node])[0] for node in two_nodes.nodes]
    proxy = two_nodes.nodes[0].database
    assert proxy is not None
    with two_nodes.typing():
        two_nodes.goes_on(writers)
        proxy.break_off()
        ended = lambda node: "held meetings and were ended" in node.server.said()  # noqa: E731
        until(lambda: any(map(ended, two_nodes.nodes)), "the lock's holder to be ended", seconds=60)
        two_nodes.goes_on(writers)
    two_nodes.holds()
    two_nodes.clear()
