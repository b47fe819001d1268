"""How far apart batches begin: the busier, the further, so that each carries more. No clock: callers say the time.

What comes after a rest is committed at once. See `docs/decisions/paced-batches.md`.
"""

import math
import random

A_WRITE = 0.000_100  # seconds of distance for each write a second
MOST = 0.060  # seconds
MOST_SHARES = 2.0  # how many times further apart one of several nodes begins
MEMORY = 0.25  # seconds over which the rate is taken
SHARES = 0.6, 0.9  # of the distance that is kept however soon after another node one may begin


class Pace:
    """One node's. Times are seconds on one clock that never runs back (`time.monotonic`)."""

    __slots__ = ("_began", "_dice", "_distance", "_others", "_own", "_share", "not_before")

    def __init__(self, seed: int | None = None) -> None:
        self.not_before = 0.0  # the next batch begins no sooner
        self._dice = random.Random(seed)  # noqa: S311 - nothing to guess
        self._began = self._distance = self._own = self._others = 0.0
        self._share = 1.0

    def began(self, instant: float, writes: int) -> None:
        """A batch of so many writes begins."""
        faded = math.exp((self._began - instant) / MEMORY)
        self._own = self._own * faded + writes / MEMORY
        self._others *= faded
        self._began = instant
        both = self._own + self._others
        self._distance = min(both * A_WRITE, MOST) * min(both / self._own, MOST_SHARES)
        if self._others:
            self._share = self._dice.uniform(*SHARES)  # so that two that begin together don't go on so
        self.not_before = instant + self._distance

    def heard(self, instant: float, writes: int) -> bool:
        """Another node has just stored so many writes of what is open here: keep one distance with it, in the middle
        between two of its batches. Whoever begins when another does waits for its locks, and judges again.

        True when `not_before` is sooner than it was.
        """
        self._others += writes / MEMORY
        middle = max(instant + self._distance / 2, self._began + self._distance * self._share)
        if middle >= self.not_before:
            return False
        self.not_before = middle
        return True
