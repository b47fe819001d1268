"""Three kinds of days: 34 CFR 300.11."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.calendar import BUSINESS, CALENDAR, FOLDER, KINDS, SCHOOL, Beyond, Days, calendar
from server.domain.readiness import PROFILES
from server.domain.sections import SECTIONS

EX = calendar("ex")
# Far enough inside the known terms that no count leaves them.
DAYS = st.dates(date(2026, 11, 1), date(2028, 3, 31))
SPANS = st.builds(Days, st.integers(0, 30), st.sampled_from(KINDS))


@given(DAYS, SPANS)
def test_there_and_back_is_where_one_started_if_that_day_counts(day: date, span: Days) -> None:
    if EX.counts(day, span.kind):
        assert EX.before(EX.after(day, span), span) == day == EX.after(EX.before(day, span), span)


@given(DAYS, SPANS)
def test_between_counts_what_after_and_before_go(day: date, span: Days) -> None:
    later, earlier = EX.after(day, span), EX.before(day, span)
    assert EX.between(day, later, span.kind) == span.days
    assert EX.between(later, day, span.kind) == -span.days
    assert later - day >= timedelta(days=span.days) <= day - earlier
    if span.days:
        assert EX.counts(later, span.kind)
        assert EX.counts(earlier, span.kind)


@given(DAYS, DAYS, DAYS, st.sampled_from(KINDS))
def test_stretches_add_up(one: date, two: date, three: date, kind: str) -> None:
    assert EX.between(one, two, kind) + EX.between(two, three, kind) == EX.between(one, three, kind)


@given(DAYS)
def test_a_school_day_is_a_business_day_and_that_a_day(day: date) -> None:
    assert EX.counts(day, SCHOOL) <= EX.counts(day, BUSINESS) <= EX.counts(day, CALENDAR)
    assert EX.counts(day, BUSINESS) <= (day.weekday() < 5)


@given(st.dates(date(1, 2, 1), date(9998, 12, 31)), st.integers(0, 20))
def test_business_days_are_known_for_ever(day: date, count: int) -> None:
    assert calendar("federal").after(day, Days(count, BUSINESS)) >= day


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        (date(2027, 1, 18), True),  # the third Monday of January
        (date(2027, 2, 15), True),
        (date(2027, 5, 31), True),  # the last Monday of May
        (date(2027, 6, 18), True),  # June 19, 2027 is a Saturday
        (date(2027, 7, 5), True),  # July 4, 2027 is a Sunday
        (date(2021, 12, 31), True),  # January 1, 2022 is a Saturday, and kept in the year before
        (date(2027, 9, 6), True),
        (date(2027, 11, 25), True),
        (date(2027, 12, 24), True),
        (date(2027, 12, 31), True),
        (date(2027, 2, 22), False),
    ],
)
def test_federal_holidays(day: date, kept: bool) -> None:
    assert calendar("federal").is_holiday(day) is kept


def test_five_business_days_before_the_sample_meeting() -> None:
    """The meeting is on Thursday, February 25, 2027; no school on the 19th, yet offices are open."""
    assert EX.before(date(2027, 2, 25), Days(5, BUSINESS)) == date(2027, 2, 18)
    assert EX.before(date(2027, 2, 25), Days(5, SCHOOL)) == date(2027, 2, 17)
    assert EX.before(date(2027, 2, 22), Days(5, BUSINESS)) == date(2027, 2, 12)  # over Washington's Birthday


def test_a_calendar_does_not_guess_where_it_knows_nothing() -> None:
    with pytest.raises(Beyond):
        EX.after(date(2028, 6, 1), Days(30, SCHOOL))
    with pytest.raises(Beyond):
        calendar("federal").counts(date(2027, 2, 25), SCHOOL)
    assert EX.between(date(2027, 6, 11), date(2027, 8, 30), SCHOOL) == 1  # the summer is known to be one


@pytest.mark.parametrize(("days", "kind"), [(-1, CALENDAR), (1, "lunar")])
def test_no_such_stretch(days: int, kind: str) -> None:
    with pytest.raises(ValueError, match="no stretch of days"):
        Days(days, kind)


def test_every_file_is_sound() -> None:
    for path in FOLDER.glob("*.toml"):
        assert calendar(path.stem).name
    for name in ("nowhere", "../profiles/ex"):
        with pytest.raises(ValueError, match="no calendar"):
            calendar(name)
    for profile in PROFILES.values():
        assert profile.days.name
        assert {*profile.hold_sections, *profile.hold_fields} <= set(SECTIONS)
