import re
from pathlib import Path

import pytest

from server.people.accounts import set_disabled, set_password
from server.people.sessions import revoke_all
from server.storage.tables import Person
from server.web.cookies import SESSION, cookie_name
from server.web.ended import is_written
from tests.support.decision_team import value
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


def test_a_form_after_the_session_ended_gives_back_what_was_typed(school: School) -> None:
    elena = with_password(school, "Elena", "elena@example.org")
    leader = school.person("Dana Whitlock", is_staff=True)
    meeting = school.meeting(leader)
    school.seat(leader, meeting, elena, "parent")
    browser = school.browser(elena)
    browser.get(f"/m/{meeting}/messages")
    school.call(revoke_all, school.state.database, school.state.bus, elena.id)
    form = {"text": "I <want> to say this.", "seen": "hidden-seen", "password": PASSWORD}
    answer = browser.post(f"/m/{meeting}/messages", form)
    assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")
    assert "Your session ended" in words(answer.text)
    assert "I &lt;want&gt; to say this.</textarea>" in answer.text
    for kept in ("hidden-seen", PASSWORD, browser.token):
        assert kept not in answer.text
    # Part of a page keeps what was typed by itself, and a page from elsewhere is told nothing.
    part = browser.post(f"/m/{meeting}/messages", form, headers={"hx-request": "true"})
    assert (part.status_code, "to say this" in part.text) == (401, False)
    assert browser.post(f"/m/{meeting}/messages", form, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    # What has no page of its own leads to the next one above it.
    other = browser.post(f"/m/{meeting}/people/x/link", {"words": ""})
    assert f"/sign-in?then=%2Fm%2F{meeting}%2Fpeople" in other.text
    browser.token = ""
    page = browser.get(re.search(r'href="(/sign-in\?then=[^"]+)"', answer.text)[1]).text  # type: ignore[index]
    assert f'name="then" value="/m/{meeting}/messages"' in page
    entered = browser.post(
        "/sign-in", {"email": "elena@example.org", "password": PASSWORD, "then": value(page, "then")}
    )
    assert entered.headers["location"] == f"/m/{meeting}/messages"


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example", "/m/x?a=b", "m"])
def test_signing_in_leads_nowhere_else(school: School, then: str) -> None:
    with_password(school, "Dana", "dana@example.org")
    answer = school.browser().post("/sign-in", {"email": "dana@example.org", "password": PASSWORD, "then": then})
    assert answer.headers["location"] == "/"


def test_every_field_for_ones_own_words_is_given_back_and_nothing_hidden() -> None:
    pages = "".join(path.read_text("utf-8") for path in Path("templates").glob("*.html"))
    named = re.findall(r'<textarea[^>]* name="([^"{]+)"', pages)
    assert {name for name in named if not is_written(name)} <= {"agencies", "receipt"}
    hidden = re.findall(r'<input type="hidden" name="([^"{]+)"', pages)
    assert not [name for name in hidden if is_written(name)]
