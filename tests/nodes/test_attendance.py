"""Attendance where somebody's pages are open at two nodes, in this process so that nobody waits out the grace."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url

from server.meeting import Actor, set_phase
from server.sample.load import Tickets, load_sample, load_synthetic
from server.storage.tables import Attendance, Attending
from server.sync import attendance
from tests.support.in_process import InProcess
from tests.support.server import SECRET_KEY
from tests.support.wait import until
from tests.support.wire_client import WireClient


class Pair:
    def __init__(self, servers: tuple[InProcess, InProcess], url: str) -> None:
        self.servers = servers
        self.engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))

    def sit(self, node: int, meeting: dict[str, Any], person: int) -> WireClient:
        client = WireClient(self.servers[node].websocket)
        client.open(meeting["documents"][0], meeting["people"][person]["token"])
        return client

    def rows(self, table: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(table.__table__)))

    def until_stays(self, *left: bool) -> None:
        """Wait for so many stays, of which these have ended."""

        def found() -> bool:
            stays = sorted(self.rows(Attendance), key=lambda stay: stay.arrived_at)
            return [stay.left_at is not None for stay in stays] == list(left)

        until(found, f"stays {left}")

    def until_at(self, count: int) -> None:
        until(lambda: len(self.rows(Attending)) == count, f"people at {count} nodes")


@pytest.fixture
def pair(tmp_path: Path, postgres_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setattr(attendance, "GRACE", 0.0)
    about = {"database_url": postgres_url, "redis_url": redis_url, "secret_key": SECRET_KEY}
    with InProcess(tmp_path / "a", **about) as here, InProcess(tmp_path / "b", **about) as there:
        until(lambda: all(one.app.state.bus.up for one in (here, there)), "the bus")
        yield Pair((here, there), postgres_url)


def synthetic(pair: Pair) -> dict[str, Any]:
    database = pair.servers[0].app.state.database
    (meeting,) = load_synthetic(database, "http://127.0.0.1", Tickets(SECRET_KEY), 1, 3)
    return meeting


def test_who_closes_one_page_of_two_has_not_left(pair: Pair) -> None:
    meeting = synthetic(pair)
    here = pair.sit(0, meeting, 0)
    pair.until_stays(False)
    there = pair.sit(1, meeting, 0)
    pair.until_at(2)
    here.end()
    pair.until_at(1)
    pair.until_stays(False)
    there.end()
    pair.until_at(0)
    pair.until_stays(True)


def test_everybody_at_every_node_arrives_when_the_meeting_begins(pair: Pair) -> None:
    server = pair.servers[0]
    meeting = load_sample(server.app.state.database, "http://127.0.0.1", Tickets(SECRET_KEY))
    here, there = pair.sit(0, meeting, 0), pair.sit(1, meeting, 8)
    view = server.hub.rooms()[0].meeting
    (leader,) = (one.person_id for one in view.members.values() if one.role == "case_manager")
    server.call(
        set_phase(server.hub.journal, Actor(leader, meeting["id"], "case_manager"), "live", reason="as planned")
    )
    pair.until_stays(False, False)
    for client in (here, there):
        client.end()
