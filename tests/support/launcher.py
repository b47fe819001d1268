"""Starts `roundtable` again and again without importing it anew: by forking a process that has it in memory.

Importing costs ten times what starting does. A forked program is a process of its own like any other: with arguments,
environment, folder and output of its own, killed by its pid, and told of by its exit status. The launcher has neither
threads nor an event loop, nor has it made a document or opened a database before it forks.

Run as a program, this is the launcher; `Launcher` and `Launched` are what tests hold of it.
"""

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 1 << 16


class Launched:
    """A started program: the part of `subprocess.Popen` that tests use."""

    def __init__(self, launcher: "Launcher", pid: int, arguments: Sequence[str]) -> None:
        self.pid = pid
        self.args = list(arguments)
        self.returncode: int | None = None
        self._launcher = launcher

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self.wait_for(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status. Raises `subprocess.TimeoutExpired` when it runs longer than `timeout` seconds."""
        code = self.wait_for(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def wait_for(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            self.returncode = self._launcher.ended(self.pid, seconds)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Launcher:
    """One launcher process; it and all that it started end with `close`, or with the process that holds this."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.launcher", str(theirs.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._socket = ours
        self._lines = Lines(ours)
        self._codes: dict[int, int] = {}

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, output: Path, errors: Path
    ) -> Launched:
        """`roundtable <arguments>`; what it says is added to the files `output` and `errors`."""
        order = [list(arguments), dict(environment), str(folder), str(output), str(errors)]
        self._socket.sendall(json.dumps(order).encode() + b"\n")
        while True:
            told = self._lines.next(None)
            assert told is not None, "the launcher is gone"
            if "code" in told:
                self._codes[told["pid"]] = told["code"]
            else:
                return Launched(self, told["pid"], arguments)

    def ended(self, pid: int, seconds: float | None) -> int | None:
        """The exit status of what was started as `pid`, once it has one, or None after `seconds`."""
        while pid not in self._codes:
            told = self._lines.next(seconds)
            if told is None:
                return None
            self._codes[told["pid"]] = told["code"]
        return self._codes.pop(pid)

    def close(self) -> None:
        self._socket.close()
        self._process.wait(10)


class Lines:
    """JSON, one value a line, from a socket."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source
        self._rest = b""

    def next(self, seconds: float | None) -> Any:
        """The next value, or None when none comes within `seconds` (None: however long it takes)."""
        while b"\n" not in self._rest:
            if not select.select([self._source], [], [], seconds)[0]:
                return None
            chunk = self._source.recv(CHUNK)
            if not chunk:
                raise EOFError
            self._rest += chunk
        line, self._rest = self._rest.split(b"\n", 1)
        return json.loads(line)


class _Ended(Exception):
    """Whoever wanted programs is gone."""


class _Forking:
    """What the launcher does until it is left alone."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._running: set[int] = set()
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)

    def serve(self) -> list[str]:
        """Forks as asked. Returns in each child, with the arguments that it is to run with; raises `_Ended`."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        orders = Lines(self._control)
        while True:
            ready = select.select([self._control, self._woken], [], [])[0]
            if self._woken in ready:
                self._woken.recv(CHUNK)
                self._tell_of_ended()
            if self._control in ready:
                try:
                    order = orders.next(None)
                except (EOFError, OSError):
                    self._kill_all()
                    raise _Ended from None
                pid = os.fork()
                if pid == 0:
                    return self._become(*order)
                self._running.add(pid)
                self._tell({"pid": pid})

    def _tell(self, value: dict[str, int]) -> None:
        self._control.sendall(json.dumps(value).encode() + b"\n")

    def _tell_of_ended(self) -> None:
        for pid in list(self._running):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self._running.discard(pid)
                self._tell({"pid": pid, "code": os.waitstatus_to_exitcode(status)})

    def _kill_all(self) -> None:
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _become(
        self, arguments: list[str], environment: dict[str, str], folder: str, output: str, errors: str
    ) -> list[str]:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for opened in (self._control, self._woken, self._waker):
            opened.close()
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        for path, number in ((output, 1), (errors, 2)):
            file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.dup2(file, number)
            os.close(file)
        sys.argv = ["roundtable", *arguments]
        return arguments


def _main() -> int:
    from server.cli.main import run
    from server.web.templates import compile_templates

    compile_templates()
    gc.freeze()  # what all have in common is not to be copied because a collector looked at it
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        arguments = _Forking(control).serve()
    except _Ended:
        return 0
    return run(arguments)


if __name__ == "__main__":
    sys.exit(_main())
