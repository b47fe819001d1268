"""Memory that nobody needs any more goes back to the system."""

import ctypes
import gc
from typing import Any

FEW = 200  # sockets


class Leftovers:
    """What closed sockets leave behind: they and their protocols point at each other, so that only the collector frees
    them; and at those that were open for a while it would not look again for days.
    """

    def __init__(self) -> None:
        self._left = 0

    def one_left(self) -> None:
        self._left += 1

    def turn(self, here: int) -> bool:
        """Collect once as many have left as are here: then it takes the less time the fewer are. Whether it did."""
        if self._left < max(FEW, here):
            return False
        self._left = 0
        gc.collect()
        return_memory()
        return True


def _find_trim() -> Any:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # not the GNU C library
        return None


_TRIM = _find_trim()


def return_memory() -> None:
    """What was freed lies between what is in use, and the C library keeps it unless it is asked (malloc_trim(3))."""
    if _TRIM is not None:
        _TRIM(0)
