"""Editors are put up where one is; the others when one comes there, or once the page has been still for long."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import People
from tests.support.server import Server
from tests.support.workspace import READY, block, editor, enter, expect_sign, person, write


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


def later(page: Page) -> Locator:
    """The sections that can be written in and have no editor yet."""
    return page.locator('section-editor[data-mode="read"][data-editable]')


def test_what_is_far_is_read_and_changes_all_the_same(meeting: dict[str, Any], people: People) -> None:
    page, other = (enter(people, person(meeting, role)) for role in ("case_manager", "team_staff"))
    notes = block(page, "notes")
    expect(notes).to_have_attribute("data-mode", "read")
    write(other, "notes", " Seen from afar.")
    expect(notes).to_contain_text("Seen from afar.")
    expect(notes).to_have_attribute("data-mode", "read")
    write(page, "notes", " And answered.")
    expect_sign(page, "saved")
    expect(block(other, "notes")).to_contain_text("Seen from afar. And answered.")


def test_by_keyboard_one_comes_from_section_to_section(meeting: dict[str, Any], people: People) -> None:
    page = enter(people, person(meeting, "case_manager"))
    expect(block(page, "services")).to_have_attribute("data-mode", "read")
    page.locator("#head-services a").last.focus()
    expect(block(page, "services")).to_have_attribute("data-mode", "edit")


def test_a_page_that_is_still_has_all_its_editors_at_last(meeting: dict[str, Any], people: People) -> None:
    page = people.page()
    page.clock.install()
    page.goto(person(meeting, "case_manager")["sign_in_url"])
    with page.expect_navigation():
        page.locator("main form[method=post] button").click()
    expect_sign(page, *READY)
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


def test_one_who_jumps_into_a_section_sees_it_stay_where_it_is(meeting: dict[str, Any], people: People) -> None:
    page = enter(people, person(meeting, "case_manager"))
    expect(block(page, "services")).to_have_attribute("data-mode", "read")
    place = "document.querySelector('#title-services').getBoundingClientRect().top"
    before = block(page, "services").evaluate(
        f"one => (one.scrollIntoView({{ block: 'center', behavior: 'instant' }}), {place})"
    )
    expect(block(page, "services")).to_have_attribute("data-mode", "edit")
    assert abs(page.evaluate(place) - before) <= 1


def test_nothing_is_put_up_while_somebody_presses(meeting: dict[str, Any], people: People) -> None:
    page = enter(people, person(meeting, "case_manager"))
    notes = block(page, "notes")
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
