"""Stretches of clocks, by client, that don't overlap: which one holds a given id?"""

from bisect import bisect_right
from typing import Generic, TypeVar

T = TypeVar("T")


class Spans(Generic[T]):
    """Values by stretch. Noting them mostly in the order of their clocks is cheap."""

    __slots__ = ("_clients",)

    def __init__(self) -> None:
        self._clients: dict[int, tuple[list[int], list[tuple[int, T]]]] = {}

    def note(self, client: int, start: int, end: int, value: T) -> None:
        """The clocks from `start` to just before `end` are `value`, in place of what began at `start` before."""
        starts, values = self._clients.setdefault(client, ([], []))
        if not starts or starts[-1] < start:
            starts.append(start)
            values.append((end, value))
            return
        index = bisect_right(starts, start)
        if index and starts[index - 1] == start:
            values[index - 1] = (max(end, values[index - 1][0]), value)
        else:
            starts.insert(index, start)
            values.insert(index, (end, value))

    def find(self, client: int, clock: int) -> T | None:
        mine = self._clients.get(client)
        if mine is None:
            return None
        index = bisect_right(mine[0], clock)
        if index:
            end, value = mine[1][index - 1]
            if clock < end:
                return value
        return None
