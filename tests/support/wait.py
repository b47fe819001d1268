"""Waiting for a condition instead of for a time."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
PAUSE = 0.02


def until(condition: Callable[[], Found], what: str, *, seconds: float = 30) -> Found:
    """Ask `condition` until it answers something true, and return that. Fails naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(PAUSE)
    return found


async def soon(condition: Callable[[], Found], what: str, *, seconds: float = 30) -> Found:
    """`until` for async tests: the loop goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}")
        await asyncio.sleep(PAUSE)
    return found
