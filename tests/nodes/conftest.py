"""Several real nodes on one PostgreSQL and one Redis, and a meeting of its own for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.nodes import Nodes
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.table import troubles


@pytest.fixture(scope="session")
def _nodes(tmp_path_factory: pytest.TempPathFactory, _postgres: Postgres) -> Iterator[Nodes]:
    redis = RedisServer(tmp_path_factory.mktemp("bus")).start()
    with _postgres.database() as url:
        nodes = Nodes(tmp_path_factory.mktemp("nodes"), url, redis, 2)
        yield nodes.start()
        nodes.stop()
        redis.stop()


@pytest.fixture
def nodes(_nodes: Nodes) -> Iterator[Nodes]:
    """Two nodes that stay; the test leaves them, and Redis, as they are."""
    before = [len(troubles(server)) for server in _nodes.servers]
    yield _nodes
    _nodes.leave()
    for server, already in zip(_nodes.servers, before, strict=True):
        assert troubles(server)[already:] == []


@pytest.fixture
def own_nodes(tmp_path: Path, postgres_url: str) -> Iterator[Callable[..., Nodes]]:
    """Starts nodes, PostgreSQL's database and Redis of the test's own, to be broken in it."""
    made: list[Nodes] = []

    def start(count: int = 2, **settings: str) -> Nodes:
        (tmp_path / "bus").mkdir()
        redis = RedisServer(tmp_path / "bus").start()
        made.append(Nodes(tmp_path / "nodes", postgres_url, redis, count, **settings))
        return made[-1].start()

    yield start
    for nodes in made:
        nodes.leave()
        for server in nodes.servers:
            server.kill9()
        nodes.redis.stop()
