"""Measured data: what is a number, which numbers are plain, where values stand in the drawing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Refused
from server.domain.progress import BOTTOM, LEFT, RIGHT, TOP, chart, goal_names, line_of, plain_number, value_of, written

VALUES = st.decimals(-999999, 999999, places=3)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(VALUES)
def test_a_value_is_written_as_it_is_read(value: Decimal) -> None:
    assert value_of(written(value)) == value
    assert value_of(written(value).replace(".", ",")) == value


@pytest.mark.parametrize("typed", ["", "many", "1e3", "NaN", "1 000", "٣", "1.2345", "12345678", "4/5"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        value_of(typed)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("82 words a minute", "", "82"),
        ("82 words a minute on grade 4 text", "words", "82"),
        ("82 words a minute on grade 4 text", "", None),
        ("80% of the time", "%", "80"),
        ("4 of 5 tries", "", None),
        ("4/5 tries", "", None),
        ("by 2027-03-01", "", None),
        ("most of the time", "", None),
    ],
)
def test_only_plain_numbers_are_taken(text: str, unit: str, number: str | None) -> None:
    assert plain_number(text, unit) == (Decimal(number) if number else None)


@given(DAYS, st.integers(-400, 400), st.integers(0, 999), st.integers(0, 999))
def test_a_line_goes_forward_or_is_not_drawn(start: date, days: int, first: int, last: int) -> None:
    end = start + timedelta(days)
    line = line_of(f"{first} words", f"{last} words", unit="", start=start, end=end)
    assert (line is not None) == (days > 0)
    if line is not None:
        assert (line.baseline, line.target) == (Decimal(first), Decimal(last))


@given(st.lists(st.tuples(DAYS, VALUES), max_size=8))
def test_every_value_stands_inside_and_higher_is_never_lower(points: list[tuple[date, Decimal]]) -> None:
    drawn = chart(points, None)
    assert (drawn is None) == (not points)
    if drawn is None:
        return
    assert all(LEFT <= spot.x <= RIGHT and TOP <= spot.y <= BOTTOM for spot in drawn.spots)
    rows = sorted(zip((value for _, value in points), (-spot.y for spot in drawn.spots), strict=True))
    assert [up for _, up in rows] == sorted(up for _, up in rows)


@given(st.lists(st.sampled_from(["Reading", " Reading ", "Math", ""])))
def test_goals_of_one_area_are_told_apart(areas: list[str]) -> None:
    names = [name for name in goal_names(areas) if name]
    assert len(set(names)) == len(names) == sum(1 for area in areas if area.strip())
