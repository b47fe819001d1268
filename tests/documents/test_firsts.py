"""The first value of each clock stands, however stretches meet."""

from hypothesis import given
from hypothesis import strategies as st

from server.documents.firsts import Firsts

CLOCK = st.integers(0, 30)
NOTED = st.lists(st.tuples(st.integers(1, 2), CLOCK, st.integers(1, 12), st.sampled_from("abc")), max_size=12)


@given(NOTED, CLOCK, st.integers(1, 40))
def test_as_if_each_clock_were_noted_by_itself(noted: list[tuple[int, int, int, str]], clock: int, length: int) -> None:
    firsts, each = Firsts(), dict[tuple[int, int], str]()
    for client, start, size, value in noted:
        firsts.note(client, start, start + size, value)
        for one in range(start, start + size):
            each.setdefault((client, one), value)
    for client in (1, 2, 3):
        told = list(firsts.pieces(client, clock, length))
        assert all(size > 0 for size, _ in told)
        spelled = [value for size, value in told for _ in range(size)]
        assert spelled == [each.get((client, one), "") for one in range(clock, clock + length)]
