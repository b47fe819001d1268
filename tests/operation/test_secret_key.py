"""The key that signs tickets: made once, whole or not at all, the same for all who start at once."""

import threading
from pathlib import Path

import pytest

from server.app import create_app
from server.settings import NoSharedKey, Settings


def test_all_who_start_at_once_have_the_same_key(data_dir: Path) -> None:
    keys: list[str] = []
    together = threading.Barrier(8)

    def start() -> None:
        together.wait()
        keys.append(Settings(data=data_dir).prepared().secret_key)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert set(keys) == {(data_dir / "secret.key").read_text()}
    assert [path.name for path in data_dir.iterdir()] == ["secret.key"]


def test_a_start_that_was_cut_short_leaves_no_half_key(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def power_cut(_descriptor: int) -> None:
        raise SystemExit

    monkeypatch.setattr("os.fsync", power_cut)
    with pytest.raises(SystemExit):
        Settings(data=data_dir).prepared()
    monkeypatch.undo()
    assert len(Settings(data=data_dir).prepared().secret_key) >= 32


def test_a_given_key_needs_no_folder(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "none", secret_key="x" * 40, database_url="postgresql://localhost/x")
    assert settings.prepared().secret_key == "x" * 40
    assert not (tmp_path / "none").exists()


def test_on_postgresql_no_node_makes_up_a_key_of_its_own(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "none", database_url="postgresql://localhost/x").prepared()
    with pytest.raises(NoSharedKey, match="ROUNDTABLE_SECRET_KEY: with PostgreSQL every node needs the same one"):
        create_app(settings)
    assert not (tmp_path / "none").exists()
