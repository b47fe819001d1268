"""The real program, in a process of its own on loopback."""

import atexit
import os
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.app import open_database
from server.domain.roles import CASE_MANAGER, LIVE, PREWORK
from server.journal.entry import Author
from server.journal.kinds import PHASE
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.meeting.agenda import item_to_start_with
from server.sample.load import Tickets, load_sample, load_synthetic
from server.settings import Settings
from server.storage.engine import Database
from server.storage.tables import Participant
from tests.support.fresh import lay
from tests.support.launcher import Launched, Launcher
from tests.support.ports import free_port
from tests.support.wait import until

ROOT = Path(__file__).resolve().parents[2]
ROUNDTABLE = ROOT / ".venv" / "bin" / "roundtable"
STOP_SECONDS = 15
RUN_SECONDS = 120
PREFIX = "ROUNDTABLE_"
SECRET_KEY = "a key that all nodes of the tests share, 0123456789"


@cache
def launcher() -> Launcher:
    """This process's launcher."""
    opened = Launcher()
    atexit.register(opened.close)
    return opened


def start_roundtable(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    output: Path,
    errors: Path,
    *,
    program: Sequence[str] = (),
) -> subprocess.Popen[bytes] | Launched:
    """`roundtable <arguments>`, started with `program` or, without one, forked from the launcher."""
    if not program:
        return launcher().start(arguments, environment, folder, output, errors)
    with output.open("ab") as said, errors.open("ab") as complained:
        return subprocess.Popen(
            [*program, *arguments],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
        )


def run_roundtable(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path = ROOT, *, program: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """What came of `roundtable <arguments>`, once it has ended by itself."""
    with tempfile.TemporaryDirectory() as written:
        output, errors = Path(written) / "output", Path(written) / "errors"
        process = start_roundtable(arguments, environment, folder, output, errors, program=program)
        try:
            code = process.wait(RUN_SECONDS)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, code, output.read_text(), errors.read_text())


def start_meeting(database: Database, meeting_id: str) -> None:
    """The case manager starts it, at its first item, while nobody is there."""
    leads = select(Participant.person_id).where(Participant.meeting_id == meeting_id, Participant.role == CASE_MANAGER)
    with database.sync.execution_options(writes=True).begin() as connection:
        transaction = Transaction(connection)
        about = {"phase": LIVE, "before": PREWORK, "reason": "", "item": item_to_start_with(transaction, meeting_id)}
        leader = Author(connection.scalars(leads).one(), CASE_MANAGER)
        transaction.append(meeting_id, PHASE, leader, facts(about))
        transaction.finish()


class Server:
    """One `roundtable serve`. Its port stays the same over restarts, so that clients find it again."""

    options: tuple[str, ...] = ()  # more arguments of `serve`
    folder = ROOT  # where it is started
    # What to start it with, on nothing; without one it is forked from the launcher, and has its tables laid.
    program: tuple[str, ...] = ()

    def __init__(self, data: Path, **settings: str) -> None:
        """`settings` are ROUNDTABLE_ settings by their short names: `Server(data, redis_url=…)`."""
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.websocket = f"ws://127.0.0.1:{self.port}/sync"
        self.log = data.parent / f"{data.name}-{self.port}.log"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self.environment |= {"ROUNDTABLE_DATA": str(data), "ROUNDTABLE_LOG_FORMAT": "text"}
        if "database_url" in settings:  # the nodes of one database have one key
            settings = {"secret_key": SECRET_KEY, **settings}
        self.environment |= {PREFIX + name.upper(): value for name, value in settings.items()}
        self.process: subprocess.Popen[bytes] | Launched | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None, "the server is not running"
        return self.process.pid

    def start(self, *, ready: bool = True) -> "Server":
        """Start it; with `ready`, return once /readyz says so."""
        assert self.process is None, "the server runs already"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if not self.program and "ROUNDTABLE_DATABASE_URL" not in self.environment:
            lay(self.data)
        arguments = ["serve", "--host", "127.0.0.1", "--port", str(self.port), *self.options]
        self.process = start_roundtable(
            arguments, self.environment, self.folder, self.log, self.log, program=self.program
        )
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, *, seconds: float = 60) -> None:
        until(self._ready, f"{self.url}/readyz; the server said:\n{self.said()}", seconds=seconds)

    def _ready(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.said()}")
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body of a plain GET."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def stop(self) -> None:
        """End it gracefully, as a service manager does; fails if it ends with an error."""
        code = self._end(signal.SIGTERM)
        # uvicorn, done with its farewells, dies of the signal it was sent: service managers count that as clean.
        assert code in {0, -signal.SIGTERM}, f"the server ended with {code}:\n{self.said()}"

    def begin_stop(self) -> None:
        """Have it end gracefully, without waiting: `stop` waits."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill9(self) -> None:
        """End it without a word, as a power cut does to a process."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(how)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the server did not stop in {STOP_SECONDS} s:\n{self.said()}") from None

    def pause(self) -> None:
        """It does nothing from now on, as in a machine that is frozen; its sockets stay open."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`roundtable <arguments>` on this server's data and settings."""
        return run_roundtable(arguments, self.environment, self.folder, program=self.program)

    def demo(
        self, *, meetings: int | None = None, people: int = 4, live: bool = False, brief: bool = False
    ) -> dict[str, Any]:
        """What `roundtable demo --json` prints: the sample meeting, or synthetic ones; with addresses of this server.

        Made in this process, for starting the command costs more than all it does. The sample is `live` for tests of
        what one does in a meeting: to start it on open pages costs as much as opening one. It is `brief` for those that
        do not look at its words: its pages take a quarter less.
        """
        given: dict[str, Any] = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in self.environment.items()
            if name.startswith(PREFIX)
        }
        settings = Settings(**given).prepared()
        tickets, url = Tickets(settings.secret_key), settings.base_url or self.url
        database = open_database(settings)
        try:
            if meetings is None:
                sample = load_sample(database, url, tickets, brief=brief)
                if live:
                    start_meeting(database, sample["id"])
                return {"meetings": [sample]}
            return {"meetings": load_synthetic(database, url, tickets, meetings, people)}
        finally:
            database.sync.dispose()

    def said(self) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:]) if self.log.exists() else ""
