"""A desk: acts on a real database, without pages or sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.desk import Desk, open_desk


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(f"sqlite:///{tmp_path / 'roundtable.sqlite3'}") as opened:
        yield opened


@pytest_asyncio.fixture
async def prework(tmp_path: Path) -> AsyncIterator[Desk]:
    """A meeting that has not begun."""
    async with open_desk(f"sqlite:///{tmp_path / 'roundtable.sqlite3'}", phase="prework") as opened:
        yield opened
