"""Sets of clocks as sorted, disjoint, half-open ranges per client: what a document knows, and what it has deleted."""

from bisect import bisect_right
from collections.abc import Iterable

Ranges = dict[int, list[tuple[int, int]]]


class ClockSet:
    """Ranges per client that grow and can be asked whether they hold others."""

    __slots__ = ("_by_client",)

    def __init__(self) -> None:
        self._by_client: dict[int, list[tuple[int, int]]] = {}

    def add(self, ranges: Ranges) -> None:
        for client, additions in ranges.items():
            held = self._by_client.setdefault(client, [])
            for start, end in additions:
                _insert(held, start, end)

    def holds(self, ranges: Ranges) -> bool:
        return all(self._holds(client, wanted) for client, wanted in ranges.items())

    def _holds(self, client: int, wanted: Iterable[tuple[int, int]]) -> bool:
        held = self._by_client.get(client, [])
        for start, end in wanted:
            index = bisect_right(held, (start, float("inf"))) - 1
            if index < 0 or held[index][1] < end:
                return False
        return True


def _insert(held: list[tuple[int, int]], start: int, end: int) -> None:
    first = bisect_right(held, (start,))
    if first and held[first - 1][1] >= start:
        first -= 1
    last = first
    while last < len(held) and held[last][0] <= end:
        start, end = min(start, held[last][0]), max(end, held[last][1])
        last += 1
    held[first:last] = [(start, end)]
