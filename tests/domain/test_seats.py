"""The required seats: who fills them, and when one is empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import roles, seats
from server.domain.seats import EmptySeat, Participation, empty_seats, filled_by
from server.domain.sections import SECTIONS

TEAM = [
    Participation("dana", roles.CASE_MANAGER, ["special_teacher"]),
    Participation("priya", roles.LEA_REPRESENTATIVE, []),
    Participation("marcus", roles.TEAM_STAFF, ["regular_teacher"]),
    Participation("helen", roles.TEAM_STAFF, ["evaluation"]),
    Participation("elena", roles.PARENT, []),
    Participation("peter", roles.PARENT, []),
    Participation("carol", roles.ADVOCATE, []),
]
ALL = {participant.person_id for participant in TEAM}


def test_a_full_table_has_no_empty_seat() -> None:
    assert empty_seats(TEAM, ALL, set(SECTIONS) - {"transition"}) == []


def test_the_seat_of_whoever_is_not_here_is_empty_where_it_concerns() -> None:
    here = ALL - {"marcus"}
    assert empty_seats(TEAM, here, {"goals", "notes"}) == [EmptySeat("regular_teacher", ("goals",), ("marcus",))]
    assert empty_seats(TEAM, here, {"notes"}) == []
    assert empty_seats(TEAM, here, set()) == []


def test_one_of_two_who_fill_a_seat_is_enough() -> None:
    assert empty_seats(TEAM, ALL - {"elena"}, {"goals"}) == []
    assert empty_seats(TEAM, ALL - {"elena", "peter"}, {"goals"}) == [
        EmptySeat("parent", ("goals",), ("elena", "peter"))
    ]


def test_the_student_is_expected_where_transition_is_discussed() -> None:
    assert empty_seats(TEAM, ALL, {"transition"}) == [EmptySeat("student", ("transition",), ())]
    jonah = Participation("jonah", roles.STUDENT, [])
    assert empty_seats([*TEAM, jonah], ALL | {"jonah"}, {"transition"}) == []


def test_one_person_may_fill_several() -> None:
    dana = TEAM[0]._replace(seats=["special_teacher", "evaluation", "lea_representative"])
    team = [dana, *(one for one in TEAM[1:] if one.person_id not in {"helen", "priya"})]
    assert empty_seats(team, ALL, {"present_levels", "services"}) == []


def test_what_a_role_says_and_what_is_given() -> None:
    assert filled_by(roles.PARENT, []) == ("parent",)
    assert filled_by(roles.LEA_REPRESENTATIVE, ["evaluation"]) == ("lea_representative", "evaluation")
    assert filled_by(roles.OBSERVER, []) == ()


@pytest.mark.parametrize("role", roles.ROLES)
def test_the_schools_seats_are_for_its_staff(role: str) -> None:
    assert seats.allowed(role, [])
    assert seats.allowed(role, ["regular_teacher"]) == (role in roles.STAFF)
    assert not seats.allowed(role, ["parent"])
    assert not seats.allowed(role, ["head of table"])


def test_every_section_has_a_seat_and_every_seat_a_rule() -> None:
    for seat in seats.SEATS.values():
        assert seat.rule.startswith("300.321(")
        assert seat.sections <= set(SECTIONS)
    assert set.union(*(set(seat.sections) for seat in seats.SEATS.values())) == set(SECTIONS)


@given(
    st.sets(st.sampled_from(sorted(ALL))), st.sampled_from(sorted(ALL)), st.sets(st.sampled_from(SECTIONS), min_size=1)
)
def test_whoever_comes_empties_no_seat(here: set[str], comes: str, discussed: set[str]) -> None:
    before = {empty.seat for empty in empty_seats(TEAM, here, discussed)}
    after = {empty.seat for empty in empty_seats(TEAM, here | {comes}, discussed)}
    assert after <= before
