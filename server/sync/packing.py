"""Documents that nobody edits are kept compressed: an idle document is mostly its text."""

import asyncio
import zlib
from collections.abc import Iterable, Sequence

from server.sync.memory import return_memory
from server.sync.room import Room

PACK_AFTER = 1.0  # seconds without an edit, or anybody coming or going
MOST_AT_ONCE = 1000  # documents
WORTH_RETURNING = 4_000_000  # bytes packed until what that freed is given back to the system


class Packing:
    def __init__(self) -> None:
        self._freed = 0

    async def turn(self, rooms: Iterable[Room], instant: float) -> None:
        """Compress what has come to rest, on a thread of its own: the loop goes on meanwhile."""
        idle = [room.replica for room in rooms if instant - room.touched > PACK_AFTER and not room.failed]
        waiting = [(replica, plain) for replica in idle if (plain := replica.to_pack()) is not None][:MOST_AT_ONCE]
        if waiting:
            packed = await asyncio.to_thread(_compress, [plain for _, plain in waiting])
            for (replica, plain), small in zip(waiting, packed, strict=True):
                replica.pack(plain, small)
                self._freed += len(plain)
        if self._freed > WORTH_RETURNING and len(waiting) < MOST_AT_ONCE:
            self._freed = 0
            return_memory()


def _compress(states: Sequence[bytes]) -> list[bytes]:
    return [zlib.compress(state, 1) for state in states]
