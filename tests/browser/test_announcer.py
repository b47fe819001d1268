"""What a screen reader is told of others: in groups, politely, and as much as somebody wants."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.support.browser import People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.wait import until
from tests.support.workspace import enter, enter_by_wire, expect_sign, person, stop_time, write


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(brief=True)["meetings"][0]
    return found


@pytest.fixture
def lead(meeting: dict[str, Any]) -> Iterator[Colleague]:
    with Colleague(meeting, "case_manager") as colleague:
        yield colleague


def start(lead: Colleague) -> None:
    lead.act("/phase", phase="live")


def want(page: Page, much: str) -> None:
    page.keyboard.press("?")
    page.locator(f'#keyboard-map [data-setting="announce"][value="{much}"]').check()
    page.keyboard.press("Escape")


def heard(page: Page) -> Callable[[str], object]:
    """Waits until the page has heard of a change; with its time stopped, it does nothing more about it."""
    page.evaluate(
        """() => {
          window.heard = [];
          for (const topic of ["phase", "section", "paused"]) {
            document.addEventListener(`roundtable:${topic}`, () => window.heard.push(topic));
          }
        }"""
    )
    return lambda topic: until(lambda: topic in page.evaluate("window.heard"), f"{topic} to be heard of")


def test_acts_are_said_without_moving_the_focus(meeting: dict[str, Any], lead: Colleague, people: People) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "parent", 1), clock=True)
    said = page.locator("[data-announcer]")
    page.locator("#title-goals").evaluate("element => { element.tabIndex = -1; element.focus(); }")
    page.clock.fast_forward(11_000)
    start(lead)
    expect(page.locator("#meeting-status .phase-live")).to_be_visible()
    page.clock.fast_forward(11_000)
    expect(said).to_contain_text("The meeting has started.")
    lead.discuss("goals")
    expect(page.locator("#head-goals .state-in_discussion")).to_be_visible()
    page.clock.fast_forward(11_000)
    expect(said).to_contain_text("Goals is being discussed.")
    expect(page.locator("#title-goals")).to_be_focused()


def test_who_wrote_where_is_said_to_those_who_want_it_once_for_each_section(
    meeting: dict[str, Any], people: People
) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "case_manager"), clock=True)
    want(page, "all")
    page.clock.fast_forward(5_000)
    writer = enter(people, person(meeting, "team_staff"))
    page.clock.fast_forward(11_000)
    said = page.locator("[data-announcer]")
    expect(said).to_have_text("Marcus Obi joined.")
    stop_time(page)  # however long the writing takes, for the page it is one moment
    for words in ("One. ", "Two. ", "Three. "):
        write(writer, "notes", words)
    write(writer, "placement", "Four. ")
    expect_sign(writer, "saved")
    expect(page.locator('section-editor[section="placement"]')).to_contain_text("Four.")
    page.clock.fast_forward(11_000)
    expect(said).to_have_text("Marcus Obi wrote in Placement. Marcus Obi wrote in Meeting notes.")


def test_nothing_is_said_to_who_wants_nothing(meeting: dict[str, Any], lead: Colleague, people: People) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "team_staff"), clock=True)
    want(page, "none")
    stop_time(page)
    hears = heard(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/said?" in request.url else None)
    start(lead)
    hears("phase")
    page.clock.fast_forward(4_000)
    want(page, "important")
    lead.pause()
    hears("paused")
    page.clock.fast_forward(4_000)
    # The pause is said, and nothing of what was before.
    expect(page.locator("[data-announcer]")).to_contain_text("Writing is paused for everybody.")
    expect(page.locator("[data-announcer]")).not_to_contain_text("started")
    assert len(asked) == 1


def test_what_is_due_is_not_put_off_by_what_comes_after_it(
    meeting: dict[str, Any], lead: Colleague, people: People
) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "team_staff"), clock=True)
    stop_time(page)
    hears = heard(page)
    start(lead)
    hears("phase")
    page.clock.fast_forward(2_000)
    lead.discuss("goals")
    hears("section")
    page.clock.fast_forward(2_000)
    expect(page.locator("[data-announcer]")).to_contain_text("The meeting has started.")


def test_an_answer_that_is_late_is_said_once_and_before_what_came_after_it(
    meeting: dict[str, Any], lead: Colleague, people: People
) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "team_staff"), clock=True)
    stop_time(page)
    hears = heard(page)
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/said?**", lambda route: route.continue_() if held else held.append((route, route.fetch())))
    # The answer is as late as this test has it, however slow the machine: the page's patience is no part of it.
    page.evaluate("AbortSignal.timeout = () => new AbortController().signal")
    start(lead)
    hears("phase")
    page.clock.fast_forward(4_000)
    until(lambda: page.evaluate("1") and bool(held), "the question")
    lead.pause()
    hears("paused")
    page.clock.fast_forward(4_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/said?" in request.url else None)
    late, answer = held[0]
    late.fulfill(response=answer)
    said = page.locator("[data-announcer]")
    expect(said).to_contain_text("The meeting has started.")
    page.evaluate("fetch('/healthz').then(() => undefined)")  # whatever was asked with the answer has been asked by now
    assert not asked, "what comes next has its own time"
    page.clock.fast_forward(11_000)
    expect(said).to_contain_text("Writing is paused for everybody.")
    expect(said).not_to_contain_text("started")
