import socket
from pathlib import Path

import pytest
import redis

from server.people.limits import (
    REDEEM_ADDRESS,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    MemoryLimiter,
    SharedLimiter,
    TooOften,
)
from tests.support.redis import RedisServer


async def test_the_sixth_try_at_one_account_waits() -> None:
    limiter = MemoryLimiter()
    for _ in range(5):
        await limiter.hit(SIGN_IN_ACCOUNT, "dana@example.org")
    with pytest.raises(TooOften) as often:
        await limiter.hit(SIGN_IN_ACCOUNT, "dana@example.org")
    assert 1 <= often.value.seconds <= 60
    await limiter.hit(SIGN_IN_ACCOUNT, "marcus@example.org")


async def test_a_school_behind_one_address_gets_in() -> None:
    limiter = MemoryLimiter()
    for _ in range(40):
        await limiter.hit(SIGN_IN_ADDRESS, "203.0.113.7")


async def test_looking_counts_nothing() -> None:
    limiter = MemoryLimiter()
    for _ in range(100):
        await limiter.check(REDEEM_ADDRESS, "203.0.113.7")
    for _ in range(20):
        await limiter.hit(REDEEM_ADDRESS, "203.0.113.7")
    with pytest.raises(TooOften):
        await limiter.check(REDEEM_ADDRESS, "203.0.113.7")


async def test_nodes_count_together(redis_url: str) -> None:
    here, there = SharedLimiter(redis_url, "key"), SharedLimiter(redis_url, "key")
    for limiter in (here, there, here, there, here):
        await limiter.hit(SIGN_IN_ACCOUNT, "dana@example.org")
    for limiter in (here, there):
        with pytest.raises(TooOften) as often:
            await limiter.hit(SIGN_IN_ACCOUNT, "dana@example.org")
        assert 1 <= often.value.seconds <= 60
        with pytest.raises(TooOften):
            await limiter.check(SIGN_IN_ACCOUNT, "dana@example.org")
    with redis.Redis.from_url(redis_url) as client:
        assert not [key for key in client.scan_iter() if b"dana" in key]


async def test_without_redis_each_node_counts_for_itself(tmp_path: Path) -> None:
    server = RedisServer(tmp_path).start()
    limiter = SharedLimiter(server.url, "key")
    await limiter.hit(SIGN_IN_ACCOUNT, "dana@example.org")
    server.stop()
    for _ in range(5):
        await limiter.hit(SIGN_IN_ACCOUNT, "dana@example.org")
    with pytest.raises(TooOften):
        await limiter.hit(SIGN_IN_ACCOUNT, "dana@example.org")


async def test_a_redis_that_says_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.people.limits.PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        limiter = SharedLimiter(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", "key")
        for _ in range(5):
            await limiter.hit(SIGN_IN_ACCOUNT, "dana@example.org")
        with pytest.raises(TooOften):
            await limiter.hit(SIGN_IN_ACCOUNT, "dana@example.org")
