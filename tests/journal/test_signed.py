"""What was signed stays, its loss is seen, and keys from elsewhere count for more than those in the database."""

from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.cli import main
from server.journal.checkpoint import Signer
from server.journal.checkpoints import checkpoints
from server.journal.verify import verify
from server.journal.writer import Journal
from server.meeting import set_phase
from server.storage.tables import CheckpointRow
from tests.support.desk import Desk, drop_triggers, open_desk
from tests.support.finalizing import make_final

SIGNER, FORGER = Signer(bytes(range(32))), Signer(bytes(32))


@pytest_asyncio.fixture
async def signed(desk: Desk) -> Desk:
    await desk.journal.stop()
    desk.journal = Journal(desk.database, SIGNER)
    await desk.journal.start()
    await make_final(desk)
    await set_phase(desk.journal, desk.actor(), "closed")
    return desk


@pytest.mark.parametrize("table", ["checkpoint", "signing_key"])
async def test_what_was_signed_is_not_changed_or_removed(signed: Desk, table: str) -> None:
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="what was signed is append-only"):
            signed.run(statement)
    assert signed.faults() == []


async def test_a_removed_signature_is_missed(tmp_path: Path) -> None:
    async with open_desk(f"sqlite:///{tmp_path / 'roundtable.sqlite3'}") as desk:
        await desk.journal.stop()
        desk.journal = Journal(desk.database, SIGNER)
        await desk.journal.start()
        await make_final(desk)
        await set_phase(desk.journal, desk.actor(), "closed")
        last = desk.row().head_number
        with desk.database.sync.connect() as connection:
            drop_triggers(connection)
            connection.execute(text(f"DELETE FROM checkpoint WHERE number = {last}"))
            (fault,) = verify(connection).faults
            connection.rollback()
        assert (fault.number, fault.problem) == (last, "checkpoint (closed): it was signed, and the signature is gone")


async def test_a_history_signed_anew_with_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever owns the database puts a key of their own there, and signs with it; `--key` tells."""
    async with open_desk(f"sqlite:///{tmp_path / 'roundtable.sqlite3'}") as desk:
        await desk.journal.stop()
        desk.journal = Journal(desk.database, FORGER)
        await desk.journal.start()
        await set_phase(desk.journal, desk.actor(), "closed")
        (row,) = desk.rows(CheckpointRow.__table__.select())
        with desk.database.sync.connect() as connection:
            assert verify(connection).sound
            assert verify(connection, keys={FORGER.key_id: FORGER.public}).sound
            (fault,) = verify(connection, keys={SIGNER.key_id: SIGNER.public}).faults
            assert len(checkpoints(connection, desk.meeting)) == 1
        assert fault.number == row.number
        assert "a key that is not known" in fault.problem
    monkeypatch.setenv("ROUNDTABLE_DATA", str(tmp_path))
    for signer, code in ((SIGNER, 1), (FORGER, 0)):
        (tmp_path / "keys.txt").write_text(f"{signer.key_id} {signer.public.hex()}\n")
        assert main(["verify", "--json", "--key", str(tmp_path / "keys.txt")]) == code
