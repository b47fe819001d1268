"""Sessions of PostgreSQL whose client is gone in the middle of a message, and that hold meetings all the same.

A client that falls silent between two statements is ended by `idle_in_transaction_session_timeout`, a statement that
takes long by `statement_timeout`. Neither runs while PostgreSQL has carried out a part of what a client sends in one
go (the extended query protocol, until its Sync) and waits for the rest: if that never comes, the transaction and its
locks stay until TCP gives up. Whoever meets such a lock asks for the end of who holds it.
"""

from sqlalchemy import Connection, text

SILENT = "4 s"  # waits for so long for the rest of a message that others are held up by

_END = text("""
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
      AND state = 'active' AND wait_event = 'ClientRead' AND query_start < clock_timestamp() - CAST(:silent AS interval)
      AND pid IN (SELECT pid FROM pg_locks WHERE relation = CAST('meeting' AS regclass) AND granted)
""")


def end_orphans(connection: Connection) -> int:
    """End those that hold a lock on meetings and have waited too long for the rest; returns how many there were."""
    found: int = connection.execute(_END, {"silent": SILENT}).scalar_one()
    return found
