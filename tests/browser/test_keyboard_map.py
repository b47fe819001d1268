"""The page by single keys, the map of them, and switching them off."""

from playwright.sync_api import expect

from tests.support.colleague import Colleague
from tests.support.editing import to_end
from tests.support.workspace import block, editor, enter, person, text_of


def test_the_map_lists_what_the_page_offers_and_the_keys_do_it_until_they_are_switched_off_for_good(server, people):
    page = enter(people, person(server.demo(brief=True)["meetings"][0], "case_manager"))
    page.keyboard.press("?")
    dialog = page.locator("#keyboard-map")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-found-keys] dt", has_text="h")).to_be_visible()
    expect(dialog.locator("[data-found-keys] div", has_text="Record a decision").locator("kbd")).to_have_text("d")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    # From section to section.
    page.keyboard.press("]")
    expect(page.locator("#title-parent_input")).to_be_focused()
    page.keyboard.press("]")
    expect(page.locator("#title-present_levels")).to_be_focused()
    expect(page.locator("#title-present_levels")).to_be_in_viewport()
    page.keyboard.press("[")
    expect(page.locator("#title-parent_input")).to_be_focused()

    # A key acts on the section one is at.
    for _ in range(3):
        page.keyboard.press("]")
    expect(page.locator("#title-goals")).to_be_focused()
    page.keyboard.press("h")
    expect(page.locator("#panel-body .history")).to_contain_text("Goals")

    # The columns by Alt and a digit; back from the history, to what is beside the draft at first.
    page.locator('.panel-tabs [data-panel="decisions"]').click()
    expect(page.locator("#panel-body .history")).to_have_count(0)
    page.keyboard.press("Alt+1")
    assert page.evaluate("document.activeElement.closest('#rail') !== null")
    page.keyboard.press("Alt+3")
    assert page.evaluate("document.activeElement.closest('#view-decisions') !== null")
    page.keyboard.press("Alt+2")
    assert page.evaluate("document.activeElement.closest('.section') !== null")
    page.keyboard.press("Alt+4")
    assert page.evaluate("document.activeElement.closest('#meeting-status') !== null")

    # A letter in a text is a letter.
    before = text_of(page, "notes")
    editor(page, "notes").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("h?d[")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert text_of(page, "notes") == f"{before}h?d["

    # Single letters can be switched off for good.
    page.keyboard.press("Escape")
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
    meeting = server.demo(live=True, brief=True)["meetings"][0]
    writer = enter(people, person(meeting, "team_staff"))
    with Colleague(meeting, "case_manager") as lead:
        lead.open("notes")
        to_end(writer, "notes")
        writer.keyboard.type("Ours. ")  # by single keys: whoever has just pressed one types on
        lead.reads("notes", "Ours. ")
        lead.pause()
    expect(block(writer, "notes")).to_have_attribute("data-mode", "read")
    writer.keyboard.type("he read and did it")
    assert writer.locator("dialog[open]").count() == 0
    expect(writer.locator("#panel-body .history")).to_have_count(0)
    # Whoever goes somewhere by themselves has the keys again.
    writer.keyboard.press("Escape")
    writer.keyboard.press("h")
    expect(writer.locator("#panel-body .history")).to_be_visible()
