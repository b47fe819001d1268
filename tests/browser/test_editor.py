"""Two people in one section at once, and what one browser makes of what another sends."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support import axe, wait
from tests.support.browser import PHONE
from tests.support.editing import to_end
from tests.support.workspace import block, editor, enter, expect_sign, person, write, write_here


def pair(server, people, **options):
    meeting = server.demo()["meetings"][0]
    return (
        enter(people, person(meeting, "team_staff"), **options),
        enter(people, person(meeting, "team_staff", 1)),
    )


def served(page: Page, section: str) -> str:
    """The text of a section as the server tells it now, without tags."""
    html = page.request.get(page.url).text()
    found = re.search(rf'<section-editor[^>]* section="{section}".*?</section-editor>', html, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", "\n", found[0])


def write_first(page: Page, section: str, *paragraphs: str) -> None:
    """Paragraphs at the very beginning of a section."""
    editor(page, section).evaluate("element => { element.editor.commands.focus('start'); }")
    expect(editor(page, section)).to_be_focused()  # it is in the next frame
    for words in paragraphs:
        page.keyboard.type(words)
        page.keyboard.press("Enter")


def text(page: Page, section: str) -> str:
    """The section's words on this page, without the names at others' carets."""
    words: str = editor(page, section).evaluate(
        """element => {
          const copy = element.cloneNode(true);
          for (const caret of copy.querySelectorAll('.peer-caret')) caret.remove();
          return copy.textContent;
        }"""
    )
    return words


def test_two_people_write_in_one_section_at_once(server, people):
    ann, ben = pair(server, people)
    to_end(ann, "notes")
    editor(ben, "notes").focus()
    ben.keyboard.press("Control+Home")
    for one, other in zip("from the end", "from the top", strict=True):
        ann.keyboard.type(one)
        ben.keyboard.type(other)
    for page in (ann, ben):
        expect(editor(page, "notes")).to_contain_text("from the end")
        expect(editor(page, "notes")).to_contain_text("from the top")
        expect_sign(page, "saved")
    assert text(ann, "notes") == text(ben, "notes")
    assert "from the end" in served(ann, "notes")
    assert "from the top" in served(ann, "notes")


def test_undo_takes_back_only_one_s_own(server, people):
    ann, ben = pair(server, people)
    write(ann, "notes", "mine ")
    expect(editor(ben, "notes")).to_contain_text("mine")
    write(ben, "notes", "theirs ")
    expect(editor(ann, "notes")).to_contain_text("theirs")
    ann.keyboard.press("Control+z")
    expect(editor(ann, "notes")).not_to_contain_text("mine")
    expect(editor(ann, "notes")).to_contain_text("theirs")
    expect(editor(ben, "notes")).not_to_contain_text("mine")
    ann.keyboard.press("Control+Shift+z")
    expect(editor(ben, "notes")).to_contain_text("mine")
    ann.keyboard.press("Control+z")
    expect(editor(ben, "notes")).not_to_contain_text("mine")
    ann.keyboard.press("Control+y")
    expect(editor(ben, "notes")).to_contain_text("mine")


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_a_selection_made_as_the_key_arrives_goes_by_the_editor_s_ways(server, people, key):
    """Left to the browser, paragraphs would be joined with styles of its own, which the page's policy refuses."""
    page = enter(people, person(server.demo()["meetings"][0], "team_staff"))
    write_first(page, "notes", "one", "two", "three")
    page.keyboard.press("Control+Home")
    page.evaluate(
        """() => addEventListener("keydown", () => {
          for (let line = 0; line < 2; line++) document.getSelection().modify("extend", "forward", "paragraph");
        }, { capture: true, once: true })"""
    )
    page.keyboard.press(key)
    expect(editor(page, "notes")).not_to_contain_text("two")
    expect(editor(page, "notes")).to_contain_text("three")
    expect_sign(page, "saved")


def test_everything_the_editor_makes_is_taken(server, people):
    ann, ben = pair(server, people)
    to_end(ann, "transition")
    keys = ann.keyboard
    tool = lambda name: block(ann, "transition").locator(f'[data-tool="{name}"]').click()  # noqa: E731
    keys.type("plain ")
    for name in ("bold", "italic", "underline", "strike"):
        tool(name)
        keys.type(f"{name} ")
    for level in (2, 3, 4, 0):
        keys.press("Enter")
        keys.press(f"Control+Alt+{level}")
        keys.type(f"style {level}")
    keys.press("Shift+Enter")
    keys.type("after a break")
    keys.press("Enter")
    for name in ("bullets", "numbers"):
        tool(name)
        keys.type("one")
        keys.press("Enter")
        keys.press("Control+]")
        keys.type("inner")
        keys.press("Enter")
        keys.press("Control+[")
        keys.type("outer")
        keys.press("Enter")
        keys.press("Enter")
    keys.type("3. third")
    keys.press("Enter")
    keys.press("Enter")
    tool("quote")
    keys.type("quoted")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("see https://example.org/plan and")
    tool("table")
    keys.type("head")
    for choice in ("Add a row below", "Add a column after", "Remove this row", "Remove this column"):
        tool("table")
        ann.get_by_role("menuitem", name=choice).click()
    keys.type("cell")
    expect(editor(ann, "transition").locator("table tr")).to_have_count(3)
    expect(editor(ann, "transition").locator("a[href='https://example.org/plan']")).to_have_count(1)
    expect_sign(ann, "saved")
    expect(ann.locator("kept-text *")).to_have_count(0)
    for wanted in ("strong", "em", "u", "s", "h3", "h4", "h5", "ul ul", "ol ol", "blockquote", "table td", "a"):
        expect(editor(ben, "transition").locator(wanted).first).to_be_attached()
    assert text(ann, "transition") == text(ben, "transition")
    assert "inner" in served(ann, "transition")


def test_deeper_than_the_server_takes_is_not_done(server, people):
    ann = enter(people, person(server.demo()["meetings"][0], "team_staff"))
    to_end(ann, "notes")
    ann.keyboard.press("Control+Shift+8")
    for level in range(20):
        ann.keyboard.type(f"level {level}")
        ann.keyboard.press("Enter")
        ann.keyboard.press("Control+]")
    ann.keyboard.type("end")
    expect_sign(ann, "saved")
    expect(ann.locator("kept-text *")).to_have_count(0)
    assert "end" in served(ann, "notes")


def test_another_s_text_above_does_not_move_one_s_line(server, people):
    ann, ben = pair(server, people)
    present = editor(ann, "present_levels")
    line = present.locator("li", has_text="Listening comprehension")
    line.click()
    editor(ben, "present_levels").locator("li").first.click()
    ben.keyboard.press("End")
    expect(present.locator(".peer-caret")).to_be_visible()  # from here on all that changes is text
    top = "element => element.getBoundingClientRect().top"
    before = line.evaluate(top)
    for number in range(6):
        ben.keyboard.press("Enter")
        ben.keyboard.type(f"a new line {number}")
    expect(present).to_contain_text("a new line 5")
    wait.until(lambda: abs(line.evaluate(top) - before) <= 1, "the line to stand where it was")


def test_the_page_is_accessible_while_one_writes(server, people):
    for options in ({}, {"viewport": PHONE}):
        page = enter(people, person(server.demo()["meetings"][0], "team_staff"), **options)
        for section in ("goals", "notes"):
            if options:
                write_here(page, section)
            editor(page, section).focus()
            block(page, section).evaluate("element => element.closest('section').scrollIntoView()")
            assert axe.violations(page) == []


def test_the_toolbar_does_not_cover_the_button_below_the_text(server, people):
    page = enter(people, person(server.demo()["meetings"][0], "team_staff"))
    editor(page, "goals").focus()
    button = block(page, "goals").locator(".add-block")
    for gap in range(0, 120, 20):
        # The section's end comes under the header, bit by bit.
        button.evaluate(
            """(element, gap) => {
              const header = document.querySelector(".work-header").getBoundingClientRect().bottom;
              window.scrollBy({ top: element.getBoundingClientRect().top - header - gap, behavior: "instant" });
            }""",
            gap,
        )
        bottom = block(page, "goals").locator(".editor-toolbar").evaluate("e => e.getBoundingClientRect().bottom")
        assert bottom <= button.evaluate("element => element.getBoundingClientRect().top")


def test_all_tools_are_in_reach_at_every_width(server, people):
    page = enter(people, person(server.demo()["meetings"][0], "team_staff"))
    editor(page, "notes").focus()
    toolbar = block(page, "notes").locator(".editor-toolbar")
    for width in (700, 1099, 1100, 1240, 1241, 1280, 1366, 1920):
        page.set_viewport_size({"width": width, "height": 768})
        past = toolbar.evaluate(
            """element => {
              const last = [...element.querySelectorAll("button")].at(-1);
              return last.getBoundingClientRect().right - element.getBoundingClientRect().right;
            }"""
        )
        assert past <= 0, width


def test_a_reader_s_text_stays_current_and_keeps_their_selection(server, people):
    meeting = server.demo()["meetings"][0]
    ann = enter(people, person(meeting, "team_staff"))
    reader = enter(people, person(meeting, "advocate"))
    shown = block(reader, "present_levels")
    expect(shown.locator("[contenteditable=true]")).to_have_count(0)
    shown.locator("li").nth(3).select_text()
    chosen = reader.evaluate("() => String(document.getSelection())")
    assert chosen
    editor(ann, "present_levels").locator("li").first.click()
    ann.keyboard.press("End")
    ann.keyboard.type(" and rockets")
    expect(shown).to_contain_text("and rockets")
    assert reader.evaluate("() => String(document.getSelection())") == chosen
    ann.keyboard.press("Control+Home")
    ann.keyboard.type("New: ")
    expect(shown.locator("h3").first).to_contain_text("New:")
