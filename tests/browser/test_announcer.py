"""What a screen reader is told of others: in groups, politely, and as much as somebody wants."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.support.browser import PHONE, People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.wait import until
from tests.support.workspace import enter, enter_by_wire, expect_sign, person, stop_time, write, write_here


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(brief=True)["meetings"][0]
    return found


@pytest.fixture
def lead(meeting: dict[str, Any]) -> Iterator[Colleague]:
    with Colleague(meeting, "case_manager") as colleague:
        yield colleague


def want(page: Page, much: str) -> None:
    page.keyboard.press("?")
    page.locator(f'#keyboard-map [data-setting="announce"][value="{much}"]').check()
    page.keyboard.press("Escape")


def heard(page: Page) -> Callable[[str], object]:
    """Waits until the page has heard of a change anew; with its time stopped, it does nothing more about it."""
    page.evaluate(
        """() => {
          window.heard = [];
          for (const topic of ["phase", "section", "paused"]) {
            document.addEventListener(`roundtable:${topic}`, () => window.heard.push(topic));
          }
        }"""
    )
    return lambda topic: until(lambda: topic in page.evaluate("window.heard.splice(0)"), f"{topic} to be heard of")


def test_acts_are_said_each_in_its_time_and_once_without_moving_the_focus_and_not_to_who_wants_nothing(
    meeting: dict[str, Any], lead: Colleague, people: People
) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "team_staff"), clock=True)
    said = page.locator("[data-announcer]")
    page.locator("#title-goals").evaluate("element => { element.tabIndex = -1; element.focus(); }")
    stop_time(page)
    hears = heard(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/said?" in request.url else None)

    # What is due is not put off by what comes after it.
    lead.act("/phase", phase="live")
    hears("phase")
    page.clock.fast_forward(2_000)
    lead.discuss("goals")
    hears("section")
    page.clock.fast_forward(2_000)
    expect(said).to_contain_text("The meeting has started.")
    expect(said).to_contain_text("Goals is being discussed.")
    page.clock.fast_forward(11_000)
    lead.discuss("services")
    hears("section")
    page.clock.fast_forward(11_000)
    expect(said).to_contain_text("Services is being discussed.")
    expect(said).not_to_contain_text("started")
    expect(page.locator("#title-goals")).to_be_focused()

    # To who wants nothing nothing is said, nor asked for; and not later either, when they want more again.
    page.clock.fast_forward(11_000)
    want(page, "none")
    asked.clear()
    lead.pause()
    hears("paused")
    page.clock.fast_forward(4_000)
    want(page, "important")
    lead.pause(paused=False)
    hears("paused")
    page.clock.fast_forward(4_000)
    expect(said).to_have_text("Everybody can write again.")
    assert len(asked) == 1

    # An answer that is late is said once, and before what came after it.
    page.clock.fast_forward(11_000)
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/said?**", lambda route: route.continue_() if held else held.append((route, route.fetch())))
    # The answer is as late as this test has it, however slow the machine: the page's patience is no part of it.
    page.evaluate("AbortSignal.timeout = () => new AbortController().signal")
    lead.pause()
    hears("paused")
    page.clock.fast_forward(4_000)
    until(lambda: page.evaluate("1") and bool(held), "the question")
    lead.pause(paused=False)
    hears("paused")
    page.clock.fast_forward(4_000)
    asked.clear()
    late, answer = held[0]
    late.fulfill(response=answer)
    expect(said).to_contain_text("Writing is paused for everybody.")
    page.evaluate("fetch('/healthz').then(() => undefined)")  # whatever was asked with the answer has been asked by now
    assert not asked, "what comes next has its own time"
    page.clock.fast_forward(11_000)
    expect(said).to_contain_text("Everybody can write again.")
    expect(said).not_to_contain_text("paused")


def test_who_wrote_where_is_said_to_those_who_want_it_once_for_each_section(
    meeting: dict[str, Any], people: People
) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "case_manager"), clock=True)
    want(page, "all")
    page.clock.fast_forward(5_000)
    writer = enter(people, person(meeting, "team_staff"), viewport=PHONE)
    page.clock.fast_forward(11_000)
    said = page.locator("[data-announcer]")
    expect(said).to_have_text("Marcus Obi joined.")
    write_here(writer, "notes")
    stop_time(page)  # however long the writing takes, for the page it is one moment
    for words in ("One. ", "Two. ", "Three. "):
        write(writer, "notes", words)
    write_here(writer, "placement")
    write(writer, "placement", "Four. ")
    expect_sign(writer, "saved")
    expect(page.locator('section-editor[section="placement"]')).to_contain_text("Four.")
    page.clock.fast_forward(11_000)
    expect(said).to_have_text("Marcus Obi wrote in Placement. Marcus Obi wrote in Meeting notes.")
