"""`roundtable move`: all of a file's rows in PostgreSQL, and proved; or nothing."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, text

from server.app import open_database
from server.settings import Settings
from server.storage.tables import Base
from tests.cli.conftest import Run, one_line
from tests.support.server import ROUNDTABLE, Server
from tests.support.tamper import make_record, opened
from tests.support.wait import until

FILE = "roundtable.sqlite3"


@pytest.fixture
def record(data_dir: Path) -> dict[str, Any]:
    return make_record(data_dir / FILE)


def rows(url: str) -> dict[str, int]:
    """How many rows each table of a PostgreSQL has."""
    with psycopg.connect(url) as connection:
        names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"'.encode()).fetchone()[0] for name in names}  # type: ignore[index]


def everything(url: str, table: str) -> list[dict[str, Any]]:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.connect() as connection:
            found = [dict(row) for row in connection.execute(Base.metadata.tables[table].select()).mappings()]
        return sorted(found, key=repr)
    finally:
        engine.dispose()


def test_every_row_comes_along_and_is_proved(
    roundtable: Run, data_dir: Path, record: dict[str, Any], empty_postgres_url: str
) -> None:
    done = roundtable("move", "--to", empty_postgres_url, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["moved"]
    assert told["differences"] == told["verified"]["faults"] == []
    assert told["verified"]["meetings"] == 2
    assert told["tables"]["entry"] == told["verified"]["entries"] > 30
    assert set(told["tables"]) == set(Base.metadata.tables)
    assert rows(empty_postgres_url) == {**told["tables"], "alembic_version": 1}
    for table in Base.metadata.tables:
        assert everything(f"sqlite:///{data_dir / FILE}", table) == everything(empty_postgres_url, table), table
    assert roundtable("verify", database_url=empty_postgres_url).returncode == 0
    # The journal is as closed there as it was here.
    with psycopg.connect(empty_postgres_url) as connection, pytest.raises(psycopg.errors.RaiseException):
        connection.execute("DELETE FROM entry")


def test_the_moved_meetings_go_on(start_server: Callable[..., Server], data_dir: Path, empty_postgres_url: str) -> None:
    server = start_server(data_dir)
    server.demo()
    server.stop()
    assert server.run("move", "--to", empty_postgres_url).returncode == 0
    moved = start_server(data_dir, database_url=empty_postgres_url)
    assert moved.run("demo").returncode == 0
    assert json.loads(moved.run("verify", "--json").stdout)["meetings"] == 2


def test_not_while_a_server_has_it_open(
    start_server: Callable[..., Server], data_dir: Path, empty_postgres_url: str
) -> None:
    server = start_server(data_dir)
    done = server.run("move", "--to", empty_postgres_url)
    assert done.returncode == 2
    assert "stop it first" in one_line(done)
    assert rows(empty_postgres_url) == {}
    server.stop()
    assert server.run("move", "--to", empty_postgres_url).returncode == 0


def test_only_into_an_empty_database(inside: Run, record: dict[str, Any], empty_postgres_url: str) -> None:
    assert inside("move", "--to", empty_postgres_url).returncode == 0
    before = rows(empty_postgres_url)
    done = inside("move", "--to", empty_postgres_url)
    assert done.returncode == 2
    assert "not empty" in one_line(done)
    assert rows(empty_postgres_url) == before


def test_not_among_the_tables_of_something_else(inside: Run, record: dict[str, Any], empty_postgres_url: str) -> None:
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE invoices (id int)")
    done = inside("move", "--to", empty_postgres_url)
    assert done.returncode == 2
    assert "something else (invoices)" in one_line(done)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///other.sqlite3", "--to: use postgresql://"),
        ("mysql://x/y", "--to: use postgresql://"),
        ("postgresql://roundtable@127.0.0.1:1/none", "--to: connection"),
    ],
)
def test_a_target_that_is_none(inside: Run, record: dict[str, Any], url: str, said: str) -> None:
    done = inside("move", "--to", url)
    assert done.returncode == 2
    assert said in one_line(done)


def test_nothing_to_move(inside: Run, empty_postgres_url: str) -> None:
    done = inside("move", "--to", empty_postgres_url)
    assert done.returncode == 2
    assert "is not there" in one_line(done)
    done = inside("move", "--to", empty_postgres_url, database_url=empty_postgres_url)
    assert done.returncode == 2
    assert "no SQLite file" in one_line(done)


def test_a_record_that_was_changed_is_named_and_stays_where_it_is(
    inside: Run, data_dir: Path, record: dict[str, Any], empty_postgres_url: str
) -> None:
    with opened(data_dir / FILE) as connection:
        connection.execute(text("UPDATE entry SET payload = CAST(payload || x'00' AS BLOB) WHERE number = 29"))
        connection.commit()
    done = inside("move", "--to", empty_postgres_url, "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert not told["moved"]
    assert told["differences"] == []
    assert {fault["number"] for fault in told["verified"]["faults"]} == {29}
    assert f"WRONG: meeting {record['meeting']}, entry 29" in done.stderr
    assert rows(empty_postgres_url) == {}


@contextmanager
def _stopped_half_way(server: Server, url: str) -> Iterator[tuple["subprocess.Popen[str]", psycopg.Connection]]:
    """A move that waits for a lock on the journal's table, with half of the other tables written."""
    open_database(Settings(data=server.data, database_url=url)).sync.dispose()
    with psycopg.connect(url) as holder:
        holder.execute("LOCK TABLE entry IN ACCESS EXCLUSIVE MODE")
        command = [str(ROUNDTABLE), "move", "--to", url]
        process = subprocess.Popen(
            command, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'entry'::regclass"
        with psycopg.connect(url, autocommit=True) as watcher:
            until(lambda: watcher.execute(waiting).fetchone(), "the move to be in the midst of it", seconds=120)
            yield process, watcher
        process.kill()
        process.communicate()


@pytest.mark.parametrize("how", ["the command is killed", "the connection is cut"])
def test_interrupted_it_leaves_the_target_empty_and_starts_anew(
    start_server: Callable[..., Server], data_dir: Path, record: dict[str, Any], empty_postgres_url: str, how: str
) -> None:
    server = Server(data_dir)
    with _stopped_half_way(server, empty_postgres_url) as (process, watcher):
        if how == "the command is killed":
            process.kill()
        else:
            watcher.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
            _, said = process.communicate(timeout=60)
            assert process.returncode == 2
            assert "roundtable: " in said
            assert "Traceback" not in said
    left = rows(empty_postgres_url)
    assert left.pop("alembic_version") == 1
    assert set(left.values()) == {0}
    done = server.run("move", "--to", empty_postgres_url, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tables"]["entry"] > 30
