"""PostgreSQL dies in the middle of commits, and a synchronous standby takes its place."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.faults.field import Field
from tests.support.postgres import Postgres
from tests.support.wait import until


@pytest.fixture
def primary() -> Iterator[Postgres]:
    """A cluster of its own, since it does not come back."""
    cluster = Postgres()
    try:
        yield cluster.start()
    finally:
        cluster.stop()


@pytest.fixture
def standby(primary: Postgres) -> Iterator[Postgres]:
    cluster = primary.with_standby()
    try:
        yield cluster
    finally:
        cluster.stop()


def test_a_standby_takes_over(make_field: Callable[..., Field], primary: Postgres, standby: Postgres) -> None:
    """Each node has a commit whose answer never comes: it is on the standby, or is done there again, and once."""
    primary.command("CREATE DATABASE roundtable")
    field = make_field(primary.url("roundtable"), nodes=2)
    (meeting,) = field.meet()
    field.seat(meeting, 2)
    ways = [way for node in field.nodes if (way := node.database) is not None]
    with field.typing():
        field.goes_on()
        for way in ways:
            way.doubt(1)
        until(lambda: any(way.swallowed for way in ways), "a commit to be in doubt")
        primary.crash()
        standby.promote()
        for way in ways:
            way.heal()
            way.target = standby.port
            way.reset()
        field.url = standby.url("roundtable")
        field.goes_on()
    field.holds()
