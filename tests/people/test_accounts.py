import pytest

from server.domain.errors import Refused
from server.people import accounts
from tests.support.school import School


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Elena   Vasquez ", "Elena Vasquez"),
        ("Jose\u0301 Nu\u0301n\u0303ez", "José Núñez"),
        ("D'Angelo O’Neil-Smith", "D'Angelo O’Neil-Smith"),
        ("王小明", "王小明"),
        ("<b>Bob</b>", "<b>Bob</b>"),  # escaped where it is shown, not mangled where it is kept
        ("x" * 80, "x" * 80),
    ],
)
def test_names_are_kept_as_people_write_them(typed: str, kept: str) -> None:
    assert accounts.clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "x" * 81, "Eve\u202egnp.exe", "Eve\u2066x", "A\x00B", "A\x1b[31mB", "zero\u200bwidth", "\ue000"],
)
def test_names_that_deceive_are_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        accounts.clean_name(typed)
    assert (refusal.value.code, refusal.value.field) == ("invalid", "name")


@pytest.mark.parametrize(
    ("typed", "kept"), [(" Elena@Example.ORG ", "elena@example.org"), ("", None), ("a+b@x.co", "a+b@x.co")]
)
def test_addresses_are_kept_in_lower_case(typed: str, kept: str | None) -> None:
    assert accounts.clean_email(typed) == kept


@pytest.mark.parametrize("typed", ["elena", "@x.org", "a@b", "a b@x.org", "a@x..org", "<a@x.org>", "a@x.org,b@x.org"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        accounts.clean_email(typed)


def test_two_people_cannot_have_one_address(school: School) -> None:
    school.person("Elena", email="e@example.org")
    with pytest.raises(Refused) as refusal:
        school.person("Eve", email="E@EXAMPLE.org")
    assert (refusal.value.code, refusal.value.field) == ("conflict", "email")


def test_people_without_an_address_are_many(school: School) -> None:
    assert school.person("Elena").id != school.person("Peter").id


def test_a_disabled_person_cannot_sign_in(school: School) -> None:
    database, bus = school.state.database, school.state.bus
    dana = school.person("Dana", email="dana@example.org")
    school.call(accounts.set_password, database, bus, dana.id, "four quiet herons", keep_session=None)
    assert school.call(accounts.check_password, database, "DANA@example.org ", "four quiet herons").id == dana.id
    assert school.call(accounts.check_password, database, "dana@example.org", "five quiet herons") is None
    school.call(accounts.set_disabled, database, bus, dana.id, True)
    assert school.call(accounts.check_password, database, "dana@example.org", "four quiet herons") is None
