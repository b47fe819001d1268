"""How a stopping node parts from its clients."""

import asyncio
import contextlib
import math
from collections.abc import Sequence

from server.journal.store import StorageUnavailable
from server.journal.writer import Journal
from server.sync import protocol
from server.sync.socket import Socket

A_SECOND = 250  # clients that are told in one
STEP = 0.1  # seconds


async def send_off(journal: Journal, sockets: Sequence[Socket], spread: float) -> None:
    """Commit and ack what was typed, and close the sockets with "restart", over at most `spread` seconds.

    Stock clients all wait the same second until they come back. Told one after the other, they also come one after the
    other, and the node that takes them in is not asked for everything at once.
    """
    steps = max(1, math.ceil(min(spread, len(sockets) / A_SECOND) / STEP))
    size = math.ceil(len(sockets) / steps)
    for step in range(steps):
        if step:
            await asyncio.sleep(STEP)
        with contextlib.suppress(StorageUnavailable):
            await journal.settle()
        some = sockets[step * size : (step + 1) * size]
        await asyncio.gather(*(socket.close(protocol.RESTART, "restart") for socket in some))
