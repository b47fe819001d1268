"""A wrong setting stops every command with one line that names the setting and the mend."""

from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import Run, one_line
from tests.support.ports import free_port

WRONG = [
    ("log_level", "loud", "debug, info, warning or error"),
    ("log_format", "xml", "json or text"),
    ("base_url", "iep.example.org", "start it with http:// or https://"),
    ("smtp_url", "mail.schools.example:25", "use smtp://USER:PASSWORD@HOST:587"),
    ("mail_from", "Wren Valley", "use who@schools.example"),
    ("smtp_url", "smtp://mail.schools.example", "ROUNDTABLE_MAIL_FROM"),
    ("shutdown_seconds", "soon", "valid integer"),
    ("shutdown_seconds", "0", "greater than or equal to 1"),
    ("session_days", "91", "less than or equal to 90"),
    ("database_url", "nonsense", "sqlite:///FILE or postgresql://"),
    ("database_url", "mysql://root@127.0.0.1/roundtable", "sqlite:///FILE or postgresql://"),
]


@pytest.mark.parametrize(("name", "value", "mend"), WRONG)
def test_a_wrong_value_is_named_with_its_mend(inside: Run, name: str, value: str, mend: str) -> None:
    done = inside("serve", **{name: value})
    assert done.returncode == 2
    line = one_line(done)
    assert line.startswith(f"roundtable: ROUNDTABLE_{name.upper()}: ")
    assert mend in line


@pytest.mark.parametrize("command", ["serve", "demo", "verify", "admin"])
def test_a_database_that_does_not_answer(roundtable: Run, command: str) -> None:
    arguments = ["admin", "link", "dana@example.org"] if command == "admin" else [command]
    port = ["--port", str(free_port())] if command == "serve" else []
    url = f"postgresql://u:sesame@127.0.0.1:{free_port()}/x"
    done = roundtable(*arguments, *port, database_url=url)
    assert done.returncode == 2
    line = one_line(done)
    assert line.startswith("roundtable: ROUNDTABLE_DATABASE_URL: the database cannot be used: ")
    assert "refused" in line
    assert "sesame" not in line


def test_a_file_that_is_no_database(roundtable: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear parents, " * 1000)
    done = roundtable("demo", database_url=f"sqlite:///{tmp_path / 'letter.txt'}")
    assert done.returncode == 2
    assert "ROUNDTABLE_DATABASE_URL: the database cannot be used: file is not a database" in one_line(done)


@pytest.mark.parametrize("beyond", ["", "sub"])
def test_data_that_is_no_folder(inside: Run, tmp_path: Path, beyond: str) -> None:
    (tmp_path / "file").write_text("")
    done = inside("serve", data=str(tmp_path / "file" / beyond))
    assert done.returncode == 2
    assert one_line(done).startswith("roundtable: ROUNDTABLE_DATA: ")
    assert one_line(done).endswith("name a folder we may write to")


def test_a_folder_that_takes_nothing(inside: Run) -> None:
    """A read-only folder would do, but not for root; a folder in which nobody can make a file does for both."""
    done = inside("serve", data="/proc/self")
    assert done.returncode == 2
    assert one_line(done).startswith("roundtable: ROUNDTABLE_DATA: ")


def test_a_secret_key_that_is_none(roundtable: Run, data_dir: Path) -> None:
    (data_dir / "secret.key").write_text("\n")
    done = roundtable("demo")
    assert done.returncode == 2
    assert "secret.key holds no usable key; remove the file" in one_line(done)


def test_the_secret_key_is_for_its_owner_alone_and_stays(roundtable: Run, data_dir: Path) -> None:
    assert roundtable("demo").returncode == 0
    key = data_dir / "secret.key"
    assert key.stat().st_mode & 0o077 == 0
    first = key.read_text()
    assert roundtable("demo").returncode == 0
    assert key.read_text() == first
    assert [path.name for path in data_dir.iterdir() if path.name.startswith(".")] == []


def test_a_postgresql_that_could_lose_edits_is_refused(roundtable: Run, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET synchronous_commit = off'.encode())
    done = roundtable("serve", "--port", str(free_port()), database_url=postgres_url)
    assert done.returncode == 2
    assert "synchronous_commit=off, edits are only safe with synchronous_commit=on" in one_line(done)
