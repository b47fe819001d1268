"""Fixtures for everybody. Async tests run by themselves (pytest-asyncio, auto); browser tests are plain functions."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, event

from tests.support import compiled, rewritten
from tests.support.browser import People, launch
from tests.support.devices import Devices
from tests.support.node import Node
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.server import Server

# Processes and browsers cost more than calls: what is quick to tell comes first. Browser tests come last for another
# reason too: Playwright's loop, once running, would be in the way of the async tests' loops.
COSTLY = ("server", "start_server", "node", "postgres_url", "empty_postgres_url", "redis_url")

compiled.share()

if hasattr(os, "SCHED_BATCH"):
    # Whoever is at work goes on until its turn is over, however many wake up meanwhile: there is always work for all.
    with suppress(OSError):  # where that is not allowed, the tests only take longer
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))

gc.disable()  # until all is collected: importing makes next to no garbage, and looking for it is a third of the time


def pytest_configure(config: pytest.Config) -> None:
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        rewritten.compile_all(config)


@event.listens_for(Engine, "connect")
def _unordered(connection: Any, _record: object) -> None:
    """What a query leaves without an order comes in the one that nobody would rely on."""
    if "sqlite" in type(connection).__module__:
        connection.cursor().execute("PRAGMA reverse_unordered_selects=ON")


def pytest_collection_finish() -> None:
    gc.freeze()  # what has been collected stays
    gc.set_threshold(20_000, 20, 50)  # as the server has it
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"browser", "people"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
    items.sort(key=_cost)  # stable: within a class, the order of the files


def _cost(item: pytest.Item) -> int:
    if item.get_closest_marker("soak"):
        return -1  # one worker is at it for minutes, while the others do the rest
    if item.get_closest_marker("browser"):
        return 3 if item.get_closest_marker("lengthy") else 4
    if item.get_closest_marker("slow"):
        return 2
    return int(bool(set(COSTLY) & set(getattr(item, "fixturenames", ()))))


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty ROUNDTABLE_DATA."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers, each on data of its own unless `data` says otherwise: `start_server(redis_url=…)`."""
    started: list[Server] = []

    def start(data: Path | None = None, *, ready: bool = True, **settings: str) -> Server:
        server = Server(data or tmp_path_factory.mktemp("data"), **settings)
        started.append(server)
        return server.start(ready=ready)

    yield start
    for server in started:
        server.kill9()


@pytest.fixture
def server(start_server: Callable[..., Server]) -> Server:
    """A running server on an empty database."""
    return start_server()


@pytest.fixture(scope="session")
def node() -> Node:
    return Node()


@pytest.fixture(scope="session")
def _postgres() -> Iterator[Postgres]:
    cluster = Postgres()
    try:
        yield cluster.start()
    finally:
        cluster.stop()


@pytest.fixture
def postgres_url(_postgres: Postgres) -> Iterator[str]:
    """The URL of a PostgreSQL database that has our tables and no rows."""
    with _postgres.database() as url:
        yield url


@pytest.fixture
def empty_postgres_url(_postgres: Postgres) -> Iterator[str]:
    """The URL of a PostgreSQL database with nothing in it."""
    with _postgres.database(empty=True) as url:
        yield url


@pytest.fixture(scope="session")
def _redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def redis_url(_redis: RedisServer) -> str:
    """The URL of an empty Redis."""
    _redis.flush()
    return _redis.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def devices(browser: Browser) -> Devices:
    return Devices(browser)


@pytest.fixture
def people(devices: Devices) -> Iterator[People]:
    """Browsers for several people at once. The test fails if a script failed or broke the page's policy in any."""
    everybody = People(devices)
    yield everybody
    everybody.close()
    assert not everybody.troubles, "\n".join(everybody.troubles)
