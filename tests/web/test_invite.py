import re
from datetime import timedelta

import pytest

from server.people.invitations import issue_account_link
from server.web import invite
from server.web.cookies import SESSION, cookie_name
from tests.support.school import Browser, School, words

COOKIE = cookie_name(SESSION, secure=False)


@pytest.fixture
def invited(school: School) -> tuple[str, str]:
    """A meeting's id and Elena's link into it."""
    dana, elena = school.person("Dana", is_staff=True), school.person("Elena Vasquez", locale="es")
    meeting = school.meeting(dana)
    school.seat(dana, meeting, elena, "parent")
    return meeting, f"/invite/{school.invite(dana, meeting, elena)}"


def test_a_scanner_may_look_as_often_as_it_likes(school: School, invited: tuple[str, str]) -> None:
    meeting, url = invited
    scanner = school.browser()
    for _ in range(5):
        assert scanner.get(url).status_code == 200
    assert scanner.client.head(url).status_code == 200
    assert scanner.client.options(url).status_code == 405
    assert scanner.client.post(url).status_code == 403  # a scanner that posts what it sees without our cookie
    assert COOKIE not in scanner.client.cookies

    elena = school.browser()
    answer = elena.post(url, seen=url)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/m/{meeting}/before")
    assert "Jonah Vasquez-Lind" in elena.text(f"/m/{meeting}/before")


def test_a_scanner_that_fills_in_the_form_and_sends_it_spends_nothing(school: School, invited: tuple[str, str]) -> None:
    """It keeps cookies, reads the token out of the page, says it comes from there, and presses every button it gets."""
    meeting, url = invited
    scanner = school.browser(headers={"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"})
    page = scanner.get(url).text
    for _ in range(4):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        answer = scanner.client.post(url, data=fields)
        assert answer.status_code == 200
        assert COOKIE not in scanner.client.cookies
        page = answer.text.partition("<main")[2]
    elena = school.browser()
    answer = elena.post(f"{url}?to=notice", {"to": "notice"}, seen=f"{url}?to=notice")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/m/{meeting}/notice")


def test_a_browser_that_does_not_tell_of_taps_takes_two(
    school: School, invited: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, url = invited
    browser = school.browser()
    first = browser.post(url, seen=url, headers={"sec-fetch-user": ""})
    assert "once more" in words(first.text)
    again = re.search(r'name="again" value="([^"]+)"', first.text)
    assert again is not None
    monkeypatch.setattr(invite, "SOONEST", 0)
    forged = browser.post(url, {"again": again[1] + "x"}, headers={"sec-fetch-user": ""})
    assert forged.status_code == 200
    answer = browser.post(url, {"again": again[1]}, headers={"sec-fetch-user": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/m/{meeting}/before")


def test_a_link_leads_nowhere_else(school: School, invited: tuple[str, str]) -> None:
    meeting, url = invited
    answer = school.browser().post(url, {"to": "//evil.example"}, seen=f"{url}?to=//evil.example")
    assert answer.headers["location"] == f"/m/{meeting}/before"


def test_the_page_has_one_button_and_the_name(school: School, invited: tuple[str, str]) -> None:
    page = school.browser().get(invited[1])
    main = page.text.partition("<main")[2]
    assert main.count("<form") == 1
    assert main.count("<button") == 1
    assert "Elena Vasquez" in main


def test_it_works_once(school: School, invited: tuple[str, str]) -> None:
    url = invited[1]
    first, second = school.browser(), school.browser()
    assert first.post(url, seen=url).status_code == 303
    for answer in (second.get(url), second.post(url, seen="/sign-in")):
        assert answer.status_code == 410
        assert "case manager" in words(answer.text)
        assert COOKIE not in second.client.cookies


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "..%2f..", "é"])
def test_an_unknown_link_says_what_to_do(school: School, token: str) -> None:
    answer = school.browser().get(f"/invite/{token}")
    assert answer.status_code in (404, 410)
    assert "case manager" in words(answer.text)


def test_an_expired_link_says_what_to_do(school: School) -> None:
    elena = school.person("Elena")
    token = school.call(
        issue_account_link, school.state.database, elena.id, created_by=None, lifetime=timedelta(seconds=-1)
    )
    assert school.browser().post(f"/invite/{token}", seen="/sign-in").status_code == 410


def test_nobody_hammers_the_table_with_guesses(school: School) -> None:
    guesser = school.browser()
    codes = [guesser.get(f"/invite/guess{number}").status_code for number in range(21)]
    assert codes == [410] * 20 + [429]


@pytest.mark.slow
def test_forty_families_behind_one_address_come_in(school: School) -> None:
    for number in range(40):
        person = school.person(f"Parent {number}")
        url = f"/invite/{school.call(issue_account_link, school.state.database, person.id, created_by=None)}"
        browser: Browser = school.browser()
        assert browser.post(url, seen=url).status_code == 303


def test_who_is_signed_in_as_somebody_else_is_told(school: School, invited: tuple[str, str]) -> None:
    browser = school.browser(school.person("Peter Lind"))
    assert "Peter Lind" in words(browser.get(invited[1]).text)
    assert browser.post(invited[1]).status_code == 303
    assert "Elena Vasquez" in words(browser.get("/account").text)


def test_a_password_is_offered_and_not_forced(school: School, invited: tuple[str, str]) -> None:
    browser = school.browser()
    browser.post(invited[1], seen=invited[1])
    page = browser.get(f"/m/{invited[0]}")
    assert page.status_code == 200
    assert "/account#password" in page.text
