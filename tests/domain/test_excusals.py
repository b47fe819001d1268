"""Excusals: what each kind needs, that all of it must come before the meeting, and what a seat's holders make of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.excusals import EXCUSED, KINDS, NOT_NEEDED, Excusal, lacks, seat_standing, standing
from server.domain.seats import REGULAR_TEACHER, Participation, empty_seats

START = datetime(2027, 2, 25, 19, 30, tzinfo=UTC)
BEFORE, AFTER = START - timedelta(days=3), START + timedelta(minutes=1)
WHOLE = Excusal("p_sato", EXCUSED, frozenset(), BEFORE, BEFORE, BEFORE)


@pytest.mark.parametrize(
    ("excusal", "expected"),
    [
        (WHOLE, ()),
        (replace(WHOLE, input_at=None), ("input",)),
        (replace(WHOLE, input_at=AFTER), ("input_late",)),
        (replace(WHOLE, input_at=START), ("input_late",)),
        (replace(WHOLE, parent_at=None, lea_at=AFTER), ("parent", "lea_late")),
        (replace(WHOLE, kind=NOT_NEEDED, input_at=None), ()),
        (replace(WHOLE, kind=NOT_NEEDED, lea_at=None, input_at=None), ("lea",)),
    ],
)
def test_what_each_kind_lacks(excusal: Excusal, expected: tuple[str, ...]) -> None:
    assert lacks(excusal, START) == expected


times = st.one_of(st.none(), st.sampled_from([BEFORE, START, AFTER]))
excusals = st.builds(
    Excusal,
    st.sampled_from(["a", "b"]),
    st.sampled_from(KINDS),
    st.frozensets(st.sampled_from(["goals", "services"]), max_size=2),
    times,
    times,
    times,
)


@given(st.lists(excusals, max_size=5))
def test_nobody_is_excused_but_by_one_that_is_complete_and_covers(found: list[Excusal]) -> None:
    stands = standing(found, "a", "goals", START)
    complete = [one for one in found if one.person_id == "a" and one.covers("goals") and not lacks(one, START)]
    assert (stands in {EXCUSED, NOT_NEEDED}) == bool(complete)
    assert (stands == EXCUSED) == any(one.kind == EXCUSED for one in complete)
    for one in complete:
        assert one.parent_at is not None
        assert one.parent_at < START
    # A seat is excused only as far as each of its holders is.
    seat = seat_standing(["a", "b"], found, "goals", START)
    assert (seat == EXCUSED) == (stands == EXCUSED and standing(found, "b", "goals", START) == EXCUSED)
    assert seat_standing([], found, "goals", START) == ""


def test_an_empty_seat_is_told_of_unless_it_is_excused_for_all_that_is_discussed() -> None:
    team = [Participation("p_sato", "team_staff", [REGULAR_TEACHER]), Participation("p_el", "parent", [])]
    part = replace(WHOLE, sections=frozenset({"services"}))

    def seats(*found: Excusal) -> list[tuple[str, ...]]:
        empty = empty_seats(
            team, {"p_el"}, {"goals", "services"}, lambda who, section: seat_standing(who, found, section, START)
        )
        return [(*one.sections, one.excused) for one in empty if one.seat == REGULAR_TEACHER]

    assert seats() == [("goals", "services", "")]
    assert seats(part) == [("goals", "")]
    assert seats(WHOLE) == []
    assert seats(replace(WHOLE, input_at=None)) == [("goals", "services", "incomplete")]
    assert seats(replace(WHOLE, kind=NOT_NEEDED)) == [("goals", "services", NOT_NEEDED)]
