"""Databases that have their tables already: to migrate each test's own anew takes longer than most tests do.

What the migrations do is held in tests/storage/test_migrations.py; a test of a start on nothing asks for nothing.
"""

import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from server.storage.engine import Database
from server.storage.migrate import migrate

FILE = "roundtable.sqlite3"
SQLITE = "sqlite:///"


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        make_tables(f"{SQLITE}{path}")
        return whole(path)


def whole(path: Path) -> bytes:
    """A database's file with all that was committed in it. Nobody else may have it open."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.read_bytes()


def make_tables(url: str) -> None:
    """Migrate an empty database."""
    database = Database(url)
    try:
        migrate(database.sync)
    finally:
        database.sync.dispose()


def lay(folder: Path) -> None:
    """A database without rows into a server's empty data folder; one that is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    _lay(folder / FILE)


def lay_at(url: str) -> None:
    """The same at a database's URL. What PostgreSQL tests are given has its tables."""
    if url.startswith(SQLITE):
        _lay(Path(url.removeprefix(SQLITE)))


def _lay(path: Path) -> None:
    if not path.exists():
        path.write_bytes(_migrated())
        path.chmod(0o600)
