"""What others do never moves the line that somebody reads or types, by more than a pixel, nor takes their focus."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, People
from tests.support.editing import to_end
from tests.support.server import Server
from tests.support.workspace import block, editor, enter, expect_sign, finalize, person, start_meeting, write_here

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
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


@pytest.fixture
def lead(meeting: dict[str, Any], people: People) -> Page:
    page = enter(people, person(meeting, "case_manager"))
    start_meeting(page)
    return page


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


def add_lines(page: Page, section: str, count: int = 4) -> None:
    to_end(page, section)
    for number in range(count):
        page.keyboard.press("Enter")
        page.keyboard.insert_text(f"line {number} of {section}")
    expect_sign(page, "saved")


def take_away(page: Page, section: str) -> None:
    editor(page, section).focus()
    page.keyboard.press("Control+End")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Delete")
    expect_sign(page, "saved")


def everything(lead: Page, page: Page, where: str) -> None:
    """All that others do to a page, with the line held against each; goals are read, notes below."""
    for section in ("present_levels", "notes"):
        hold(page, where, f"text comes in {section}", partial(add_lines, lead, section))
        hold(page, where, f"text goes in {section}", partial(take_away, lead, section))
    hold(page, where, "a section is discussed", lambda: discuss(lead, page, "present_levels"))
    hold(page, where, "writing is paused", lambda: pause(lead, page))
    hold(page, where, "writing goes on", lambda: pause(lead, page, paused=False))
    hold(page, where, "a section is final", lambda: finish(lead, page, "notes"))
    hold(page, where, "a section is reopened", lambda: reopen(lead, page, "notes"))
    hold(page, where, "something goes on the projector", lambda: show(lead, page))


def discuss(lead: Page, page: Page, section: str) -> None:
    lead.locator(f"#head-{section} button", has_text="Discuss").click()
    expect(page.locator(f"#head-{section} .state-in_discussion")).to_have_count(1)


def pause(lead: Page, page: Page, *, paused: bool = True) -> None:
    lead.locator("#meeting-status button", has_text="Pause" if paused else "Go on").click()
    expect(page.locator("#meeting-status .paused")).to_have_count(1 if paused else 0)


def finish(lead: Page, page: Page, section: str) -> None:
    finalize(lead, section)
    expect(page.locator(f"#head-{section} .state-final")).to_have_count(1)


def reopen(lead: Page, page: Page, section: str) -> None:
    lead.locator(f"#head-{section} button", has_text="Reopen").click()
    lead.locator(f"#reopen-{section} textarea").fill("One more word.")
    lead.locator(f"#reopen-{section} button[type=submit]").click()
    expect(page.locator(f"#head-{section} .state-final")).to_have_count(0)


def show(lead: Page, page: Page) -> None:
    lead.locator("#head-goals .show-on-stage button").click()
    expect(lead.locator("#stage-now")).to_contain_text("Goals")


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
def test_a_reader_s_line_stays(lead: Page, meeting: dict[str, Any], people: People, options: dict[str, Any]) -> None:
    page = enter(people, person(meeting, "advocate"), **options)
    if options:
        page.locator('.bottom-bar a[href="#view-draft"]').click()
    page.evaluate(MARK, "#section-goals .goal:nth-of-type(2) dd")
    everything(lead, page, TOP)


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
def test_a_writer_s_caret_stays_and_keeps_the_focus(
    lead: Page, meeting: dict[str, Any], people: People, options: dict[str, Any]
) -> None:
    page = enter(people, person(meeting, "team_staff"), **options)
    if options:
        page.locator('.bottom-bar a[href="#view-draft"]').click()
        write_here(page, "goals")
    editor(page, "goals").locator(".goal dd").nth(3).click()
    for section in ("present_levels", "notes"):
        hold(page, CARET, f"text comes in {section}", partial(add_lines, lead, section))
        hold(page, CARET, f"text goes in {section}", partial(take_away, lead, section))
    hold(page, CARET, "a section is discussed", lambda: discuss(lead, page, "goals"))
    hold(page, CARET, "a section is final", lambda: finish(lead, page, "notes"))
    expect(editor(page, "goals")).to_be_focused()
    page.keyboard.type("typed on")
    expect(block(lead, "goals")).to_contain_text("typed on")


def test_a_banner_comes_over_the_text_and_not_before_it(meeting: dict[str, Any], people: People) -> None:
    for number, options in enumerate(({}, {"viewport": PHONE})):
        page = enter(people, person(meeting, "team_staff", number), **options)
        editor(page, "goals")  # what is marked must not be replaced by it
        page.evaluate(MARK, "#section-goals .goal:nth-of-type(2) dd")
        before = page.evaluate(TOP)
        page.context.set_offline(True)
        expect(page.locator("connection-banner")).to_contain_text("Connection lost", timeout=20_000)
        assert abs(page.evaluate(TOP) - before) <= 1
        page.context.set_offline(False)
        expect_sign(page, "back", "saved")
        assert abs(page.evaluate(TOP) - before) <= 1


def test_also_at_the_very_top_a_banner_moves_nothing(meeting: dict[str, Any], people: People) -> None:
    page = enter(people, person(meeting, "team_staff"))
    page.evaluate("() => { window.readingLine = document.querySelector('#title-parent_input'); }")
    before = page.evaluate(TOP)
    page.context.set_offline(True)
    expect(page.locator("connection-banner")).to_contain_text("Connection lost", timeout=20_000)
    assert abs(page.evaluate(TOP) - before) <= 1


def write_first(page: Page, section: str, count: int = 3) -> None:
    """New paragraphs at the very beginning of a section."""
    editor(page, section).focus()
    page.keyboard.press("Control+Home")
    for number in range(count):
        page.keyboard.insert_text(f"line {number} ahead of everything")
        page.keyboard.press("Enter")
    expect_sign(page, "saved")


def take_first(page: Page, section: str) -> None:
    editor(page, section).focus()
    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Delete")
    expect_sign(page, "saved")


MIDDLE = "#section-present_levels .table-scroll, #section-present_levels table"


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
def test_a_line_stays_while_somebody_writes_above_it_in_the_same_section(
    lead: Page, meeting: dict[str, Any], people: People, options: dict[str, Any]
) -> None:
    page = enter(people, person(meeting, "advocate"), **options)
    if options:
        page.locator('.bottom-bar a[href="#view-draft"]').click()
    page.evaluate(MARK, MIDDLE)
    hold(page, TOP, "text comes above", partial(write_first, lead, "present_levels"))
    hold(page, TOP, "text goes above", partial(take_first, lead, "present_levels"))


def test_a_caret_stays_while_somebody_writes_above_it_in_the_same_section(
    lead: Page, meeting: dict[str, Any], people: People
) -> None:
    page = enter(people, person(meeting, "team_staff"))
    editor(page, "present_levels").locator("table td").last.click()
    hold(page, CARET, "text comes above", partial(write_first, lead, "present_levels"))
    hold(page, CARET, "text goes above", partial(take_first, lead, "present_levels"))
    expect(editor(page, "present_levels")).to_be_focused()
    page.keyboard.type("typed on")
    expect(block(lead, "present_levels")).to_contain_text("typed on")
