from hypothesis import given
from hypothesis import strategies as st

from server.sync.ranges import ClockSet

pairs = st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda pair: (pair[0], pair[0] + pair[1]))
ranges = st.dictionaries(st.integers(1, 3), st.lists(pairs, min_size=1, max_size=6), max_size=3)


def clocks(given_ranges: dict[int, list[tuple[int, int]]]) -> set[tuple[int, int]]:
    return {
        (client, clock) for client, mine in given_ranges.items() for start, end in mine for clock in range(start, end)
    }


@given(st.lists(ranges, max_size=5), ranges)
def test_it_holds_what_a_set_of_clocks_would_hold(
    added: list[dict[int, list[tuple[int, int]]]], asked: dict[int, list[tuple[int, int]]]
) -> None:
    held = ClockSet()
    expected: set[tuple[int, int]] = set()
    for one in added:
        held.add(one)
        expected |= clocks(one)
    assert held.holds(asked) is (clocks(asked) <= expected)
