"""Chains followed by processes of their own: they find what the walk finds, and what they don't is walked."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from server.journal import apart
from server.journal.verify import verify
from server.storage.engine import Database
from tests.support.tamper import make_record, opened


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = tmp_path_factory.mktemp("record") / "roundtable.sqlite3"
    return path, make_record(path)


@pytest.fixture(autouse=True)
def large_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WORTH_IT", 1)


def test_whole_chains_end_where_their_heads_say(record: tuple[Path, dict[str, Any]]) -> None:
    path, made = record
    with opened(path) as connection:
        heads = connection.execute(text("SELECT id, head_number, head_hash FROM meeting")).all()
        assert apart.followed(connection, None) == {meeting: (number, digest) for meeting, number, digest in heads}
        assert apart.followed(connection, made["other"]).keys() == {made["other"]}
        report = verify(connection, chain=True)
        assert (report.sound, report.entries) == (True, sum(number for _, number, _ in heads))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET payload = CAST(payload || x'00' AS BLOB) WHERE number = 5 AND meeting_id = :meeting",
        "UPDATE entry SET author_id = x'ff' WHERE number = 5 AND meeting_id = :meeting",
        "UPDATE entry SET number = 'five' WHERE number = 5 AND meeting_id = :meeting",
        "DELETE FROM entry WHERE number >= 5 AND meeting_id = :meeting",
        "UPDATE meeting SET head_number = 4, head_hash = (SELECT hash FROM entry WHERE number = 4"
        " AND meeting_id = meeting.id) WHERE id = :meeting",
    ],
)
def test_a_changed_entry_is_named(record: tuple[Path, dict[str, Any]], tmp_path: Path, change: str) -> None:
    path, made = record
    copy = Path(shutil.copy(path, tmp_path / "changed.sqlite3"))
    with opened(copy) as connection:
        connection.execute(text(change), {"meeting": made["meeting"]})
        connection.commit()
    with opened(copy) as connection:
        fault, *_ = verify(connection, chain=True).faults
        assert (fault.meeting_id, fault.number) == (made["meeting"], 5)
        assert verify(connection, made["other"], chain=True).sound


def test_what_is_written_meanwhile_is_not_looked_at(record: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    path, made = record
    copy = Path(shutil.copy(path, tmp_path / "growing.sqlite3"))
    database = Database(f"sqlite:///{copy}")
    with opened(copy) as other, database.moment() as connection:
        before = connection.scalar(text("SELECT max(number) FROM entry WHERE meeting_id = :meeting"), made)
        other.execute(
            text(
                "INSERT INTO entry SELECT meeting_id, number + 1, kind, document_id, author_id, author_role, time,"
                " payload, salt, payload_hash, prev_hash, hash, inserted, deleted FROM entry"
                " WHERE meeting_id = :meeting AND number = :last"
            ),
            {"meeting": made["meeting"], "last": before},
        )
        other.commit()
        assert apart.followed(connection, made["meeting"])[made["meeting"]][0] == before
        assert verify(connection, chain=True).sound
        assert not verify(other, chain=True).sound
    database.sync.dispose()


def test_where_no_process_can_follow_them_they_are_walked(
    record: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = record
    monkeypatch.setattr(apart, "_PROGRAM", [sys.executable, "-c", "raise SystemExit(3)"])
    with opened(path) as connection:
        assert apart.followed(connection, None) == {}
        report = verify(connection, chain=True)
        assert (report.sound, report.meetings) == (True, 2)
