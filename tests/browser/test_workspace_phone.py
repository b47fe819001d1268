"""The meeting on a phone: four views, the way back, and an editor that comes when somebody wants to write."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.support.browser import PHONE, People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.wait import until
from tests.support.workspace import block, editor, enter, expect_sign, person, write_here

# The word after it begins on its line.
BESIDE = """mark => {
  const [one, word] = [mark, mark.nextElementSibling].map((shown) => shown.getBoundingClientRect());
  return word.left >= one.right && word.top < one.bottom;
}"""
VIEWS = ("now", "draft", "decisions", "me")


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


def tap(page: Page, view: str) -> None:
    page.locator(f'.bottom-bar a[href="#view-{view}"]').click()


def expect_view(page: Page, view: str) -> None:
    for one in VIEWS:
        shown = expect(page.locator(f"#view-{one}"))
        (shown.to_be_visible if one == view else shown.to_be_hidden)()
    expect(page.locator(f'.bottom-bar a[href="#view-{view}"]')).to_have_attribute("aria-current", "page")


def test_four_views_and_the_way_back_each_where_it_was_and_the_text_as_large_as_was_chosen(
    meeting: dict[str, Any], people: People
) -> None:
    page = enter(people, person(meeting, "parent"), viewport=PHONE)
    expect_view(page, "draft")  # before the meeting there is nothing else to do
    page.evaluate("window.scrollTo({ top: 900, behavior: 'instant' })")
    tap(page, "me")
    assert page.evaluate("window.scrollY") == 0
    tap(page, "draft")
    assert abs(page.evaluate("window.scrollY") - 900) <= 1

    for view in ("now", "decisions", "me"):
        tap(page, view)
        expect_view(page, view)
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    page.locator('#view-me [data-setting="text-size"][value="largest"]').check()
    until(lambda: page.evaluate(size) > before * 1.3, "larger text")
    page.go_back()
    expect_view(page, "decisions")
    page.go_back()
    expect_view(page, "now")
    page.reload()
    assert page.evaluate(size) > before * 1.3  # from the first moment
    expect_view(page, "now")
    tap(page, "me")
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0
    page.go_back()
    expect_view(page, "now")
    page.go_back()
    expect_view(page, "draft")


def test_a_link_to_a_section_leads_to_the_draft(server: Server, people: People) -> None:
    meeting = server.demo(live=True)["meetings"][0]
    with Colleague(meeting, "case_manager") as lead:
        lead.discuss("goals")
    page = enter(people, person(meeting, "parent", 1), viewport=PHONE)
    expect_view(page, "now")  # the meeting is on
    page.locator(".now-sections a", has_text="Goals").click()
    expect_view(page, "draft")
    expect(page.locator("#title-goals")).to_be_in_viewport()


def test_no_editor_is_fetched_until_somebody_writes(meeting: dict[str, Any], people: People) -> None:
    fetched: list[str] = []

    def note(request: Request) -> None:
        if "section-editor" in request.url:
            fetched.append(request.url)

    page = enter(people, person(meeting, "team_staff"), viewport=PHONE, prepare=lambda page: page.on("request", note))
    for view in VIEWS:
        tap(page, view)
    tap(page, "draft")
    expect(block(page, "notes")).to_have_attribute("data-mode", "read")
    # Read only, and live all the same.
    with Colleague(meeting, "case_manager") as other:
        other.add("notes", "Seen on the phone.")
        expect(block(page, "notes")).to_contain_text("Seen on the phone.")
        assert fetched == []

        write_here(page, "notes")
        assert len(fetched) == 1
        expect(page.locator('[contenteditable="true"]')).to_have_count(1)  # this section, and no other
        page.keyboard.press("Control+End")
        page.keyboard.insert_text(" And answered.")
        other.reads("notes", "And answered.")
    expect_sign(page, "saved")
    page.locator("#section-notes .write-done").click()
    expect(editor(page, "notes")).to_have_count(0)
    expect(block(page, "notes")).to_contain_text("And answered.")
    expect(page.locator("#section-notes .write-here")).to_be_focused()


def test_spanish_words_have_room_and_the_keyboard_leaves_the_caret_in_sight(
    server: Server, meeting: dict[str, Any], people: People
) -> None:
    page = enter(people, person(meeting, "team_staff"), viewport=PHONE)
    page.locator('header button[value="es"]').first.click()
    write_here(page, "notes")
    page.keyboard.insert_text("Gracias.")
    expect(page.locator("saved-sign time")).to_have_text(re.compile(r"^\d{1,2}:\d\d\s[ap]\.\s?m\.$"))
    page.locator("#section-notes .write-done").click()
    tap(page, "decisions")
    expect(page.locator(".panel-tabs .count")).to_be_visible()
    assert page.evaluate("[...document.querySelectorAll('.panel-tabs a')].every(a => a.scrollWidth <= a.clientWidth)")
    tap(page, "me")
    radios = page.locator("#view-me [data-setting='announce']")
    assert all(radio.evaluate(BESIDE) for radio in radios.all())
    # The keyboard takes the bar away, and the caret is above it.
    tap(page, "draft")
    write_here(page, "notes")
    page.keyboard.press("Control+End")
    page.evaluate(
        """() => {
          const view = window.visualViewport;
          Object.defineProperty(view, "height", { value: window.innerHeight - 320 });
          view.dispatchEvent(new Event("resize"));
        }"""
    )
    expect(page.locator(".bottom-bar")).to_be_hidden()
    bottom = """() => {
      const selection = document.getSelection();
      const at = selection.focusNode;
      return (at instanceof Element ? at : at.parentElement).getBoundingClientRect().bottom;
    }"""
    until(lambda: page.evaluate(bottom) <= PHONE["height"] - 320, "the caret above the keyboard")
    page.goto(f"{server.url}/m/{meeting['id']}/sharing")
    assert page.locator(".draft-word > .icon").evaluate(BESIDE)
