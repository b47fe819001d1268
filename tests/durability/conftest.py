"""Real servers that are killed, starved and stopped while people type. Slow: `-m "not slow"` leaves them out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.journal.verify import verify
from server.storage.engine import Database
from tests.support.crowd import Crowd
from tests.support.server import Server

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    with Crowd() as gathered:
        yield gathered


def faults(server: Server) -> list[Any]:
    """What `verify` finds in the server's own SQLite file; it may be running."""
    database = Database(f"sqlite:///{server.data / 'roundtable.sqlite3'}")
    try:
        with database.sync.connect() as connection:
            return list(verify(connection).faults)
    finally:
        database.sync.dispose()


def editable(meeting: dict[str, Any]) -> list[str]:
    """The documents of a synthetic meeting that its people may write in: all but the parents' own."""
    first, _parents, *others = meeting["documents"]
    return [first, *others]
