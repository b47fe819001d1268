"""A server of either kind in a process of its own, to be killed at will."""

import asyncio
import contextlib
import json
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.places import PEER as PEER_FOLDER
from bench.places import ROUNDTABLE
from bench.sides import OURS, environment

START_SECONDS = 30.0


@dataclass(frozen=True)
class Place:
    """A document and the tokens of those who may edit it."""

    document: str
    tokens: list[str]


class ServerProcess:
    """One server on one data folder; it keeps its port over restarts."""

    def __init__(self, side: str, node: str, data: Path) -> None:
        self.side = side
        self.data = data
        self._log = data / "server.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._environment = {**environment(), "HOST": "127.0.0.1", "PORT": str(self.port), "DATA": str(data)}
        if side == OURS:
            self._environment["ROUNDTABLE_DATA"] = str(data)
            self._command = [str(ROUNDTABLE), "serve", "--host", "127.0.0.1", "--port", str(self.port)]
            self.url = f"ws://127.0.0.1:{self.port}/sync"
        else:
            self._command = [node, str(PEER_FOLDER / "server.mjs")]
            self.url = f"ws://127.0.0.1:{self.port}/"
        self._process: subprocess.Popen[bytes] | None = None

    def spawn(self) -> None:
        """Start it without waiting for anything."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def start(self) -> None:
        """Start it and return once it takes connections. Raises `RuntimeError`."""
        self.spawn()
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._answers():
                    if self._process is None or self._process.poll() is not None:
                        raise RuntimeError(f"{self.side} did not start:\n{self.said()}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise RuntimeError(f"{self.side} takes no connections:\n{self.said()}") from None

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    @property
    def pid(self) -> int:
        """The server's own; it has no children."""
        if self._process is None:
            raise RuntimeError(f"{self.side} is not running")
        return self._process.pid

    def kill(self) -> None:
        """End it without a word."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def said(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]

    def places(self, rooms: int, people: int) -> list[Place]:
        """Documents to write in. Ours makes meetings for them; to the peer any name is a document."""
        if self.side != OURS:
            return [Place(f"room-{number}", ["bench"] * people) for number in range(rooms)]
        meetings = self.meetings(rooms, people)
        return [Place(m["documents"][0], [person["token"] for person in m["people"]]) for m in meetings]

    def meetings(self, number: int, people: int) -> list[dict[str, Any]]:
        """New live meetings on ours, as `roundtable demo --json` tells of them."""
        base = f"http://127.0.0.1:{self.port}"
        done = self._roundtable(
            "demo", "--meetings", str(number), "--people", str(people), "--json", "--base-url", base
        )
        if done.returncode:
            raise RuntimeError(f"roundtable demo: {done.stderr[-2000:]}")
        found: list[dict[str, Any]] = json.loads(done.stdout)["meetings"]
        return found

    def faults(self) -> int | None:
        """How many faults `roundtable verify` finds; None for the peer, which has nothing to verify."""
        if self.side != OURS:
            return None
        done = self._roundtable("verify", "--json")
        try:
            return len(json.loads(done.stdout)["faults"])
        except (ValueError, KeyError):
            raise RuntimeError(f"roundtable verify ended with {done.returncode}: {done.stderr[-2000:]}") from None

    def _roundtable(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(ROUNDTABLE), *arguments],
            env=self._environment,
            cwd=self.data,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
