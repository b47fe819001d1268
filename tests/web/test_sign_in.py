import pytest

from server.people.accounts import set_disabled, set_password
from server.storage.tables import Person
from server.web.cookies import SESSION, cookie_name
from tests.support.school import Browser, School, words

PASSWORD = "four quiet herons"
COOKIE = cookie_name(SESSION, secure=False)


def with_password(school: School, name: str, email: str, **values: object) -> Person:
    person = school.person(name, email=email, **values)
    school.call(set_password, school.state.database, school.state.bus, person.id, PASSWORD, keep_session=None)
    return person


def sign_in(browser: Browser, email: str, password: str = PASSWORD) -> object:
    browser.token = ""
    return browser.post("/sign-in", {"email": email, "password": password})


def test_with_the_right_password(school: School) -> None:
    with_password(school, "Dana Whitlock", "dana@example.org")
    browser = school.browser()
    answer = browser.post("/sign-in", {"email": " Dana@Example.org", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Dana Whitlock" in browser.text("/")


def test_unknown_wrong_and_disabled_look_alike(school: School) -> None:
    with_password(school, "Dana", "dana@example.org")
    gone = with_password(school, "Gone", "gone@example.org")
    school.person("Elena", email="elena@example.org")  # comes by link, has no password
    school.call(set_disabled, school.state.database, school.state.bus, gone.id, True)
    seen = set()
    for email, password in [
        ("dana@example.org", "wrong wrong wrong"),
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("elena@example.org", ""),
    ]:
        browser = school.browser()
        answer = browser.post("/sign-in", {"email": email, "password": password})
        assert answer.status_code == 422
        assert COOKIE not in browser.client.cookies
        assert f'value="{email}"' in answer.text  # what was typed is kept
        seen.add(words(answer.text.partition("<main")[2]))
    assert len(seen) == 1


def test_the_password_is_never_sent_back(school: School) -> None:
    answer = school.browser().post("/sign-in", {"email": "a@example.org", "password": "my secret words"})
    assert "my secret words" not in answer.text


def test_signing_in_makes_a_new_session_and_ends_the_old(school: School) -> None:
    elena = school.person("Elena")
    with_password(school, "Dana", "dana@example.org")
    browser = school.browser(elena)
    before = browser.client.cookies[COOKIE]
    browser.get("/account")
    browser.post("/sign-in", {"email": "dana@example.org", "password": PASSWORD})
    after = browser.client.cookies[COOKIE]
    assert after != before
    browser.client.cookies.clear()
    browser.client.cookies.set(COOKIE, before)
    assert browser.get("/").status_code == 303


def test_signing_out_ends_the_session_on_the_server(school: School) -> None:
    browser = school.browser(school.person("Elena"))
    kept = browser.client.cookies[COOKIE]
    answer = browser.post("/sign-out", seen="/account")
    assert answer.headers["location"] == "/sign-in"
    assert "storage" in answer.headers["clear-site-data"]
    browser.client.cookies.clear()
    browser.client.cookies.set(COOKIE, kept)
    assert browser.get("/").headers["location"] == "/sign-in"


def test_one_account_is_tried_five_times_a_minute(school: School) -> None:
    with_password(school, "Dana", "dana@example.org")
    browser = school.browser()
    for _ in range(5):
        assert browser.post("/sign-in", {"email": "dana@example.org", "password": "no"}).status_code == 422
    answer = browser.post("/sign-in", {"email": "DANA@example.org ", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "minute" in words(answer.text)


@pytest.mark.slow
def test_forty_people_behind_one_address_sign_in_at_once(school: School) -> None:
    for number in range(40):
        school.person(f"Teacher {number}", email=f"t{number}@example.org")
    browser = school.browser()
    answers = [browser.post("/sign-in", {"email": f"t{number}@example.org", "password": "x"}) for number in range(40)]
    assert {answer.status_code for answer in answers} == {422}


@pytest.mark.parametrize("url", ["/", "/account", "/meetings/new", "/m/m_unknown", "/admin"])
def test_signed_out_people_are_asked_to_sign_in(school: School, url: str) -> None:
    assert school.browser().get(url).headers["location"] == "/sign-in"
    assert school.browser(accept="application/json").get(url).status_code == 401
    part = school.browser(headers={"hx-request": "true"}).get(url)
    assert (part.status_code, "hx-redirect" in part.headers) == (401, False)
    assert 'href="/sign-in" target="_blank"' in part.text
