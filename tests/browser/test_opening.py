"""What opening the draft asks for and does: a tired parent's phone does all of it, each time."""

from typing import Any

import pytest
from playwright.sync_api import Page, Request

from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import READY, enter, expect_sign, person


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


def note(page: Page, asked: list[Request]) -> None:
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright takes no built-in


def opened(people: People, who: dict[str, Any], **options: Any) -> tuple[Page, list[Request]]:
    """Their page, opened in a browser that has kept nothing; and what it asked for."""
    asked: list[Request] = []
    page = enter(people, who, prepare=lambda page: note(page, asked), **options)
    page.wait_for_load_state("networkidle")
    return page, asked


def fetched(asked: list[Request]) -> list[str]:
    return sorted(one.url.split("/m/")[1].split("/", 1)[1] for one in asked if one.resource_type == "fetch")


def test_the_draft_fetches_nothing_that_it_can_bring_along(people: People, meeting: dict[str, Any]) -> None:
    page, asked = opened(people, person(meeting, "team_staff"))
    number = page.evaluate("JSON.parse(document.getElementById('page-data').textContent).number")
    assert fetched(asked) == ["comments", f"told?since={number}"]


def test_another_connection_takes_another_ticket(people: People, meeting: dict[str, Any]) -> None:
    page, asked = opened(people, person(meeting, "team_staff"))
    page.context.set_offline(True)
    expect_sign(page, "lost")
    page.context.set_offline(False)
    expect_sign(page, *READY)
    assert fetched(asked).count("ticket") >= 1


def test_the_pages_ticket_is_left_where_it_came_late(people: People, meeting: dict[str, Any]) -> None:
    asked: list[Request] = []

    def prepare(page: Page) -> None:
        page.add_init_script("performance.now = () => 31_000")  # of the minute that it lives
        note(page, asked)

    enter(people, person(meeting, "team_staff"), prepare=prepare)
    assert "ticket" in fetched(asked)


COUNT_FORMATS = """
window.made = [];
for (const name of ["DateTimeFormat", "ListFormat", "NumberFormat", "PluralRules"]) {
  Intl[name] = new Proxy(Intl[name], {
    construct: (target, given) => (window.made.push(name), new target(...given)),
  });
}
"""


def test_nothing_is_made_to_write_dates_or_lists_before_there_is_one(people: People, meeting: dict[str, Any]) -> None:
    """The first one of a page has the browser load what it knows of languages: 30 ms and more."""
    page = enter(people, person(meeting, "team_staff"), prepare=lambda page: page.add_init_script(COUNT_FORMATS))
    assert page.evaluate("made") == []


def test_the_height_of_the_head_is_set_where_it_is_another_than_usual(people: People, meeting: dict[str, Any]) -> None:
    """To set it has the style of the whole page worked out anew."""
    wide, _ = opened(people, person(meeting, "team_staff"))
    assert not wide.evaluate("document.documentElement.style.length")
    narrow, _ = opened(people, person(meeting, "parent"), viewport=PHONE)
    under = "getComputedStyle(document.documentElement).getPropertyValue('--under-header')"
    for page in (wide, narrow):
        height = page.locator(".work-header").evaluate("header => header.offsetHeight")
        assert page.evaluate(under) == f"{height}px"
    narrow.set_viewport_size({"width": 740, "height": 360})
    narrow.wait_for_function(f"{under} === '0px'")  # it scrolls away there


def test_the_font_is_asked_for_before_words_are_set(people: People, meeting: dict[str, Any]) -> None:
    """It came late: all that had been set was set again, and moved."""
    page, _ = opened(people, person(meeting, "team_staff"))
    loaded = "performance.getEntriesByType('resource').map(({ name, initiatorType }) => [name, initiatorType])"
    fonts = [begun_by for name, begun_by in page.evaluate(loaded) if name.endswith(".woff2")]
    assert fonts[0] == "link"
    assert fonts.count("link") == 1
