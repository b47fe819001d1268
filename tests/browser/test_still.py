"""What others do never moves the line that somebody reads or types, by more than a pixel, nor takes their focus."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.workspace import block, editor, enter, expect_sign, person, write_here

# What is at the top of what is in view, below the page's head, is what somebody reads.
MARK = """(selector) => {
  const line = document.querySelector(selector);
  window.readingLine = line;
  window.scrollBy({ top: line.getBoundingClientRect().top - 260, behavior: "instant" });
}"""
TOP = "() => window.readingLine.getBoundingClientRect().top"
CARET = """() => {
  const selection = document.getSelection();
  const node = selection.focusNode;
  return (node instanceof Element ? node : node.parentElement).getBoundingClientRect().top;
}"""


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(live=True)["meetings"][0]
    return found


@pytest.fixture
def lead(meeting: dict[str, Any]) -> Iterator[Colleague]:
    with Colleague(meeting, "case_manager") as colleague:
        yield colleague


def settled(page: Page) -> None:
    """All that was asked for has come, and was drawn."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def hold(page: Page, where: str, what: str, act: Callable[[], None]) -> None:
    settled(page)
    before = page.evaluate(where)
    act()
    settled(page)
    after = page.evaluate(where)
    assert abs(after - before) <= 1, f"{what}: {after - before:+.1f} px"


def lines(section: str, at: int | None) -> list[str]:
    """Others for each place: what was left at one is no sign of what comes at another."""
    return [f"line {number} at {'the end' if at is None else at} of {section}" for number in range(4)]


def add_lines(lead: Colleague, page: Page, section: str, at: int | None = None) -> None:
    lead.add(section, *lines(section, at), at=at)
    for words in lines(section, at):
        expect(block(page, section)).to_contain_text(words)


def take_away(lead: Colleague, page: Page, section: str, at: int | None = None) -> None:
    lead.remove(section, 3, at)
    for words in lines(section, at)[1:3]:
        expect(block(page, section)).not_to_contain_text(words)


def everything(lead: Colleague, page: Page, where: str) -> None:
    """All that others do to a page, with the line held against each; goals are read, notes below."""
    for section in ("present_levels", "notes"):
        hold(page, where, f"text comes in {section}", partial(add_lines, lead, page, section))
        hold(page, where, f"text goes in {section}", partial(take_away, lead, page, section))
    hold(page, where, "a section is discussed", lambda: discuss(lead, page, "present_levels"))
    hold(page, where, "writing is paused", lambda: pause(lead, page))
    hold(page, where, "writing goes on", lambda: pause(lead, page, paused=False))
    hold(page, where, "a section is final", lambda: finish(lead, page, "notes"))
    hold(page, where, "a section is reopened", lambda: reopen(lead, page, "notes"))
    hold(page, where, "something goes on the projector", lambda: show(lead))


def discuss(lead: Colleague, page: Page, section: str) -> None:
    lead.discuss(section)
    expect(page.locator(f"#head-{section} .state-in_discussion")).to_have_count(1)


def pause(lead: Colleague, page: Page, *, paused: bool = True) -> None:
    lead.pause(paused=paused)
    expect(page.locator("#meeting-status .paused")).to_have_count(1 if paused else 0)


def finish(lead: Colleague, page: Page, section: str) -> None:
    lead.finalize(section)
    expect(page.locator(f"#head-{section} .state-final")).to_have_count(1)


def reopen(lead: Colleague, page: Page, section: str) -> None:
    lead.reopen(section)
    expect(page.locator(f"#head-{section} .state-final")).to_have_count(0)


def show(lead: Colleague) -> None:
    lead.act("/stage", kind="section", target=lead.documents["goals"])


def above(lead: Colleague, page: Page, where: str) -> None:
    """Somebody writes at the beginning of the section in whose middle the line is."""
    hold(page, where, "text comes above", partial(add_lines, lead, page, "present_levels", 0))
    hold(page, where, "text goes above", partial(take_away, lead, page, "present_levels", 0))


def lose(page: Page, before: float) -> None:
    page.context.set_offline(True)
    expect(page.locator("connection-banner")).to_contain_text("Connection lost", timeout=20_000)
    assert abs(page.evaluate(TOP) - before) <= 1
    page.context.set_offline(False)
    expect_sign(page, "back", "saved")
    assert abs(page.evaluate(TOP) - before) <= 1


MIDDLE = "#section-present_levels .table-scroll, #section-present_levels table"
GOAL = "#section-goals .goal:nth-of-type(2) dd"


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
def test_a_reader_s_line_stays_also_while_somebody_writes_above_it_in_the_same_section(
    lead: Colleague, meeting: dict[str, Any], people: People, options: dict[str, Any]
) -> None:
    page = enter(people, person(meeting, "advocate"), **options)
    if options:
        page.locator('.bottom-bar a[href="#view-draft"]').click()
    page.evaluate(MARK, MIDDLE)
    above(lead, page, TOP)
    page.evaluate(MARK, GOAL)
    everything(lead, page, TOP)


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
def test_a_banner_comes_over_a_writer_s_text_and_their_caret_stays_and_keeps_the_focus(
    lead: Colleague, meeting: dict[str, Any], people: People, options: dict[str, Any]
) -> None:
    """The caret also, on the wide page, while somebody writes above it in the same section."""
    page = enter(people, person(meeting, "team_staff"), **options)
    if options:
        page.locator('.bottom-bar a[href="#view-draft"]').click()
    else:  # also at the very top
        page.evaluate("() => { window.readingLine = document.querySelector('#title-parent_input'); }")
        lose(page, page.evaluate(TOP))
    editor(page, "goals")  # what is marked must not be replaced by it
    page.evaluate(MARK, GOAL)
    lose(page, page.evaluate(TOP))

    if options:
        write_here(page, "goals")
    editor(page, "goals").locator(".goal dd").nth(3).click()
    for section in ("present_levels", "notes"):
        hold(page, CARET, f"text comes in {section}", partial(add_lines, lead, page, section))
        hold(page, CARET, f"text goes in {section}", partial(take_away, lead, page, section))
    hold(page, CARET, "a section is discussed", lambda: discuss(lead, page, "goals"))
    hold(page, CARET, "a section is final", lambda: finish(lead, page, "notes"))
    expect(editor(page, "goals")).to_be_focused()
    page.keyboard.type("typed on")
    lead.reads("goals", "typed on")

    if not options:
        editor(page, "present_levels").locator("table td").last.click()
        above(lead, page, CARET)
        expect(editor(page, "present_levels")).to_be_focused()
        page.keyboard.type("typed on")
        lead.reads("present_levels", "typed on")
