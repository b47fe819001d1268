"""Stretches of clocks, by client, each with the first value that was noted for it."""

from bisect import bisect_right, insort
from collections.abc import Iterator

Stretch = tuple[int, int, str]  # from this clock to just before that: the value


class Firsts:
    __slots__ = ("_clients",)

    def __init__(self) -> None:
        self._clients: dict[int, list[Stretch]] = {}  # in order, without overlaps

    def note(self, client: int, start: int, end: int, value: str) -> None:
        """The clocks from `start` to just before `end` are `value`, but for those that are something already."""
        mine = self._clients.setdefault(client, [])
        fresh: list[Stretch] = []
        for held_start, held_end, _ in mine[_first(mine, start) :]:
            if held_start >= end:
                break
            if start < held_start:
                fresh.append((start, held_start, value))
            start = max(start, held_end)
        if start < end:
            fresh.append((start, end, value))
        for stretch in fresh:
            insort(mine, stretch)

    def pieces(self, client: int, clock: int, length: int) -> Iterator[tuple[int, str]]:
        """Of these clocks, (how many, value); "" for what nothing was noted of."""
        mine, end = self._clients.get(client, []), clock + length
        for start, until, value in mine[_first(mine, clock) :]:
            if start >= end:
                break
            if clock < start:
                yield start - clock, ""
                clock = start
            if clock < until:
                yield min(until, end) - clock, value
                clock = min(until, end)
        if clock < end:
            yield end - clock, ""


def _first(mine: list[Stretch], clock: int) -> int:
    """The place of the last stretch that begins before `clock`."""
    return max(bisect_right(mine, (clock,)) - 1, 0)
