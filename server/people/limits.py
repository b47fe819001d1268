"""How often somebody may try. Counted by account and person first, since a whole school shares one address."""

import hashlib
import math
import time
from typing import Protocol

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

# Per minute. By address: forty people who sign in at the start of a lesson pass.
SIGN_IN_ACCOUNT = RateLimitItemPerMinute(5, namespace="sign_in_account")
SIGN_IN_ADDRESS = RateLimitItemPerMinute(50, namespace="sign_in_address")
# Only links that do not work count: nobody guesses 256 bits, but nobody shall hammer the table with guesses either.
REDEEM_ADDRESS = RateLimitItemPerMinute(20, namespace="redeem_address")
TICKET_PERSON = RateLimitItemPerMinute(60, namespace="ticket_person")
WRITE_PERSON = RateLimitItemPerMinute(120, namespace="write_person")


class TooOften(Exception):
    """The limit is reached; trying again makes sense after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too often; try again in {seconds} s")
        self.seconds = seconds


class Limiter(Protocol):
    """One interface, so that counts can be shared between nodes (Redis) without a change to who asks."""

    async def hit(self, limit: RateLimitItem, key: str) -> None:
        """Count one try. Raises `TooOften` when that is one too many."""
        ...

    async def check(self, limit: RateLimitItem, key: str) -> None:
        """Raise `TooOften` when the limit is reached, counting nothing."""
        ...


class MemoryLimiter:
    """Counts of this process, in a moving window. Keys are hashed, so no address or e-mail stays in memory."""

    def __init__(self) -> None:
        self._strategy = MovingWindowRateLimiter(MemoryStorage())

    async def hit(self, limit: RateLimitItem, key: str) -> None:
        name = _hashed(key)
        if not await self._strategy.hit(limit, name):
            raise await self._too_often(limit, name)

    async def check(self, limit: RateLimitItem, key: str) -> None:
        name = _hashed(key)
        if not await self._strategy.test(limit, name):
            raise await self._too_often(limit, name)

    async def _too_often(self, limit: RateLimitItem, name: str) -> TooOften:
        window = await self._strategy.get_window_stats(limit, name)
        return TooOften(max(1, math.ceil(window.reset_time - time.time())))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
