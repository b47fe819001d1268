"""The writer wakes when something is asked of it, and no sooner than its pace allows."""

import asyncio
import time

import pytest

from server.journal.alarm import Alarm
from server.journal.pace import Pace


@pytest.fixture
def pace() -> Pace:
    return Pace()


@pytest.fixture
def alarm(pace: Pace) -> Alarm:
    return Alarm(pace)


async def sleeper(alarm: Alarm) -> "asyncio.Task[None]":
    task = asyncio.create_task(alarm.wait())
    await turns()
    return task


async def turns() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_what_rings_wakes(alarm: Alarm) -> None:
    task = await sleeper(alarm)
    assert not task.done()
    alarm.ring()
    await turns()
    assert task.done()


async def test_what_rang_before_wakes_once(alarm: Alarm) -> None:
    alarm.ring()
    alarm.ring()
    assert (await sleeper(alarm)).done()
    again = await sleeper(alarm)
    assert not again.done()
    again.cancel()


async def test_it_wakes_no_sooner_than_the_pace_allows(alarm: Alarm, pace: Pace) -> None:
    pace.not_before = time.monotonic() + 60
    alarm.ring()
    task = await sleeper(alarm)
    assert not task.done()
    pace.not_before = 0
    alarm.sooner()
    await turns()
    assert task.done()


async def test_a_pace_that_allows_it_sooner_wakes_nobody_by_itself(alarm: Alarm) -> None:
    task = await sleeper(alarm)
    alarm.sooner()
    await turns()
    assert not task.done()
    task.cancel()


async def test_it_wakes_by_itself_once_the_pace_allows_it(alarm: Alarm, pace: Pace) -> None:
    pace.not_before = time.monotonic() + 0.05
    alarm.ring()
    async with asyncio.timeout(10):
        await alarm.wait()


async def test_in_a_hurry_no_pace_counts(alarm: Alarm, pace: Pace) -> None:
    pace.not_before = time.monotonic() + 60
    alarm.ring()
    task = await sleeper(alarm)
    alarm.hurried = True
    alarm.sooner()
    await turns()
    assert task.done()


async def test_who_gives_up_waiting_leaves_no_timer(alarm: Alarm, pace: Pace) -> None:
    pace.not_before = time.monotonic() + 60
    alarm.ring()
    task = await sleeper(alarm)
    task.cancel()
    await turns()
    pace.not_before = 0
    assert (await sleeper(alarm)).done()
