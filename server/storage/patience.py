"""A limit on how long anybody waits for a database that takes packets and never answers."""

import asyncio
from collections.abc import Callable

import structlog

log = structlog.get_logger()

ANSWER_SECONDS = 10.0  # a database that is silent for so long is asked anew, on another connection


class Answered:
    """What waits for the database in its `with` block is cut off once it has waited too long, and again each time
    after that. A class, for each commit and read has one: a generator costs three times as much."""

    __slots__ = ("_hang_up", "_loop", "_timer")

    def __init__(self, hang_up: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._hang_up = hang_up

    def __enter__(self) -> None:
        self._timer = self._loop.call_later(ANSWER_SECONDS, self._end)

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self._timer = self._loop.call_later(ANSWER_SECONDS, self._end)
        log.warning("the database does not answer; the connection is given up")
        self._hang_up()
