"""The database: engines, sessions, and the settings that durability rests on, read back at start."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from typing import Any, TypeVar
from weakref import WeakSet

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from server.storage.patience import Answered

T = TypeVar("T")

# With recursive triggers a REPLACE fires the journal's delete trigger; without, it would slip past.
# What is deleted is overwritten, for a record that was destroyed must not be read from the file (`storage.wipe`).
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "busy_timeout": 5000,
    "secure_delete": 1,
}
# What PostgreSQL must answer: anything else would let an acknowledged edit vanish with the power.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}

# Nothing waits for ever on PostgreSQL: not for a connection, a statement, a lock, or a process that stopped in the
# middle of a transaction and holds others up.
CONNECT_SECONDS, POOL_SECONDS = 5, 5
LIMITS = {"statement_timeout": "20s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "30s"}
_LIMITS = " ".join(f"-c {name}={value}" for name, value in LIMITS.items())
READERS = 4  # reads of pages at once; each has a thread and a connection to itself
KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}


class NotDurable(RuntimeError):
    """The database is set so that a committed edit could be lost; the start stops here."""


class Database:
    """Reads of pages in threads (one hop a read), async sessions, and a synchronous engine for the journal's writer.

    The async drivers take several hops for each statement, which is most of what a page's statements cost; the
    readers have connections of their own, so that pages never hold up the writer.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._wires: WeakSet[Any] = WeakSet()  # the driver's connections
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.sync: Engine = create_engine(_driver(parsed, "sqlite", "postgresql+psycopg"), **_options(self.is_sqlite))
        self.engine: AsyncEngine = create_async_engine(
            _driver(parsed, "sqlite+aiosqlite", "postgresql+psycopg"), **_options(self.is_sqlite)
        )
        self._reading: Engine = create_engine(self.sync.url, **_options(self.is_sqlite) | _READING)
        for engine in (self.sync, self._reading, self.engine.sync_engine):
            if self.is_sqlite:
                event.listen(engine, "connect", _set_pragmas)
                event.listen(engine, "begin", _begin_immediate)
            else:
                event.listen(engine, "connect", self._note_wire)
        self._readers = ThreadPoolExecutor(READERS, "page-read")
        self._read_session = sessionmaker(self._reading, expire_on_commit=False)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writing = async_sessionmaker(self.engine.execution_options(writes=True), expire_on_commit=False)

    async def read(self, work: Callable[[Session], T]) -> T:
        """What `work` finds, in a reader's thread. It must not write; what it raises is raised here."""
        with self.answered():
            return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def _read(self, work: Callable[[Session], T]) -> T:
        with self._read_session() as session:
            return work(session)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session for reading."""
        async with self._sessions() as session:
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session for writing what is no part of a meeting (people, sessions); commits when the block ends well."""
        async with self._writing() as session, session.begin():
            yield session

    @contextmanager
    def moment(self) -> Iterator[Connection]:
        """A connection that reads all it reads as of one moment, whatever is written meanwhile."""
        with self.sync.connect() as connection:
            # SQLite's readers do so by themselves.
            yield connection if self.is_sqlite else connection.execution_options(isolation_level="REPEATABLE READ")

    def check_durable(self) -> None:
        """Read the durability settings back. Raises `NotDurable` naming the first that is wrong."""
        with self.sync.connect() as connection:
            if self.is_sqlite:
                for name, wanted in PRAGMAS.items():
                    _compare(name, connection.exec_driver_sql(f"PRAGMA {name}").scalar(), wanted)
            else:
                for name, expected in DURABLE.items():
                    _compare(name, connection.exec_driver_sql(f"SHOW {name}").scalar(), expected)

    def _note_wire(self, _connection: Any, record: Any) -> None:
        self._wires.add(record.driver_connection)

    def answered(self) -> AbstractContextManager[None]:
        """Around what waits for PostgreSQL: see `Answered`. A file answers by itself, or its disk hangs for all."""
        return _AT_HAND if self.is_sqlite else Answered(self.hang_up)

    def hang_up(self) -> None:
        """End every network connection, from any thread: whoever waits there for an answer gets an error instead.

        Nothing else ends the wait for a peer that takes packets and never answers, and where one connection has come
        to that, the others of its age have too.
        """
        for wire in list(self._wires):
            with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(wire.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)

    async def close(self) -> None:
        await self.engine.dispose()
        self._readers.shutdown()
        self._reading.dispose()
        self.sync.dispose()


class DriverTransaction:
    """A writing transaction begun and ended on the driver's own connection: SQLAlchemy's bookkeeping costs more than
    the statements of a small commit."""

    __slots__ = ("_begins", "_driver")

    def __init__(self, connection: Connection) -> None:
        self._driver: Any = connection.connection.dbapi_connection
        self._begins = connection.dialect.name == "sqlite"

    def __enter__(self) -> None:
        if self._begins:
            self._driver.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, _error: object, _traceback: object) -> None:
        if kind is None:
            self._driver.commit()
        else:
            self._driver.rollback()


def _compare(name: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        raise NotDurable(f"the database has {name}={found}, edits are only safe with {name}={wanted}")


_AT_HAND: AbstractContextManager[None] = nullcontext()
_READING = {"pool_size": READERS, "max_overflow": 0}


def _driver(url: URL, sqlite: str, postgresql: str) -> URL:
    return url.set(drivername=sqlite if url.get_backend_name() == "sqlite" else postgresql)


def _options(is_sqlite: bool) -> dict[str, Any]:
    if is_sqlite:
        return {"connect_args": {"check_same_thread": False}, "pool_size": 4, "max_overflow": 4}
    return {
        "pool_size": 5,
        "max_overflow": 10,
        "pool_pre_ping": True,
        "pool_timeout": POOL_SECONDS,
        "connect_args": {"connect_timeout": CONNECT_SECONDS, "options": _LIMITS, **KEEPALIVE},
    }


def _set_pragmas(connection: Any, _record: Any) -> None:
    # The driver must not open transactions of its own: `_begin_immediate` says when one starts and of which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    # A deferred transaction that reads first cannot wait for the write lock (SQLITE_BUSY_SNAPSHOT), so who will write
    # says so: `execution_options(writes=True)`.
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
