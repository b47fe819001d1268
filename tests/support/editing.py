"""What tests do in a section's editor. Keys may follow each other faster than any person's: hence the waits."""

from playwright.sync_api import Locator, Page, expect

from tests.support.workspace import editor


def to_end(page: Page, section: str) -> Locator:
    """Focus the section's text with the caret at its very end; the text."""
    target = editor(page, section)
    target.evaluate("element => { element.editor.commands.focus('end'); }")
    expect(target).to_be_focused()
    return target


def new_line(page: Page, section: str) -> Locator:
    """An empty paragraph at the end of the section, with the caret in it; the section's text."""
    target = to_end(page, section)
    count = target.locator("> *").count()
    page.keyboard.press("Enter")
    expect(target.locator("> *")).to_have_count(count + 1)
    return target
