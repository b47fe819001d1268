"""Node programs of the tests, run by the Node of the environment, never by the system's."""

import json
import subprocess
from typing import Any

from scripts import setup


class Node:
    """Runs scripts of tests/: `node("sync/two_clients.mjs", server.websocket, token)`."""

    path = setup.node()

    def __call__(self, script: str, *arguments: str, seconds: float = 60) -> Any:
        """Run to the end. The last line it printed, as JSON (None if it printed nothing); fails with what it said."""
        done = subprocess.run(
            self._command(script, *arguments),
            cwd=setup.ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, (
            f"{script} ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        )
        lines = done.stdout.strip().splitlines()
        return json.loads(lines[-1]) if lines else None

    def start(self, script: str, *arguments: str) -> "subprocess.Popen[str]":
        """A script that stays, with pipes for lines in and out; used as a context manager it is ended by its pipes."""
        return subprocess.Popen(
            self._command(script, *arguments), cwd=setup.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _command(self, script: str, *arguments: str) -> list[str]:
        return [self.path, str(setup.ROOT / "tests" / script), *arguments]
