"""Where nodes find each other's makings: in Redis, sealed and for minutes. So no proxy has to know who makes what.

Nothing here raises for a Redis that does not answer: then a making is known to its own node alone.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

PREFIX = "roundtable:making:"
PATIENCE = 2.0  # seconds that Redis has for an answer
MOST_BYTES = 100_000_000  # of one file
_NONCE = 12


class Shelf:
    """By a making's id: what is told of it, its file, and whether somebody wants it to stop."""

    def __init__(self, url: str, secret_keys: Sequence[str]) -> None:
        """`secret_keys`: the last one seals; each opens, for nodes get a new key one by one."""
        self._keys = [AESGCM(hashlib.sha256(b"roundtable making v1 " + key.encode()).digest()) for key in secret_keys]
        self._redis = Redis.from_url(
            url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 1)
        )

    async def tell(self, making_id: str, told: dict[str, Any], seconds: int) -> None:
        """Put what is known of it here for so long."""
        async with _patiently():
            sealed = self._seal(making_id, "told", json.dumps(told).encode())
            await self._redis.set(PREFIX + making_id, sealed, ex=seconds)

    async def told(self, making_id: str) -> dict[str, Any] | None:
        found = self._open(making_id, "told", await self._get(PREFIX + making_id))
        told: dict[str, Any] | None = None if found is None else json.loads(found)
        return told

    async def keep(self, making_id: str, data: bytes, seconds: int) -> bool:
        """Whether its file is here now."""
        if len(data) > MOST_BYTES:
            return False
        kept: Any = None
        async with _patiently():
            kept = await self._redis.set(f"{PREFIX}{making_id}:file", self._seal(making_id, "file", data), ex=seconds)
        return bool(kept)

    async def file(self, making_id: str) -> bytes:
        """Nothing where it is not here."""
        return self._open(making_id, "file", await self._get(f"{PREFIX}{making_id}:file")) or b""

    async def drop(self, making_id: str) -> None:
        """Its file goes."""
        async with _patiently():
            await self._redis.delete(f"{PREFIX}{making_id}:file")

    async def ask_to_stop(self, making_id: str, seconds: int) -> None:
        async with _patiently():
            await self._redis.set(f"{PREFIX}{making_id}:stop", b"1", ex=seconds)

    async def is_to_stop(self, making_id: str) -> bool:
        return await self._get(f"{PREFIX}{making_id}:stop") is not None

    async def close(self) -> None:
        async with _patiently():
            await self._redis.aclose()

    async def _get(self, key: str) -> bytes | None:
        found: Any = None
        async with _patiently():
            found = await self._redis.get(key)
        return found if isinstance(found, bytes) else None

    def _seal(self, making_id: str, what: str, data: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._keys[-1].encrypt(nonce, data, f"{making_id} {what}".encode())

    def _open(self, making_id: str, what: str, sealed: bytes | None) -> bytes | None:
        if sealed is None:
            return None
        for key in reversed(self._keys):
            with contextlib.suppress(InvalidTag, ValueError):
                return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{making_id} {what}".encode())
        return None


@asynccontextmanager
async def _patiently() -> AsyncIterator[None]:
    with contextlib.suppress(RedisError, OSError, TimeoutError):
        yield
