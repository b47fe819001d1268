"""The two servers under measure, and one run of the harness against one of them."""

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.places import BUILD, HARNESS, ROUNDTABLE

OURS, PEER = "roundtable", "hocuspocus"
RUN_SECONDS = 900  # a run that takes longer hangs


class RunFailed(Exception):
    """A run gave no figures; the message says why."""


def environment() -> dict[str, str]:
    """Without our own settings: both servers are measured as they come."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ROUNDTABLE_", "BENCH_"))}


def arguments(side: str) -> list[str]:
    """How the harness starts this server. DATA, PORT, ROOMS and PARTICIPANTS are its environment for the lines."""
    if side == PEER:
        return ["--server", PEER]
    program = f'env ROUNDTABLE_DATA="$DATA" {shlex.quote(str(ROUNDTABLE))}'
    return [
        *("--label", OURS, "--url", "ws://127.0.0.1:{port}/sync"),
        *("--cmd", f'{program} serve --host "$HOST" --port "$PORT"'),
        *("--demo", f'{program} demo --meetings "$ROOMS" --people "$PARTICIPANTS" --json'),
    ]


@contextlib.contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A folder for servers' data, on the disk of this checkout and not in a memory-backed /tmp: fsync must cost."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=BUILD))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(node: str, side: str, workload: str, data: Path | None = None) -> dict[str, Any]:
    """One workload (the harness's name and options) on one server: its line of figures. Raises `RunFailed`."""
    return start(node, workload, arguments(side), data)


def start(node: str, workload: str, server: list[str], data: Path | None = None) -> dict[str, Any]:
    """As `run`, for any server that the harness can start with these arguments."""
    command = [node, "bench.mjs", *shlex.split(workload), *server]
    if data is not None:
        command += ["--data", str(data)]
    with scratch("run") as folder:
        env = {**environment(), "BENCH_TMP": str(folder)}
        if python := os.environ.get("BENCH_PYTHON"):
            env["BENCH_PYTHON"] = python
        # A group of its own: should the harness be cut short, the server it started ends with it.
        process = subprocess.Popen(
            command,
            cwd=HARNESS,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            said, complaint = process.communicate(timeout=RUN_SECONDS)
        except BaseException as cut:
            end_group(process)
            if isinstance(cut, subprocess.TimeoutExpired):
                raise RunFailed(f"no end after {RUN_SECONDS} s") from None
            raise
        figures = _last_line(said)
        if figures is None:
            end_group(process)
            raise RunFailed(f"the harness ended with {process.returncode}: {complaint.strip()[-600:]}")
        if "error" in figures:
            raise RunFailed(str(figures["error"]))
        return figures


def end_group(process: "subprocess.Popen[str]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_line(said: str) -> dict[str, Any] | None:
    try:
        line: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return None
    return line
