"""The journal's hand in the database: one connection, used by the writer's thread alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, SQLAlchemyError

from server.domain.errors import Refused
from server.journal import kinds
from server.journal.checkpoint import Signer
from server.journal.entry import Entry
from server.journal.rulebook import Rulebook
from server.journal.snapshot import Damaged, put
from server.journal.transaction import Rewound, Transaction
from server.storage.engine import Database, DriverTransaction
from server.storage.orphans import end_orphans

log = structlog.get_logger()
T = TypeVar("T")

LOCK_NOT_AVAILABLE = "55P03"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
MOST_IDLE = "4s"  # less than others wait for a lock: who waits for a node that hangs gets through, and no error


@dataclass(slots=True)
class Write:
    """One author's merged update to one document, and what it was judged against.

    `seen` is the document's newest text entry that the judge knew (None: whoever writes vouches for it), `head` number
    and hash up to which nothing of the meeting was missed, `claims` the Yjs client ids that are new with this update.
    `Store.append` fills in one of `entry`, `refusal` with a reason code, `missed` with the document's updates that the
    judge did not know, and `rewound` when the judge knew what the database doesn't.
    """

    document_id: str
    person_id: str
    update: bytes
    inserted: int
    deleted: int
    seen: int | None = None
    head: tuple[int, bytes] = (0, b"")
    claims: tuple[int, ...] = ()
    entry: Entry | None = None
    refusal: str | None = None
    missed: list[tuple[int, bytes]] | None = None
    rewound: bool = False

    def undecided(self) -> None:
        self.entry = self.refusal = self.missed = None
        self.rewound = False


class StorageUnavailable(RuntimeError):
    """The database took nothing just now; nothing was changed, and trying again later is right."""


class Unstorable(Refused):
    """The database is well, and will never take this: it has no room for a value in it. Nothing was changed."""

    def __init__(self) -> None:
        super().__init__("invalid")


class Store:
    """Everything raises `StorageUnavailable` when the database fails, and connects anew the next time."""

    def __init__(self, database: Database, signer: Signer | None = None) -> None:
        self._database = database
        self._signer = signer
        self._connection: Connection | None = None
        self._book = Rulebook()

    def append(self, batch: Sequence[Write]) -> None:
        """Commit the batch in one transaction, each write judged by the rules as they stand in it.

        Raises `Unstorable` when it holds something that no database takes: then the others are to be given alone.
        After `StorageUnavailable` give the very same batch again: where only the answer to COMMIT was lost, its entries
        are found and not written twice.
        """
        try:
            self._append(batch)
        except BaseException as error:
            self._book.clear()  # its heads may have run ahead
            self._raise_what_it_means(error)
            raise

    def _append(self, batch: Sequence[Write]) -> None:
        connection = self._connect()
        former = next((write.entry for write in batch if write.entry is not None), None)
        with DriverTransaction(connection):
            transaction = Transaction(connection, self._book)
            transaction.lock((write.document_id, write.person_id) for write in batch)
            if former is not None and transaction.holds(former):
                return  # a batch stands as a whole or not at all
            fresh: dict[str, bool] = {}
            for write in batch:
                write.undecided()
                try:
                    meeting_id, author = transaction.permit_edit(write.document_id, write.person_id)
                except Refused as refused:
                    write.refusal = refused.code
                # What another node has stored already is not refused: whoever repeats it gets their ack.
                if write.refusal != "not_found" and _is_behind(transaction, write, fresh):
                    write.refusal = None
                    continue
                if write.refusal is not None:
                    continue
                try:
                    transaction.claim(write.document_id, write.person_id, write.claims)
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
        entries: list[Entry] = []
        try:
            connection = self._connect()
            with connection.begin():
                transaction = Transaction(connection, signer=self._signer)
                result = function(transaction)
                transaction.finish()
                entries = transaction.entries
        except Exception as error:
            try:
                self._raise_what_it_means(error)
            except StorageUnavailable:
                if entries and self._stands(entries[-1]):
                    return result, entries
                raise
            raise
        return result, entries

    def _stands(self, entry: Entry) -> bool:
        """Whether an act was committed though the answer to COMMIT was lost."""
        try:
            connection = self._connect()
            with connection.begin():
                transaction = Transaction(connection)
                transaction.rules(entry.meeting_id)  # waits for the lost connection's own end, should that be open yet
                return transaction.holds(entry)
        except Exception as error:  # noqa: BLE001 - it can't be known now
            self._lose_connection()
            log.warning("an act's end is not known", error=type(error).__name__)
            return False

    def put_snapshot(self, document_id: str, number: int, state: bytes) -> None:
        """Keep a snapshot, or don't: it is only a cache."""
        try:
            connection = self._connect()
            with connection.begin():
                put(connection, document_id, number, state)
        except Exception as error:  # noqa: BLE001
            self._lose_connection()
            log.warning("snapshot not stored", error=type(error).__name__)

    def close(self) -> None:
        """Give the connection back. SQLite then moves its log into the database file, which is whole by itself."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _raise_what_it_means(self, error: BaseException) -> None:
        """Raise what a database's error means; return when it is none."""
        if isinstance(error, DataError) or _is_driver_error(error, "DataError"):
            log.error("something that the database cannot hold", error=type(getattr(error, "orig", error)).__name__)
            raise Unstorable from error
        if isinstance(error, SQLAlchemyError) or _is_driver_error(error):
            self._lose_connection()
            if _held_up(error):
                self._free_meetings()
            raise StorageUnavailable(type(error).__name__) from error

    def _free_meetings(self) -> None:
        """Somebody holds a meeting's lock for too long: the next try finds it free, if whoever holds it is gone."""
        try:
            with self._database.sync.begin() as connection:
                ended = end_orphans(connection)
        except SQLAlchemyError as error:
            log.warning("who holds a meeting is not known", error=type(error).__name__)
        else:
            if ended:
                log.warning("connections without a client held meetings and were ended", connections=ended)

    def _connect(self) -> Connection:
        if self._connection is None:
            connection = self._database.sync.connect().execution_options(writes=True)
            if not self._database.is_sqlite:
                # It holds the locks of whole meetings: a process that stops in the middle may not keep them for long.
                with connection.begin():
                    connection.exec_driver_sql(f"SET idle_in_transaction_session_timeout = '{MOST_IDLE}'")
            self._connection = connection
        return self._connection

    def _lose_connection(self) -> None:
        connection, self._connection = self._connection, None
        self._book.clear()  # `data_version` counts for each connection apart: the next one's would tell nothing
        if connection is not None:
            try:
                connection.invalidate()
                connection.close()
            except Exception as error:  # noqa: BLE001 - it has failed already
                log.warning("closing a failed connection", error=type(error).__name__)


def _is_behind(transaction: Transaction, write: Write, fresh: dict[str, bool]) -> bool:
    """Whether the write was judged against less than its document's whole text; then it may not stand.

    `fresh` keeps by meeting whether nobody else has written anything: then there is nothing to look up.
    """
    if write.seen is None:
        return False
    meeting_id, number, digest = transaction.head(write.document_id)
    if meeting_id not in fresh:
        fresh[meeting_id] = write.head == (number, digest)
    if fresh[meeting_id]:
        return False
    try:
        write.missed = transaction.missed(write.document_id, write.seen) or None
    except (Rewound, Damaged):
        write.rewound = True
    return write.rewound or write.missed is not None


def _held_up(error: BaseException) -> bool:
    """Whether PostgreSQL's `lock_timeout` was over."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) == LOCK_NOT_AVAILABLE


def _is_driver_error(error: BaseException, kind: str = "Error") -> bool:
    """Whether a database driver raised this: the append path uses its cursor, which SQLAlchemy doesn't wrap."""
    return any(base.__name__ == kind and base.__module__ in {"sqlite3", "psycopg"} for base in type(error).__mro__)
