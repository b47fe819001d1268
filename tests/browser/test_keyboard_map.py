"""The page by single keys, the map of them, and switching them off."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.workspace import block, editor, enter, person, start_meeting, text_of, write


@pytest.fixture
def page(server, people) -> Page:
    return enter(people, person(server.demo()["meetings"][0], "case_manager"))


def test_the_map_lists_what_the_page_offers(page):
    page.keyboard.press("?")
    dialog = page.locator("#keyboard-map")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-found-keys] dt", has_text="h")).to_be_visible()
    expect(dialog.locator("[data-found-keys] div", has_text="Record a decision").locator("kbd")).to_have_text("d")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_from_section_to_section(page):
    page.keyboard.press("]")
    expect(page.locator("#title-parent_input")).to_be_focused()
    page.keyboard.press("]")
    expect(page.locator("#title-present_levels")).to_be_focused()
    expect(page.locator("#title-present_levels")).to_be_in_viewport()
    page.keyboard.press("[")
    expect(page.locator("#title-parent_input")).to_be_focused()


def test_a_key_acts_on_the_section_one_is_at(page):
    for _ in range(4):
        page.keyboard.press("]")
    expect(page.locator("#title-goals")).to_be_focused()
    page.keyboard.press("h")
    expect(page.locator("#panel-body .history")).to_contain_text("Goals")


def test_the_columns_by_alt_and_a_digit(page):
    page.keyboard.press("Alt+1")
    assert page.evaluate("document.activeElement.closest('#rail') !== null")
    page.keyboard.press("Alt+3")
    assert page.evaluate("document.activeElement.closest('#view-decisions') !== null")
    page.keyboard.press("Alt+2")
    assert page.evaluate("document.activeElement.closest('.section') !== null")
    page.keyboard.press("Alt+4")
    assert page.evaluate("document.activeElement.closest('#meeting-status') !== null")


def test_a_letter_in_a_text_is_a_letter(page):
    before = text_of(page, "notes")
    editor(page, "notes").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("h?d[")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert text_of(page, "notes") == f"{before}h?d["


def test_single_letters_can_be_switched_off_for_good(page):
    page.keyboard.press("?")
    page.locator('#keyboard-map [data-setting="keys"]').uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.reload()
    page.keyboard.press("?")
    expect(page.locator('#keyboard-map [data-setting="keys"]')).not_to_be_checked()
    page.locator('#keyboard-map [data-setting="keys"]').check()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator("#quick-decision")).to_be_visible()


def test_letters_typed_on_when_the_text_is_paused_are_no_commands(server, people):
    meeting = server.demo()["meetings"][0]
    lead, writer = (enter(people, person(meeting, role)) for role in ("case_manager", "team_staff"))
    start_meeting(lead)
    write(writer, "notes", "Ours. ")
    expect(block(lead, "notes")).to_contain_text("Ours. ")
    lead.locator("#meeting-status button", has_text="Pause").click()
    expect(block(writer, "notes")).to_have_attribute("data-mode", "read")
    writer.keyboard.type("he read and did it")
    assert writer.locator("dialog[open]").count() == 0
    expect(writer.locator("#panel-body .history")).to_have_count(0)
    # Whoever goes somewhere by themselves has the keys again.
    writer.keyboard.press("Escape")
    writer.keyboard.press("h")
    expect(writer.locator("#panel-body .history")).to_be_visible()
