"""How far apart batches begin: none after a rest, further the more is written, and nodes in turns."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.journal.pace import MOST, Pace

COMMIT = 0.006  # seconds until others hear of a batch


def alone(writes: int, rounds: int = 40) -> float:
    """The distance that a node with so many writes a batch comes to keep."""
    pace, instant = Pace(1), 100.0
    for _ in range(rounds):
        instant = max(instant + COMMIT, pace.not_before)
        pace.began(instant, writes)
    return round(pace.not_before - instant, 9)


def test_the_more_is_written_the_further_apart() -> None:
    assert 0 < alone(1) < alone(5) < alone(40) <= MOST


@given(st.integers(1, 100))
def test_after_a_rest_nothing_waits(writes: int) -> None:
    pace = Pace(1)
    for step in range(20):
        pace.began(step * 0.05, writes)
    assert pace.not_before <= 1.0 + MOST
    pace.began(20.0, 1)
    assert pace.not_before - 20.0 < 0.001


def together(paces: list[Pace], writes: int, batches: int = 400) -> list[tuple[float, int]]:
    """When which node begins a batch of so many writes, all beginning in the same moment, the worst there is."""
    next_of = [1.0] * len(paces)
    news: list[tuple[float, int]] = []  # when a batch is heard of, and whose it is
    began: list[tuple[float, int]] = []
    while len(began) < batches:
        if news and news[0][0] <= min(next_of):
            instant, whose = news.pop(0)
            for hearer, pace in enumerate(paces):
                if hearer != whose and pace.heard(instant, writes):
                    next_of[hearer] = max(instant, pace.not_before)
        else:
            instant = min(next_of)
            whose = next_of.index(instant)
            paces[whose].began(instant, writes)
            began.append((instant, whose))
            next_of[whose] = max(instant + COMMIT, paces[whose].not_before)
            news = sorted([*news, (instant + COMMIT, whose)])
    return began


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(10, 60))
def test_two_nodes_come_to_write_in_turns(one: int, other: int, writes: int) -> None:
    """After a while hardly any begins while the other commits."""
    late = together([Pace(one * 2), Pace(other * 2 + 1)], writes)[200:]
    assert {whose for _, whose in late} == {0, 1}
    met = sum(b - a < COMMIT and who != whose for (a, who), (b, whose) in pairwise(late))
    assert met <= len(late) // 20


@given(st.integers(0, 10_000), st.integers(20, 60))
def test_two_nodes_begin_less_than_twice_as_often_as_one(seed: int, writes: int) -> None:
    alone = together([Pace(seed)], writes)
    both = together([Pace(seed), Pace(seed + 1)], writes)
    assert alone[-1][0] - alone[200][0] < 1.9 * (both[-1][0] - both[200][0])


@given(st.integers(1, 60))
def test_what_others_write_counts_for_the_distance(writes: int) -> None:
    pace, beside = Pace(1), Pace(1)
    for step in range(40):
        instant = 1 + step * MOST
        pace.began(instant, writes)
        beside.began(instant, writes)
        beside.heard(instant + MOST * 0.9, writes)
    assert pace.not_before <= beside.not_before
