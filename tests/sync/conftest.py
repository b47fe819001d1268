"""One server for the tests that leave it as it is, and a meeting of its own for each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.server import Server
from tests.support.table import Table, troubles

MEETINGS, PEOPLE = 50, 4


class Rooms:
    """A server, and as many live meetings on it as are asked for, made in lots."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._left: list[dict[str, Any]] = []

    def table(self) -> Table:
        if not self._left:
            made = self.server.demo(meetings=MEETINGS, people=PEOPLE)
            self._left = list(reversed(made["meetings"]))
        return Table(self.server, self._left.pop())


@pytest.fixture(scope="session")
def _rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    server = Server(tmp_path_factory.mktemp("sync") / "data")
    server.data.mkdir()
    yield Rooms(server.start())
    server.stop()


@pytest.fixture
def table(_rooms: Rooms) -> Iterator[Table]:
    """A live meeting. Fails when the server, at the end, is not well or has complained."""
    meeting = _rooms.table()
    before = len(troubles(meeting.server))
    yield meeting
    meeting.leave()
    assert meeting.server.get("/healthz")[0] == 200
    assert troubles(meeting.server)[before:] == []


@pytest.fixture
def other_table(table: Table, _rooms: Rooms) -> Iterator[Table]:
    """Another meeting on the same server."""
    other = _rooms.table()
    yield other
    other.leave()


@pytest.fixture
def own_table(start_server: Callable[..., Server]) -> Iterator[Callable[..., Table]]:
    """Starts a server of its own, with settings, and returns a live meeting on it."""
    made: list[Table] = []

    def start(**settings: str) -> Table:
        server = start_server(**settings)
        made.append(Table(server, server.demo(meetings=1, people=PEOPLE)["meetings"][0]))
        return made[-1]

    yield start
    for one in made:
        one.leave()
