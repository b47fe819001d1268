"""One server for the tests that leave it as it is, and a meeting of its own for each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.server import Server
from tests.support.table import Table, troubles

MEETINGS, PEOPLE = 120, 4


@pytest.fixture(scope="session")
def _sync_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Iterator[dict[str, Any]]]]:
    server = Server(tmp_path_factory.mktemp("sync") / "data")
    server.data.mkdir()
    server.start()
    meetings = server.demo("--meetings", str(MEETINGS), "--people", str(PEOPLE))["meetings"]
    yield server, iter(meetings)
    server.stop()


@pytest.fixture
def table(_sync_server: tuple[Server, Iterator[dict[str, Any]]]) -> Iterator[Table]:
    """A live meeting. Fails when the server, at the end, is not well or has complained."""
    server, meetings = _sync_server
    before = len(troubles(server))
    meeting = Table(server, next(meetings))
    yield meeting
    meeting.leave()
    assert server.get("/healthz")[0] == 200
    assert troubles(server)[before:] == []


@pytest.fixture
def other_table(table: Table, _sync_server: tuple[Server, Iterator[dict[str, Any]]]) -> Iterator[Table]:
    """Another meeting on the same server."""
    other = Table(table.server, next(_sync_server[1]))
    yield other
    other.leave()


@pytest.fixture
def own_table(start_server: Callable[..., Server]) -> Iterator[Callable[..., Table]]:
    """Starts a server of its own, with settings, and returns a live meeting on it."""
    made: list[Table] = []

    def start(**settings: str) -> Table:
        server = start_server(**settings)
        made.append(Table(server, server.demo("--meetings", "1", "--people", str(PEOPLE))["meetings"][0]))
        return made[-1]

    yield start
    for one in made:
        one.leave()
