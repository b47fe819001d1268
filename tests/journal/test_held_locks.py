"""Who stops in the middle of a commit does not keep the locks of its meetings."""

import psycopg
import pytest

from server.journal import kinds, store
from server.journal.transaction import Transaction
from tests.support.desk import open_desk
from tests.support.wait import soon, until


async def test_postgresql_ends_who_stops_before_the_commit(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its limit has to run after the last statement too; after a pipeline (`executemany`) it does not."""
    monkeypatch.setattr(store, "MOST_IDLE", "100ms")
    finish = Transaction.finish
    ended: list[bool] = []

    def stop_for_long(transaction: Transaction) -> None:
        monkeypatch.setattr(Transaction, "finish", finish)
        finish(transaction)
        pid = transaction.connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
        with psycopg.connect(postgres_url, autocommit=True) as ours:
            look = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
            until(lambda: ours.execute(look, (pid,)).fetchone() == (0,), "its connection to be ended", seconds=5)
        ended.append(True)

    async with open_desk(postgres_url) as desk:
        monkeypatch.setattr(Transaction, "finish", stop_for_long)
        writer = desk.writer()
        write = writer.write("Hello.")
        await soon(lambda: writer.idle, "the second try")
        assert ended
        assert write.entry is not None
        assert [entry.kind for entry in desk.entries()].count(kinds.EDIT) == 1
        assert desk.faults() == []
