"""Two people in one section at once, and what one browser makes of what another sends."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from pycrdt import XmlElement, XmlFragment

from server.documents.tree import Node, Text, insert_nodes
from tests.support import axe, wait
from tests.support.browser import DESKTOP, PHONE
from tests.support.colleague import Colleague, texts
from tests.support.editing import to_end
from tests.support.workspace import block, drawn, editor, enter, expect_sign, person, write


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
        page.keyboard.insert_text(words)
        page.keyboard.press("Enter")


def write_everything(page: Page, section: str) -> None:
    """By the toolbar and by keys, whatever the editor can make, at the end of a section."""
    to_end(page, section)
    keys = page.keyboard
    tool = lambda name: block(page, section).locator(f'[data-tool="{name}"]').click()  # noqa: E731
    keys.insert_text("plain ")
    for name in ("bold", "italic", "underline", "strike"):
        tool(name)
        keys.type(f"{name[0]} ")
    for level in (2, 3, 4, 0):
        keys.press("Enter")
        keys.press(f"Control+Alt+{level}")
        keys.insert_text(f"style {level}")
    keys.press("Shift+Enter")
    keys.insert_text("after a break")
    keys.press("Enter")
    for name in ("bullets", "numbers"):
        tool(name)
        keys.insert_text("one")
        keys.press("Enter")
        keys.press("Control+]")
        keys.insert_text("inner")
        keys.press("Enter")
        keys.press("Control+[")
        keys.insert_text("outer")
        keys.press("Enter")
        keys.press("Enter")
    keys.type("3. ")  # becomes a list
    keys.insert_text("third")
    keys.press("Enter")
    keys.press("Enter")
    tool("quote")
    keys.insert_text("quoted")
    keys.press("Enter")
    keys.press("Enter")
    keys.insert_text("see https://example.org/plan")
    keys.type(" and")  # the address becomes a link
    tool("table")
    keys.insert_text("head")
    for choice in ("Add a row below", "Add a column after", "Remove this row", "Remove this column"):
        tool("table")
        page.get_by_role("menuitem", name=choice).click()
    keys.insert_text("cell")


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


def bullets(root: XmlFragment) -> XmlElement:
    """The section's first list."""
    return next(block for block in root.children if isinstance(block, XmlElement) and block.tag == "bulletList")


def one_more(words: str) -> Callable[[XmlFragment], None]:
    """A line after the first in that list."""
    line = Node("listItem", {}, (Node("paragraph", {}, (Text(words),)),))
    return lambda root: insert_nodes(bullets(root), 1, [line])


def longer(words: str) -> Callable[[XmlFragment], None]:
    """More at the end of the first line of that list."""

    def change(root: XmlFragment) -> None:
        first = next(texts(bullets(root)))
        first.insert(len(str(first).encode()), words)

    return change


def test_two_people_write_at_once_read_the_same_and_undo_only_their_own_and_no_key_makes_what_is_refused(
    server, people
):
    meeting = server.demo(brief=True)["meetings"][0]
    ann, ben = (enter(people, person(meeting, "team_staff", number)) for number in range(2))
    to_end(ann, "notes")
    editor(ben, "notes").focus()
    ben.keyboard.press("Control+Home")
    for one, other in zip("at end", "at top", strict=True):
        ann.keyboard.type(one)
        ben.keyboard.type(other)
    for page in (ann, ben):
        expect(editor(page, "notes")).to_contain_text("at end")
        expect(editor(page, "notes")).to_contain_text("at top")
        expect_sign(page, "saved")
    assert text(ann, "notes") == text(ben, "notes")
    assert "at end" in served(ann, "notes")
    assert "at top" in served(ann, "notes")

    write(ann, "placement", "mine ")
    expect(editor(ben, "placement")).to_contain_text("mine")
    write(ben, "placement", "theirs ")
    expect(editor(ann, "placement")).to_contain_text("theirs")
    ann.keyboard.press("Control+z")
    expect(editor(ann, "placement")).not_to_contain_text("mine")
    expect(editor(ann, "placement")).to_contain_text("theirs")
    expect(editor(ben, "placement")).not_to_contain_text("mine")
    ann.keyboard.press("Control+Shift+z")
    expect(editor(ben, "placement")).to_contain_text("mine")
    ann.keyboard.press("Control+z")
    expect(editor(ben, "placement")).not_to_contain_text("mine")
    ann.keyboard.press("Control+y")
    expect(editor(ben, "placement")).to_contain_text("mine")

    # Everything that the editor makes is taken, and comes to the other.
    write_everything(ann, "transition")
    expect(editor(ann, "transition").locator("table tr")).to_have_count(3)
    expect(editor(ann, "transition").locator("a[href='https://example.org/plan']")).to_have_count(1)
    expect_sign(ann, "saved")
    expect(ann.locator("kept-text *")).to_have_count(0)
    for wanted in ("strong", "em", "u", "s", "h3", "h4", "h5", "ul ul", "ol ol", "blockquote", "table td", "a"):
        expect(editor(ben, "transition").locator(wanted).first).to_be_attached()
    assert text(ann, "transition") == text(ben, "transition")
    assert "inner" in served(ann, "transition")

    # Nor do keys anything that the server or the page's policy would refuse.
    ben.close()
    # A selection made as the key arrives goes by the editor's ways: left to the browser, paragraphs would be joined
    # with styles of its own, which the policy refuses.
    for key in ("Delete", "Backspace"):
        write_first(ann, "placement", "one", f"two by {key}", "three")
        ann.keyboard.press("Control+Home")
        ann.evaluate(
            """() => addEventListener("keydown", () => {
              for (let line = 0; line < 2; line++) document.getSelection().modify("extend", "forward", "paragraph");
            }, { capture: true, once: true })"""
        )
        ann.keyboard.press(key)
        expect(editor(ann, "placement")).not_to_contain_text(f"two by {key}")
        expect(editor(ann, "placement")).to_contain_text("three")
        expect_sign(ann, "saved")
    # Deeper than the server takes is not done.
    to_end(ann, "notes")
    ann.keyboard.press("Control+Shift+8")
    for level in range(20):
        ann.keyboard.insert_text(f"level {level}")
        ann.keyboard.press("Enter")
        ann.keyboard.press("Control+]")
    ann.keyboard.type("deepest")
    expect_sign(ann, "saved")
    expect(ann.locator("kept-text *")).to_have_count(0)
    assert "deepest" in served(ann, "notes")


def test_others_move_no_line_and_take_no_selection_and_the_toolbar_is_accessible_in_reach_and_covers_nothing(
    server, people
):
    meeting = server.demo()["meetings"][0]
    writer = enter(people, person(meeting, "team_staff"))
    reader = enter(people, person(meeting, "advocate"), viewport=PHONE)
    present, shown = editor(writer, "present_levels"), block(reader, "present_levels")
    line = present.locator("li", has_text="Listening comprehension")
    line.click()
    expect(block(writer, "present_levels").locator(".editor-toolbar")).to_be_visible()  # from here on only text changes
    top = "element => element.getBoundingClientRect().top"
    before = line.evaluate(top)
    expect(shown.locator("[contenteditable=true]")).to_have_count(0)
    shown.locator("li").nth(3).select_text()
    chosen = reader.evaluate("() => String(document.getSelection())")
    assert chosen
    with Colleague(meeting, "team_staff", 1) as other:
        for number in range(6):
            other.change("present_levels", one_more(f"a new line {number}"))
        expect(present).to_contain_text("a new line 5")
        wait.until(lambda: abs(line.evaluate(top) - before) <= 1, "the line to stand where it was")

        # In a line above the selection, and then in the first words of all.
        other.change("present_levels", longer(" and rockets"))
        expect(shown).to_contain_text("and rockets")
        assert reader.evaluate("() => String(document.getSelection())") == chosen
        other.change("present_levels", lambda root: next(texts(root)).insert(0, "New: "))
        expect(shown.locator("h3").first).to_contain_text("New:")

    # The toolbar is in reach at every width, and covers nothing.
    reader.close()
    for size in (DESKTOP, PHONE):
        writer.set_viewport_size(size)
        for section in ("goals", "notes"):
            editor(writer, section).focus()
            block(writer, section).evaluate("element => element.closest('section').scrollIntoView()")
            expect(block(writer, section).locator(".editor-toolbar")).to_be_visible()
            assert axe.violations(writer, within=f"#section-{section}") == []

    toolbar = block(writer, "notes").locator(".editor-toolbar")
    for width in (700, 1099, 1100, 1240, 1241, 1280, 1366, 1920):
        writer.set_viewport_size({"width": width, "height": 768})
        past = toolbar.evaluate(
            """element => {
              const last = [...element.querySelectorAll("button")].at(-1);
              return last.getBoundingClientRect().right - element.getBoundingClientRect().right;
            }"""
        )
        assert past <= 0, width

    writer.set_viewport_size({"width": 1366, "height": 768})
    editor(writer, "goals").focus()
    expect(block(writer, "goals").locator(".editor-toolbar")).to_be_visible()
    drawn(writer)  # what was measured for the last width is measured anew
    button = block(writer, "goals").locator(".add-block")
    for gap in range(0, 120, 20):
        # The section's end comes under the header, bit by bit.
        button.evaluate(
            """(element, gap) => {
              const header = document.querySelector(".work-header").getBoundingClientRect().bottom;
              window.scrollBy({ top: element.getBoundingClientRect().top - header - gap, behavior: "instant" });
            }""",
            gap,
        )
        bottom = block(writer, "goals").locator(".editor-toolbar").evaluate("e => e.getBoundingClientRect().bottom")
        assert bottom <= button.evaluate("element => element.getBoundingClientRect().top")
