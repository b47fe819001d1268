"""Several Yjs updates put together as one."""

from collections.abc import Sequence

from pycrdt import merge_updates

_AT_ONCE = 32  # the library's work grows with the square of how many it is given


def merge(updates: Sequence[bytes]) -> bytes:
    """One update that says what these say one after the other; at least one is given.

    Raises whatever the library raises on bytes it can't read, panics included.
    """
    while len(updates) > 1:
        parts = (updates[start : start + _AT_ONCE] for start in range(0, len(updates), _AT_ONCE))
        updates = [merge_updates(*part) if len(part) > 1 else part[0] for part in parts]
    return updates[0]
