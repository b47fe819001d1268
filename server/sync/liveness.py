"""Whether what other nodes commit is heard of at once, and telling pages when it is not."""

import asyncio
from collections.abc import Callable

from server.bus.base import Bus

SLOW_AFTER = 2.0  # seconds without a bus until pages are told


class Liveness:
    def __init__(self, bus: Bus, hurry: Callable[[], None]) -> None:
        """`hurry` is called when the database has to be looked at more often from now on."""
        self._bus = bus
        self._hurry = hurry
        self.slow = False
        self.told: list[Callable[[bool], None]] = []
        self._silent = self._apart = False  # the bus itself; another node on it
        self._unheard: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        bus.changed.append(self._changed)

    def start(self) -> None:
        if self._bus.shared and not self._bus.up:
            self._changed(False)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    @property
    def all_heard(self) -> bool:
        """Whether every node that lives is heard of on the bus."""
        return self._bus.shared and self._bus.up and not self._unheard

    def living(self, nodes: set[str]) -> None:
        """Every few seconds: which other nodes live, by the database.

        One that the bus is silent about is cut off from it, and what is written there is found by looking. Pages are
        told the second time: a node that stops says goodbye on the bus first, and lives on a moment in the database.
        """
        unheard = nodes.difference(self._bus.heard)
        self._apart = bool(unheard & self._unheard)
        self._unheard = unheard
        if unheard:
            self._hurry()
        self._say()

    def _changed(self, up: bool) -> None:
        self.stop()
        if up:
            self._silent = False
            self._say()
        else:
            self._timer = asyncio.get_running_loop().call_later(SLOW_AFTER, self._fell_silent)
            self._hurry()

    def _fell_silent(self) -> None:
        self._silent = True
        self._say()

    def _say(self) -> None:
        slow = self._silent or self._apart
        if slow != self.slow:
            self.slow = slow
            for listener in self.told:
                listener(slow)
