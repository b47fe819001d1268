"""`roundtable backup`: a copy of the embedded database, taken while people write."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, one_line
from tests.support.server import Server
from tests.support.table import Table
from tests.support.wait import until


def test_everything_acked_before_is_in_it_and_writing_goes_on(
    start_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = start_server()
    table = Table(server, server.demo(meetings=1, people=2)["meetings"][0])
    writer = table.sit(0)
    writer.type(" before")
    until(lambda: writer.settled, "the ack")
    folder = tmp_path / "restored"
    folder.mkdir()
    done = server.run("backup", str(folder / "roundtable.sqlite3"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["verified"]["meetings"] == 1
    assert told["bytes"] == (folder / "roundtable.sqlite3").stat().st_size
    assert (folder / "roundtable.sqlite3").stat().st_mode & 0o777 == 0o600
    writer.type(" after")
    until(lambda: writer.settled, "the next ack")
    table.leave()
    server.kill9()
    restored = start_server(folder, secret_key=(server.data / "secret.key").read_text().strip())
    assert restored.run("verify").returncode == 0
    reader = Table(restored, table.meeting).sit(1)
    assert "before" in reader.text
    assert "after" not in reader.text


def test_it_replaces_nothing_and_leaves_nothing_half_done(inside: Run, tmp_path: Path) -> None:
    inside("demo")
    there = tmp_path / "copy"
    there.write_text("mine")
    done = inside("backup", str(there))
    assert done.returncode == 2
    assert "is there already" in one_line(done)
    assert there.read_text() == "mine"
    done = inside("backup", str(tmp_path / "no folder" / "copy"))
    assert done.returncode == 2
    assert one_line(done).endswith("no such file or directory")
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == ["copy"]


@pytest.mark.parametrize("url", ["", "postgresql://roundtable@127.0.0.1:1/none"])
def test_nothing_to_copy(inside: Run, tmp_path: Path, url: str) -> None:
    done = inside("backup", str(tmp_path / "copy"), database_url=url)
    assert done.returncode == 2
    assert ("is for SQLite" if url else "is not there") in one_line(done)
