"""Who a row of the plan names, that no row is lost, and what changed between two versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.duties import Row, Someone, changes, is_named, seen_mark, share_out

DANA = Someone("dana", "Dana Whitlock", "Case teacher", frozenset({"case_manager", "special_teacher"}))
OBI = Someone("obi", "Marcus Obi", "Grade 5 teacher", frozenset({"team_staff", "regular_teacher"}))
RAMAN = Someone("raman", "Priya Raman", "", frozenset({"lea_representative"}))
TEAM = (DANA, OBI, RAMAN)


def service(name: str, provider: str, minutes: str = "30", ordinal: int = 1) -> Row:
    fields = (("service", name), ("provider", provider), ("minutes", minutes))
    return Row("services", "service", ordinal, name, fields)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ms. Whitlock", {"dana"}),
        ("DANA WHITLOCK and Mr. Obi", {"dana", "obi"}),
        ("grade 5 teacher", {"obi"}),
        ("Special education teacher", {"dana"}),
        ("la maestra de educación especial", {"dana"}),
        ("The principal", {"raman"}),
        ("All teachers", {"obi"}),
        ("Mobility, in the lobby", set()),
        ("Ms. Bell", set()),
        ("", set()),
    ],
)
def test_by_name_title_seat_or_role(text: str, named: set[str]) -> None:
    assert {someone.person_id for someone in TEAM if is_named(someone, text)} == named


ROWS = st.lists(
    st.builds(
        service,
        st.sampled_from(["Reading", "Writing", "Speech", ""]),
        st.sampled_from(["Ms. Whitlock", "Grade 5 teacher", "Ms. Bell", "Principal and Obi", ""]),
        st.sampled_from(["30", "45"]),
        st.integers(1, 4),
    ),
    max_size=6,
)


@given(ROWS, st.lists(st.sampled_from(TEAM), unique=True))
def test_no_row_is_lost_whoever_is_in_the_team(rows: list[Row], team: list[Someone]) -> None:
    by_person, unsaid = share_out(rows, team)
    named = [row for own in by_person.values() for row in own]
    for row in rows:
        assert any(row is one for one in named) != any(row is one for one in unsaid)


@given(ROWS, ROWS)
def test_a_change_is_told_once_and_what_stayed_is_not(before: list[Row], now: list[Row]) -> None:
    found = changes(before, now)
    assert changes(now, now) == []
    words_before, words_now = {row.fields for row in before}, {row.fields for row in now}
    assert {change.now.fields for change in found if change.now} == words_now - words_before
    assert {change.before.fields for change in found if change.before} == words_before - words_now


def test_a_row_of_the_same_label_is_the_same_row() -> None:
    old = [service("Reading", "Ms. Whitlock"), service("Writing", "Ms. Whitlock", ordinal=2)]
    new = [service("Writing", "Ms. Whitlock"), service("Reading", "Ms. Whitlock", "45", 2)]
    (change,) = changes(old, new)
    assert change.fields == [("minutes", "30", "45")]
    (change,) = changes(old, old[:1])
    assert (change.before, change.now) == (old[1], None)


def test_a_mark_is_of_the_versions_whatever_their_order() -> None:
    assert seen_mark({"a": 1, "b": 2}) == seen_mark({"b": 2, "a": 1}) != seen_mark({"a": 1, "b": 3})
