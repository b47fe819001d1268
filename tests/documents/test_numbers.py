"""Numbers and dates are compared, not the words around them."""

from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from server.documents.agreement import Difference, differences, links
from server.documents.fields import TypedBlock
from server.documents.numbers import Date, quantities, says


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30 min", "30"),
        ("30", "30 minutes a day"),
        ("5 x 45 min (225)", "225"),
        ("5 × 45 minutes a week = 225", "5 x 45 min (225)"),
        ("5x45", "45"),
        ("1,800 minutes", "1800"),
        ("030", "30"),
        ("82.50", "82.5"),
        ("1½ hours", "1.5"),
        ("60, then 20", "60, then 20"),
        ("Once a week", "1"),
        ("twice a week", "2 times a week"),
        ("dos veces por semana", "2 times a week"),
        ("17 of 20 (85%)", "85 %"),
        ("17 of 20 (85 percent)", "85%"),
        ("17 of 20 (85%)", "85"),
        ("March 8, 2027", "2027-03-08"),
        ("8 March 2027", "3/8/2027"),
        ("3/8/27", "Mar. 8, 2027"),
        ("8 de marzo de 2027", "2027-03-08"),
        ("By February 24, 2028", "February 24, 2028"),
        ("March 8, 2027", "March 2027"),
        ("March 2027", "March 2027"),
        ("March 8, 2027", "March 8"),
        ("from 2027-03-08 to 2028-02-24", "March 8, 2027 – February 24, 2028"),
        ("Ms. Whitlock", "without any"),
    ],
)
def test_said(text: str, value: str) -> None:
    assert says(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("150", "225"),
        ("5 x 30 min (150)", "225"),
        ("5 x 30 min (150)", "5 x 45 min (225)"),
        ("225", "5 x 45 min (225)"),
        ("", "30"),
        ("Once a week", "2 times a week"),
        ("85 words", "85%"),
        ("5 times", "5 and 5"),
        ("March 2027", "March 8, 2027"),
        ("March 15, 2027", "2027-03-08"),
        ("March 8, 2026", "2027-03-08"),
        ("March 8, 2027", "March 8, 2027 to February 24, 2028"),
        ("3 8 2027", "2027-03-08"),
        ("130", "30"),
        ("30.5", "30"),
        ("", "2027-03-08"),
    ],
)
def test_not_said(text: str, value: str) -> None:
    assert not says(text, value)


def test_what_stands_in_a_text() -> None:
    found = quantities("5 x 45 min (225) from March 8, 2027, 85%")
    assert [number for number, _ in found.numbers] == [5, 45, 225, 85]
    assert [percent for _, percent in found.numbers] == [False, False, False, True]
    assert found.dates == (Date(2027, 3, 8),)
    assert not quantities("With report cards")
    assert quantities("13/40/2027").dates == ()


numbers = st.decimals(min_value=0, max_value=99_999, places=2).map(lambda number: number.normalize())
fillers = st.sampled_from(["", "min", "minutes a week", "group of", "(", ") ", "resource room, ", "—", "x"])


@given(st.lists(numbers, min_size=1, max_size=5), st.data())
def test_the_wording_around_numbers_does_not_matter(values: list[Decimal], data: st.DataObject) -> None:
    def told(numbers: list[Decimal]) -> str:
        return "".join(f"{data.draw(fillers)} {number:f} " for number in numbers)

    written = told(values)
    shuffled = data.draw(st.permutations(values))
    assert says(told(shuffled), written)
    assert says(f"{written} and 77777.5 more", written)
    # One of them is another number by now.
    at = data.draw(st.integers(0, len(values) - 1))
    changed = [*values[:at], values[at] + 100_000, *values[at + 1 :]]
    assert not says(told(changed), written)
    assert not says(told(values[:at] + values[at + 1 :]), written)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.data())
def test_a_day_is_the_same_however_it_is_written(day: date, other: date, data: st.DataObject) -> None:
    def written(one: date) -> str:
        style = data.draw(st.sampled_from(["iso", "full", "long", "medium", "short", "es", "slashes"]))
        if style == "iso":
            return one.isoformat()
        if style == "slashes":
            return f"{one.month}/{one.day}/{one.year}"
        if style == "es":
            return format_date(one, "long", locale="es_US")
        return format_date(one, style, locale="en_US")

    assert says(f"from {written(day)} on", written(day))
    assert says(written(other), written(day)) == (day == other)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_says_itself_and_nothing_breaks(text: str, other: str) -> None:
    assert says(text, text)
    says(text, other)


def service(label: str, **fields: str) -> TypedBlock:
    return TypedBlock("service", 1, {"service": label, "minutes": "", "start": "", **fields})


def number(label: str = "Reading", field: str = "minutes", value: str = "225", document: str = "d_1") -> dict[str, str]:
    return {"document": document, "block": "service", "label": label, "field": field, "value": value}


def test_a_row_that_says_something_else_or_is_gone() -> None:
    rows = {
        "d_1": [service("Reading", minutes="5 x 45 (225)", start="March 8, 2027"), service("Writing", minutes="60")]
    }
    assert differences([number(), number(" READING "), number(field="start", value="3/8/2027")], rows) == []
    assert differences([number("Writing", value="90")], rows) == [
        Difference("d_1", "service", "Writing", "minutes", "90", "60")
    ]
    assert [one.now for one in differences([number("Counseling")], rows)] == [None]
    assert [one.now for one in differences([number("Writing", "start", "March 8, 2027")], rows)] == [""]
    assert differences([number("Counseling", document="d_2")], rows) == []  # not looked at


def test_of_two_rows_with_one_name_one_must_say_it() -> None:
    rows = {"d_1": [service("Reading", minutes="30"), service("Reading", minutes="45")]}
    assert differences([number(value="45"), number(value="30")], rows) == []
    assert [one.now for one in differences([number(value="60")], rows)] == ["30"]


def test_what_can_be_linked_has_a_name_and_a_number() -> None:
    found = links("d_1", [service("Reading", minutes="30", start="soon"), service("", minutes="30")])
    assert [(link.label, link.field, link.value) for link in found] == [("Reading", "minutes", "30")]
