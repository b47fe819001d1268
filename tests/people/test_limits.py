import pytest

from server.people.limits import REDEEM_ADDRESS, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, MemoryLimiter, TooOften


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
