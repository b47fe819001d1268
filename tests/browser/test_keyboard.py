"""All of the editor without a mouse: the ways in and out, the toolbar, the shortcuts, links."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import PHONE
from tests.support.editing import new_line
from tests.support.workspace import block, drawn, editor, enter, expect_sign, person, write_here


@pytest.fixture
def page(server, people) -> Page:
    return enter(people, person(server.demo(brief=True)["meetings"][0], "team_staff"))


def tool(page: Page, name: str, section: str = "placement") -> Locator:
    return block(page, section).locator(f'[data-tool="{name}"]')


def test_the_toolbar_and_its_menus_by_keys(page):
    new_line(page, "placement")
    page.keyboard.insert_text("word")
    page.keyboard.press("Shift+Control+ArrowLeft")
    page.keyboard.press("Alt+F10")
    toolbar = block(page, "placement").get_by_role("toolbar")
    expect(tool(page, "style")).to_be_focused()
    expect(toolbar.locator('[tabindex="0"]')).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(tool(page, "bold")).to_be_focused()
    expect(tool(page, "bold")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(tool(page, "bold")).to_have_attribute("aria-pressed", "true")
    expect(editor(page, "placement")).to_be_focused()
    expect(editor(page, "placement").locator("strong", has_text="word")).to_have_count(1)
    page.keyboard.press("Alt+F10")
    expect(tool(page, "bold")).to_be_focused()  # where one was
    page.keyboard.press("End")
    expect(tool(page, "redo")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tool(page, "style")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(tool(page, "redo")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Escape")
    expect(editor(page, "placement")).to_be_focused()
    assert page.evaluate("() => String(document.getSelection())") == "word"

    # A menu.
    new_line(page, "placement")
    page.keyboard.insert_text("A title")
    page.keyboard.press("Alt+F10")
    page.keyboard.press("Home")
    expect(tool(page, "style")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitemradio", name="Normal text")).to_be_focused()
    expect(tool(page, "style")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(tool(page, "style")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(editor(page, "placement").locator("h3", has_text="A title")).to_have_count(1)
    expect(editor(page, "placement")).to_be_focused()
    expect(tool(page, "style")).to_have_attribute("aria-label", "Kind of paragraph: Heading")


def test_from_a_menu_to_another_tool(server, people):
    """On a phone the toolbar is there only while somebody writes: a menu must not take it away."""
    page = enter(people, person(server.demo(brief=True)["meetings"][0], "team_staff"), viewport=PHONE, has_touch=True)
    write_here(page, "placement")
    editor(page, "placement").locator("p").last.tap()
    tool(page, "style").tap()
    expect(page.get_by_role("menu")).to_be_visible()
    expect(tool(page, "bold")).to_be_visible()
    tool(page, "bold").tap()
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(editor(page, "placement")).to_be_focused()
    expect(tool(page, "bold")).to_have_attribute("aria-pressed", "true")


def test_shortcuts_and_the_ways_in_and_out(page):
    line = new_line(page, "placement").locator("> :last-child")
    for keys, tag in (("Control+b", "strong"), ("Control+i", "em"), ("Control+u", "u"), ("Control+Shift+s", "s")):
        page.keyboard.press(keys)
        page.keyboard.type(tag)
        page.keyboard.press(keys)
        expect(line.locator(tag)).to_have_text(tag)
    page.keyboard.press("Control+Shift+8")
    expect(editor(page, "placement").locator("ul li", has_text="strong")).to_have_count(1)
    page.keyboard.press("Control+Shift+7")
    expect(editor(page, "placement").locator("ol li", has_text="strong")).to_have_count(1)
    page.keyboard.press("Control+Shift+7")
    page.keyboard.press("Control+Shift+b")
    expect(editor(page, "placement").locator("blockquote", has_text="strong")).to_have_count(1)
    page.keyboard.press("Control+Shift+b")
    page.keyboard.press("Control+Alt+3")
    expect(editor(page, "placement").locator("h4", has_text="strong")).to_have_count(1)
    expect(tool(page, "bold")).to_have_attribute("title", "Bold (Ctrl+B)")
    expect(tool(page, "bold")).to_have_attribute("aria-keyshortcuts", "Control+B")

    # Tab goes on, and Escape leads out.
    new_line(page, "extended_school_year")
    page.keyboard.press("Control+Shift+8")
    page.keyboard.insert_text("in a list")
    page.keyboard.press("Tab")
    expect(editor(page, "extended_school_year")).not_to_be_focused()
    expect(editor(page, "extended_school_year").locator("li li")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(editor(page, "extended_school_year")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#section-extended_school_year h2")).to_be_focused()
    editor(page, "goals").locator("dd").first.click()
    page.keyboard.press("Escape")
    expect(block(page, "goals").locator(".add-block")).to_be_focused()

    # Tab leaves a table, too.
    new_line(page, "transition")
    tool(page, "table", "transition").click()
    page.keyboard.insert_text("first")
    page.keyboard.press("Tab")
    expect(editor(page, "transition")).not_to_be_focused()
    expect(editor(page, "transition").locator("table th").first).to_have_text("first")


def test_links(page):
    new_line(page, "placement")
    page.keyboard.insert_text("the plan")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Address")).to_be_focused()
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "java\tscript:alert(1)",
        "//evil.example",
        "ftp://example.org",
        "two words",
    ):
        dialog.get_by_label("Address").fill(address)
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("can’t be used")
        expect(dialog.get_by_label("Address")).to_be_focused()
    dialog.get_by_label("Address").fill("example.org/plan")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    link = editor(page, "placement").locator("a", has_text="the plan")
    expect(link).to_have_attribute("href", "https://example.org/plan")
    expect(editor(page, "placement")).to_be_focused()
    drawn(page)
    link.click()
    page.keyboard.press("Control+k")
    expect(dialog.get_by_label("Address")).to_have_value("https://example.org/plan")
    dialog.get_by_label("Address").fill("office@example.org")
    page.keyboard.press("Enter")
    expect(link).to_have_attribute("href", "mailto:office@example.org")
    page.keyboard.press("Control+k")
    dialog.get_by_role("button", name="Remove the link").click()
    expect(link).to_have_count(0)
    expect(editor(page, "placement").locator("p", has_text="the plan")).to_have_count(1)
    page.keyboard.press("End")
    page.keyboard.type(" ")
    page.keyboard.press("Control+k")
    dialog.get_by_label("Address").fill("https://example.org/")
    dialog.get_by_label("Words to show").fill("the district")
    page.keyboard.press("Enter")
    expect(editor(page, "placement").locator("a", has_text="the district")).to_have_attribute(
        "href", "https://example.org/"
    )
    expect_sign(page, "saved")
    expect(page.locator("kept-text *")).to_have_count(0)
