"""Editors are put up where one is; the others when one comes there, or once the page has been still for long."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.workspace import block, editor, enter, expect_sign, person, write


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


def later(page: Page) -> Locator:
    """The sections that can be written in and have no editor yet."""
    return page.locator('section-editor[data-mode="read"][data-editable]')


def test_what_is_far_changes_all_the_same_and_an_editor_is_put_up_where_one_comes_unless_one_presses(
    meeting: dict[str, Any], people: People
) -> None:
    with Colleague(meeting, "team_staff") as other:
        other.open("notes")  # before the page: it is still for long after twenty seconds
        page = enter(people, person(meeting, "case_manager"))
        services, notes = block(page, "services"), block(page, "notes")

        # What is far is read, and changes all the same.
        expect(notes).to_have_attribute("data-mode", "read")
        other.add("notes", "Seen from afar.")
        expect(notes).to_contain_text("Seen from afar.")
        expect(notes).to_have_attribute("data-mode", "read")

        # One who jumps into a section sees it stay where it is.
        expect(services).to_have_attribute("data-mode", "read")
        place = "document.querySelector('#title-services').getBoundingClientRect().top"
        before = services.evaluate(f"one => (one.scrollIntoView({{ block: 'center', behavior: 'instant' }}), {place})")
        expect(services).to_have_attribute("data-mode", "edit")
        assert abs(page.evaluate(place) - before) <= 1

        # Nothing is put up while somebody presses.
        expect(notes).to_have_attribute("data-mode", "read")
        page.mouse.move(683, 300)
        page.mouse.down()
        notes.evaluate(
            """async (one) => {
              one.scrollIntoView({ block: "nearest", behavior: "instant" });
              for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
            }"""
        )
        expect(notes).to_have_attribute("data-mode", "read")
        page.mouse.up()
        expect(notes).to_have_attribute("data-mode", "edit")
        write(page, "notes", " And answered.")
        expect_sign(page, "saved")
        other.reads("notes", "Seen from afar. And answered.")


def test_by_keyboard_one_comes_to_an_editor_and_a_page_that_is_still_has_all_of_them_at_last(
    meeting: dict[str, Any], people: People
) -> None:
    page = enter(people, person(meeting, "case_manager"), prepare=lambda page: page.clock.install())
    services = block(page, "services")
    expect(services).to_have_attribute("data-mode", "read")
    page.locator("#head-services a").last.focus()
    expect(services).to_have_attribute("data-mode", "edit")

    expect(later(page).first).to_be_attached()
    page.clock.run_for(30_000)
    expect(later(page)).to_have_count(0)


@pytest.mark.parametrize("options", [{}, {"has_touch": True, "viewport": {"width": 820, "height": 1180}}])
def test_an_editor_takes_the_room_that_was_kept_for_it(
    meeting: dict[str, Any], people: People, options: dict[str, Any]
) -> None:
    page = enter(people, person(meeting, "case_manager"), **options)
    heights = {
        one.get_attribute("section") or "": one.evaluate("one => one.getBoundingClientRect().height")
        for one in later(page).all()
    }
    assert {"services", "accommodations", "notes"} <= heights.keys()
    for section, height in heights.items():
        expect(editor(page, section)).to_be_visible()
        now = block(page, section).evaluate("one => one.getBoundingClientRect().height")
        assert abs(now - height) <= 1, section
    expect(later(page)).to_have_count(0)
