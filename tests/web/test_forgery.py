"""Every address that changes something, from the route table itself: a new one is tested the day it is added."""

import re
from typing import Any

import pytest
from starlette.routing import Route

from server.web.routes import routes
from tests.support.school import School

UNSAFE = [route.path for route in routes() if isinstance(route, Route) and route.methods and "POST" in route.methods]
SAFE = [route.path for route in routes() if isinstance(route, Route) and route.methods and "GET" in route.methods]


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)(:int)?\}", lambda match: "1" if match[2] else "x" * 22, path)


def test_the_table_was_read() -> None:
    assert len(UNSAFE) > 15
    assert "/sign-in" in UNSAFE


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_token_no_change(school: School, signed_in: bool) -> None:
    browser = school.browser(school.person("Dana", is_administrator=True)) if signed_in else school.browser()
    bodies: tuple[dict[str, Any], ...] = (
        {"data": {"name": "x"}},
        {"data": {"csrf": "f" * 64}},
        {"json": {"csrf": "f" * 64}},
    )
    answers = {path: [browser.client.post(filled(path), **body).status_code for body in bodies] for path in UNSAFE}
    # Who is not signed in any more is told so.
    ended = set() if signed_in else {path for path in UNSAFE if not re.match("/(sign-in|language|invite)", path)}
    assert answers == {path: [401 if path in ended else 403] * 3 for path in UNSAFE}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:81"},
        {"origin": "http://sub.testserver"},
    ],
)
def test_a_page_from_elsewhere_changes_nothing_even_with_the_token(school: School, headers: dict[str, str]) -> None:
    browser = school.browser(school.person("Elena"))
    browser.get("/account")
    assert browser.post("/language", {"locale": "es"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin", "origin": "http://testserver"},
        {"sec-fetch-site": "same-origin", "origin": "null"},  # what browsers send under our Referrer-Policy
        {"origin": "http://testserver"},
        {"origin": "null"},
    ],
)
def test_our_own_page_passes(school: School, headers: dict[str, str]) -> None:
    browser = school.browser(school.person("Elena"))
    browser.get("/account")
    assert browser.post("/language", {"locale": "es"}, headers=headers).status_code == 303


def test_the_token_may_come_in_a_header(school: School) -> None:
    browser = school.browser(school.person("Elena"))
    browser.get("/account")
    answer = browser.client.post("/language", data={"locale": "es"}, headers={"x-csrf-token": browser.token})
    assert answer.status_code == 303


def test_a_token_serves_only_its_own_session(school: School) -> None:
    elena, eve = school.browser(school.person("Elena")), school.browser(school.person("Eve"))
    elena.get("/account")
    eve.get("/account")
    assert elena.client.post("/language", data={"csrf": eve.token, "locale": "es"}).status_code == 403


def test_a_signed_out_form_is_bound_to_its_browser(school: School) -> None:
    mine, other = school.browser(), school.browser()
    mine.get("/sign-in")
    other.get("/sign-in")
    form = {"email": "a@example.org", "password": "x"}
    assert mine.client.post("/sign-in", data={"csrf": other.token, **form}).status_code == 403
    assert mine.post("/sign-in", form).status_code == 422


def test_looking_is_never_refused_as_a_change(school: School) -> None:
    client = school.browser().client
    answers = {path: client.get(filled(path)).status_code for path in SAFE}
    assert not {path: status for path, status in answers.items() if status not in {200, 303, 410}}


def test_a_large_form_is_refused_before_it_is_kept(school: School) -> None:
    browser = school.browser()
    assert browser.post("/sign-in", {"email": "x" * 70_000, "password": "x"}).status_code == 413
