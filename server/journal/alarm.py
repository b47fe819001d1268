"""Wakes the journal's writer: once something is asked of it, and no sooner than its pace allows."""

import asyncio
import time

from server.journal.pace import Pace


class Alarm:
    """For one sleeper. Two events and a timeout would do the same at three times the cost, for each batch."""

    __slots__ = ("_pace", "_rung", "_sleeper", "_timer", "hurried")

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._rung = False
        self._sleeper: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.hurried = False  # the pace counts no more

    def ring(self) -> None:
        """Something is to be done."""
        if not self._rung:
            self._rung = True
            self._arm()

    def sooner(self) -> None:
        """The pace allows it sooner than it did, or has ceased to count."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._arm()

    async def wait(self) -> None:
        """Returns once it has been rung since the last time, and the pace allows it."""
        self._sleeper = asyncio.get_running_loop().create_future()
        if self._rung:
            self._arm()
        try:
            await self._sleeper
        finally:
            self._sleeper = None
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        self._rung = False

    def _arm(self) -> None:
        if self._sleeper is None or self._sleeper.done():
            return
        rest = 0.0 if self.hurried else self._pace.not_before - time.monotonic()
        if rest <= 0:
            self._sleeper.set_result(None)
        else:
            self._timer = self._sleeper.get_loop().call_later(rest, self._fire)

    def _fire(self) -> None:
        self._timer = None
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)
