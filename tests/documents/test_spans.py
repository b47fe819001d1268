"""Stretches of clocks against a plain list."""

from hypothesis import given
from hypothesis import strategies as st

from server.documents.spans import Spans


@given(st.permutations(range(8)), st.integers(1, 9))
def test_each_clock_finds_its_stretch(order, length):
    spans: Spans[int] = Spans()
    for index in order:
        spans.note(5, index * 10, index * 10 + length, index)
    for clock in range(85):
        expected = clock // 10 if clock % 10 < length and clock < 80 else None
        assert spans.find(5, clock) == expected
    assert spans.find(6, 0) is None
