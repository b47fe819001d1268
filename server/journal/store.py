"""The journal's hand in the database: one connection, used by the writer's thread alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from server.domain.errors import Refused
from server.journal import kinds
from server.journal.entry import Entry
from server.journal.snapshot import put
from server.journal.transaction import Rulebook, Transaction
from server.storage.engine import Database, driver_transaction

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(slots=True)
class Write:
    """One author's merged update to one document. `Store.append` fills in `entry`, or `refusal` with a reason code."""

    document_id: str
    person_id: str
    update: bytes
    inserted: int
    deleted: int
    entry: Entry | None = None
    refusal: str | None = None


class StorageUnavailable(RuntimeError):
    """The database took nothing just now; nothing was changed, and trying again later is right."""


class Store:
    """Everything raises `StorageUnavailable` when the database fails, and connects anew the next time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._book = Rulebook()

    def append(self, batch: Sequence[Write]) -> None:
        """Commit the batch in one transaction, each write judged by the rules as they stand in it."""
        try:
            self._append(batch)
        except BaseException as error:
            self._book.clear()  # its heads ran ahead
            self._raise_if_unavailable(error)
            raise

    def _append(self, batch: Sequence[Write]) -> None:
        connection = self._connect()
        with driver_transaction(connection):
            transaction = Transaction(connection, self._book)
            for write in batch:
                write.entry = write.refusal = None
                try:
                    meeting_id, author = transaction.permit_edit(write.document_id, write.person_id)
                except Refused as refused:
                    write.refusal = refused.code
                    continue
                write.entry = transaction.append(
                    meeting_id,
                    kinds.EDIT,
                    author,
                    write.update,
                    document_id=write.document_id,
                    inserted=write.inserted,
                    deleted=write.deleted,
                )
            transaction.finish()

    def perform(self, function: Callable[[Transaction], T]) -> tuple[T, list[Entry]]:
        """Run an act in a transaction of its own. Raises what `function` raises; then nothing was changed."""
        self._book.clear()
        try:
            connection = self._connect()
            with connection.begin():
                transaction = Transaction(connection)
                result = function(transaction)
                transaction.finish()
        except Exception as error:
            self._raise_if_unavailable(error)
            raise
        return result, transaction.entries

    def put_snapshot(self, document_id: str, number: int, state: bytes) -> None:
        """Keep a snapshot, or don't: it is only a cache."""
        try:
            connection = self._connect()
            with connection.begin():
                put(connection, document_id, number, state)
        except Exception as error:  # noqa: BLE001
            self._lose_connection()
            log.warning("snapshot not stored", error=type(error).__name__)

    def _raise_if_unavailable(self, error: BaseException) -> None:
        if isinstance(error, SQLAlchemyError) or _is_driver_error(error):
            self._lose_connection()
            raise StorageUnavailable(type(error).__name__) from error

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._database.sync.connect().execution_options(writes=True)
        return self._connection

    def _lose_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.invalidate()
                connection.close()
            except Exception as error:  # noqa: BLE001 - it has failed already
                log.warning("closing a failed connection", error=type(error).__name__)


def _is_driver_error(error: BaseException) -> bool:
    """Whether a database driver raised this: the append path uses its cursor, which SQLAlchemy doesn't wrap."""
    return any(base.__name__ == "Error" and base.__module__ in {"sqlite3", "psycopg"} for base in type(error).__mro__)
