"""What was deleted is gone from the database's file too, not only from its tables.

SQLite's `secure_delete` (`engine.PRAGMAS`) overwrites what a statement frees; VACUUM writes the file anew without what
older pages still held, and the checkpoint empties the write-ahead log, which holds earlier states of every page.
PostgreSQL's own vacuum does the first in its time: docs/operations.md says how to have it at once.
"""

from sqlalchemy import Connection, select, update

from server.storage.engine import Database
from server.storage.tables import Destruction, now


def unwiped(connection: Connection) -> list[str]:
    """Meetings whose records were destroyed, and may still stand in the file."""
    return list(connection.scalars(select(Destruction.meeting_id).where(Destruction.wiped_at.is_(None))))


def wipe(database: Database) -> bool:
    """Rid the file of all that was deleted so far. False where somebody still reads an earlier state: try again.

    Takes as long as copying the file, and nobody can write meanwhile. Raises what the database raises.
    """
    with database.sync.connect() as connection:
        meetings = unwiped(connection)
    if database.is_sqlite and not _wipe_file(database):
        return False
    with database.sync.execution_options(writes=True).begin() as connection:
        connection.execute(update(Destruction).where(Destruction.meeting_id.in_(meetings)).values(wiped_at=now()))
    return True


def _wipe_file(database: Database) -> bool:
    raw = database.sync.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
        cursor.close()
        return row is not None and not row[0]
    finally:
        raw.close()
