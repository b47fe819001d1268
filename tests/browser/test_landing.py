"""A form at the end of a long page: what it led to is in sight, and has the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import person


@pytest.mark.parametrize("script", [True, False])
def test_what_came_of_a_form_is_in_sight_and_one_more_row_has_the_keyboard(
    people: People, server: Server, script: bool
) -> None:
    meeting = server.demo()["meetings"][0]
    lead = person(meeting, "case_manager")
    page = people.signed_in(lead, to=f"{meeting['url']}/people", java_script_enabled=script, viewport=PHONE)
    add = page.locator("#add button[type=submit]")
    add.click()
    expect(page.locator(".error-summary")).to_be_in_viewport()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("#field-name").fill("Elena Vasquez")
    page.locator("#field-role").select_option("parent")
    add.click()
    expect(page.get_by_text("Added. Now make a sign-in link")).to_be_in_viewport()

    page.goto(f"{meeting['url']}/decisions/new")
    for button, group in (
        ("Another option", "#options textarea[name$=-text]"),
        ("Another document", "#basis input[name$=-text]"),
    ):
        rows = page.locator(group)
        before = rows.count()
        page.get_by_role("button", name=button).click()
        expect(rows).to_have_count(before + 1)
        expect(rows.last).to_be_focused()
        expect(rows.last).to_be_in_viewport()
