"""When a record may be destroyed: by request, or when its period is over; and never while something holds it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.domain.readiness import PROFILES
from server.domain.retention import Facts, Keeping, kept_until, why_not_yet

MEETING = Keeping(3, "meeting", "2 CFR 200.334", 30)
LEAVING = Keeping(5, "leaving", "EX", 30)
CLOSED = Facts("closed", date(2024, 2, 29))
days = st.dates(date(2000, 1, 1), date(2060, 1, 1))
maybe = st.none() | days


def test_a_period_from_the_meeting_and_one_from_leaving() -> None:
    assert kept_until(CLOSED, MEETING) == date(2027, 2, 28)
    assert kept_until(CLOSED, LEAVING) is None
    assert kept_until(Facts("closed", date(2024, 3, 1), left_on=date(2026, 6, 18)), LEAVING) == date(2031, 6, 18)
    # Who came back and had another meeting: the later day counts.
    assert kept_until(Facts("closed", date(2024, 3, 1), left_on=date(2020, 6, 18)), LEAVING) == date(2029, 3, 1)


def test_everything_that_stands_against_it_is_told() -> None:
    facts = Facts("live", date(2024, 3, 1), holds=2)
    assert why_not_yet(facts, LEAVING, date(2025, 1, 1)) == ["live", "held", "not_informed", "left_unknown"]
    informed = Facts("closed", date(2024, 3, 1), informed_on=date(2027, 3, 1))
    assert why_not_yet(informed, MEETING, date(2027, 3, 1)) == ["period", "copies"]
    assert why_not_yet(informed, MEETING, date(2027, 3, 31)) == ["copies"]
    assert why_not_yet(informed, MEETING, date(2027, 4, 1)) == []


def test_parents_who_asked_wait_for_no_period_but_are_informed() -> None:
    asked = Facts("closed", date(2024, 3, 1), asked_on=date(2024, 4, 1))
    assert why_not_yet(asked, LEAVING, date(2024, 4, 2)) == ["not_informed"]
    told = Facts("closed", date(2024, 3, 1), asked_on=date(2024, 4, 1), informed_on=date(2024, 4, 1))
    assert why_not_yet(told, LEAVING, date(2024, 4, 2)) == []


@given(
    st.builds(Facts, st.sampled_from(("prework", "live", "closed")), days, maybe, maybe, maybe, st.integers(0, 2)),
    st.sampled_from([profile.retention for profile in PROFILES.values()]),
    days,
)
def test_what_is_allowed_once_stays_allowed_and_nothing_held_ever_is(
    facts: Facts, keeping: Keeping, today: date
) -> None:
    now = why_not_yet(facts, keeping, today)
    assert not (facts.holds and not now)
    assert not (facts.informed_on is None and not now)
    assert set(why_not_yet(facts, keeping, today + timedelta(days=400))) <= set(now)
