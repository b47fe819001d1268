"""How often somebody may try. Counted by account and person first, since a whole school shares one address."""

import asyncio
import hashlib
import math
import time
from typing import Protocol

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = structlog.get_logger()

PATIENCE = 0.5  # seconds that Redis has for an answer
LEAVE_ALONE = 5.0  # seconds without asking it, once it had none

# Per minute. By address: forty people who sign in at the start of a lesson pass.
SIGN_IN_ACCOUNT = RateLimitItemPerMinute(5, namespace="sign_in_account")
SIGN_IN_ADDRESS = RateLimitItemPerMinute(50, namespace="sign_in_address")
# Only links that do not work count: nobody guesses 256 bits, but nobody shall hammer the table with guesses either.
REDEEM_ADDRESS = RateLimitItemPerMinute(20, namespace="redeem_address")
RECEIPT_ADDRESS = RateLimitItemPerMinute(60, namespace="receipt_address")
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


class _Windows:
    """Moving windows in one storage, under hashed keys, so that no address or e-mail is kept."""

    def __init__(self, storage: Storage, secret: str) -> None:
        self._strategy = MovingWindowRateLimiter(storage)
        self._secret = hashlib.sha256(secret.encode()).digest()

    async def hit(self, limit: RateLimitItem, key: str) -> None:
        name = self._hashed(key)
        if not await self._strategy.hit(limit, name):
            raise await self._too_often(limit, name)

    async def check(self, limit: RateLimitItem, key: str) -> None:
        name = self._hashed(key)
        if not await self._strategy.test(limit, name):
            raise await self._too_often(limit, name)

    async def _too_often(self, limit: RateLimitItem, name: str) -> TooOften:
        window = await self._strategy.get_window_stats(limit, name)
        return TooOften(max(1, math.ceil(window.reset_time - time.time())))

    def _hashed(self, key: str) -> str:
        return hashlib.blake2b(key.encode(), key=self._secret, digest_size=24).hexdigest()


class MemoryLimiter(_Windows):
    """Counts of this process alone."""

    def __init__(self) -> None:
        super().__init__(MemoryStorage(), "")


class SharedLimiter:
    """Counts of all nodes, in Redis; while it does not answer, each node goes on with its own.

    Asking takes no longer than `PATIENCE`, and once it has failed Redis is left alone for a while: nobody who signs in
    waits for it twice.
    """

    def __init__(self, redis_url: str, secret_key: str) -> None:
        storage = RedisStorage(
            redis_url,
            implementation="redispy",
            key_prefix="roundtable:limits",
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # handed on to the client as it is
        )
        self._shared = _Windows(storage, secret_key)
        self._own = MemoryLimiter()
        self._again_at = 0.0

    async def hit(self, limit: RateLimitItem, key: str) -> None:
        await self._ask("hit", limit, key)

    async def check(self, limit: RateLimitItem, key: str) -> None:
        await self._ask("check", limit, key)

    async def _ask(self, what: str, limit: RateLimitItem, key: str) -> None:
        if time.monotonic() >= self._again_at:
            try:
                async with asyncio.timeout(2 * PATIENCE):
                    await getattr(self._shared, what)(limit, key)
                return
            except (RedisError, OSError, TimeoutError) as error:
                self._again_at = time.monotonic() + LEAVE_ALONE
                log.warning("rate limits are counted by this node alone", error=type(error).__name__)
        await getattr(self._own, what)(limit, key)
