import pytest
from sqlalchemy import select

from server.people.accounts import set_password
from server.people.sessions import session_id_of
from server.storage.tables import Person
from server.web.cookies import SESSION, cookie_name
from tests.support.school import School, words

COOKIE = cookie_name(SESSION, secure=False)
OLD, NEW = "four quiet herons", "five noisy ravens"


def saved(school: School, person: Person) -> Person:
    found: Person = school.rows(select(Person).where(Person.id == person.id))[0]
    return found


def test_name_language_and_first_address(school: School) -> None:
    elena = school.person("Elena")
    browser = school.browser(elena)
    form = {"name": "Elena Vásquez", "email": "Elena@Example.org", "locale": "es"}
    assert browser.post("/account/profile", form, seen="/account").status_code == 303
    found = saved(school, elena)
    assert (found.name, found.email, found.locale) == ("Elena Vásquez", "elena@example.org", "es")


def test_somebody_elses_address_is_refused_and_what_was_typed_stays(school: School) -> None:
    school.person("Peter", email="peter@example.org")
    browser = school.browser(school.person("Elena"))
    form = {"name": "Elena V.", "email": "peter@example.org", "locale": "en"}
    answer = browser.post("/account/profile", form, seen="/account")
    assert answer.status_code == 422
    assert 'value="Elena V."' in answer.text
    assert 'id="error-email"' in answer.text


def test_a_password_needs_an_address_and_length(school: School) -> None:
    elena = school.person("Elena")
    browser = school.browser(elena)
    assert browser.post("/account/password", {"new_password": NEW}, seen="/account").status_code == 422
    browser.post("/account/profile", {"name": "Elena", "email": "e@example.org", "locale": "en"})
    short = browser.post("/account/password", {"new_password": "short"})
    assert short.status_code == 422
    assert "12 characters" in words(short.text)
    assert browser.post("/account/password", {"new_password": NEW}).status_code == 303
    assert school.browser().post("/sign-in", {"email": "e@example.org", "password": NEW}).status_code == 303


@pytest.fixture
def dana(school: School) -> Person:
    person = school.person("Dana", email="dana@example.org")
    school.call(set_password, school.state.database, school.state.bus, person.id, OLD, keep_session=None)
    return person


def test_changing_the_password_signs_other_devices_out(school: School, dana: Person) -> None:
    here, there = school.browser(dana), school.browser(dana)
    wrong = here.post("/account/password", {"current_password": "x", "new_password": NEW}, seen="/account")
    assert wrong.status_code == 422
    assert there.get("/").status_code == 200
    right = here.post("/account/password", {"current_password": OLD, "new_password": NEW})
    assert right.status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303


def test_the_address_of_an_account_with_a_password_is_guarded(school: School, dana: Person) -> None:
    browser = school.browser(dana)
    form = {"name": "Dana", "email": "eve@example.org", "locale": "en"}
    assert browser.post("/account/profile", form, seen="/account").status_code == 422
    assert saved(school, dana).email == "dana@example.org"
    assert browser.post("/account/profile", {**form, "profile_password": OLD}).status_code == 303
    assert saved(school, dana).email == "eve@example.org"


def test_an_open_screen_does_not_let_anybody_guess_the_password(school: School, dana: Person) -> None:
    browser = school.browser(dana)
    form = {"current_password": "guess", "new_password": NEW}
    codes = [browser.post("/account/password", form, seen="/account").status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


def test_devices_are_listed_and_ended(school: School, dana: Person) -> None:
    here, there = school.browser(dana), school.browser(dana)
    ended = session_id_of(there.client.cookies[COOKIE])
    page = here.get("/account").text
    assert page.count('name="session"') == 2
    assert here.post("/account/revoke", {"session": ended}).status_code == 303
    assert there.get("/").status_code == 303
    assert here.get("/").status_code == 200


def test_nobody_ends_somebody_elses_session(school: School, dana: Person) -> None:
    target = school.browser(dana)
    eve = school.browser(school.person("Eve"))
    eve.post("/account/revoke", {"session": session_id_of(target.client.cookies[COOKIE])}, seen="/account")
    assert target.get("/").status_code == 200


def test_out_everywhere(school: School, dana: Person) -> None:
    here, there = school.browser(dana), school.browser(dana)
    answer = here.post("/account/sign-out-everywhere", seen="/account")
    assert answer.headers["location"] == "/sign-in"
    assert there.get("/").status_code == 303
    assert here.get("/").status_code == 303
