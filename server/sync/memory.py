"""Memory that nobody needs any more goes back to the system."""

import ctypes
import gc
from typing import Any

FEW = 200  # sockets


class Leftovers:
    """What closed sockets leave behind: they and their protocols point at each other, so that only the collector frees
    them; and at those that were open for a while it would not look again for days. Connections to the database that
    fail leave errors behind that go round in circles, too.
    """

    def __init__(self) -> None:
        self._left = 0

    def one_left(self) -> None:
        self._left += 1

    def turn(self, here: int, *, deserted: bool = False) -> bool:
        """Collect once as many have left as are here: then it takes the less time the fewer are. And when nobody is
        here and no document open (`deserted`): then it is in nobody's way. Returns whether it did.
        """
        if not self._left or (self._left < max(FEW, here) and not deserted):
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
