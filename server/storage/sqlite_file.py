"""The embedded database as a file: held for ourselves alone, or copied while it is served."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool


class InUse(Exception):
    """Another process has the database open."""


def file_of(url: str) -> Path | None:
    """The file of a SQLite URL, or None for another engine or a database in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


@contextmanager
def held_alone(path: Path) -> Iterator[Connection]:
    """A connection while which nobody else can open the database. Raises `InUse` when somebody has.

    Every connection in WAL mode keeps a shared lock on the file for its whole life, so an exclusive one tells a server
    that is running, idle or not.
    """
    raw = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=0)
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    try:
        try:
            raw.execute("PRAGMA locking_mode=EXCLUSIVE")
            raw.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise InUse from error
            raise
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
        raw.close()


def copy_while_served(source: Path, target: Path) -> None:
    """The database as it is at one moment, in `target`, which appears whole or not at all. Writers are not held up.

    Raises `FileExistsError` rather than replace a file, and `OSError` or `sqlite3.Error` where the copy fails.
    """
    if target.exists():
        raise FileExistsError(target)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(descriptor)
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as reading,
            closing(sqlite3.connect(name)) as writing,
        ):
            reading.backup(writing)  # in one step: a snapshot of WAL mode, that writers need not wait for
        with Path(name).open("rb") as file:
            os.fsync(file.fileno())
        os.link(name, target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        for left in (name, f"{name}-wal", f"{name}-shm", f"{name}-journal"):
            Path(left).unlink(missing_ok=True)
