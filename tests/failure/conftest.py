"""Faults on real processes while people type; each test ends with the checker's verdict. Slow all of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.faults.field import Field
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer

HERE = Path(__file__).parent
QUICK = {"test_checker.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and item.path.name not in QUICK:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(600))
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="module")
def _one_node(_postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    with _postgres.database() as url, Field(tmp_path_factory.mktemp("field"), url) as field:
        yield field


@pytest.fixture
def field(_one_node: Field) -> Iterator[Field]:
    """One node on PostgreSQL, which a module shares; a meeting of the test's own, six people in two documents."""
    (meeting,) = _one_node.meet()
    _one_node.seat(meeting, 2)
    yield _one_node
    _one_node.clear()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A module's own, to be ended and started at will."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def two_nodes(_postgres: Postgres, redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Two nodes on PostgreSQL and Redis, which a module shares."""
    folder = tmp_path_factory.mktemp("field")
    with _postgres.database() as url, Field(folder, url, redis_url=redis.url, nodes=2) as site:
        yield site


@pytest.fixture
def make_field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Field]]:
    """`make_field(database_url, redis_url=…, nodes=2)`: an installation that runs until the test ends."""
    with ExitStack() as stack:
        yield lambda url, **options: stack.enter_context(Field(tmp_path_factory.mktemp("field"), url, **options))


@pytest.fixture
def postgres(_postgres: Postgres) -> Iterator[Postgres]:
    """The session's cluster, to be ended and started at will; it runs again afterwards."""
    yield _postgres
    assert _postgres.process is not None
    _postgres.resume()
    if _postgres.process.poll() is not None:
        _postgres.boot()
