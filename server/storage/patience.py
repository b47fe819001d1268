"""A limit on how long anybody waits for a database that takes packets and never answers."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

import structlog

log = structlog.get_logger()

ANSWER_SECONDS = 10.0  # a database that is silent for so long is asked anew, on another connection


@contextlib.contextmanager
def answered(hang_up: Callable[[], None]) -> Iterator[None]:
    """What waits for the database in here is cut off once it has waited too long, and again each time after that."""
    patience = _Patience(asyncio.get_running_loop(), hang_up)
    try:
        yield
    finally:
        patience.timer.cancel()


class _Patience:
    def __init__(self, loop: asyncio.AbstractEventLoop, hang_up: Callable[[], None]) -> None:
        self._loop = loop
        self._hang_up = hang_up
        self.timer = loop.call_later(ANSWER_SECONDS, self._end)

    def _end(self) -> None:
        self.timer = self._loop.call_later(ANSWER_SECONDS, self._end)
        log.warning("the database does not answer; the connection is given up")
        self._hang_up()
