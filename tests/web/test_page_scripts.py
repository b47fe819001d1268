"""What web/page/ adds to rendered pages, in a real browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import finalize, start_meeting

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not (ROOT / "web" / "app.ts").exists(), reason="the page's scripts are not there yet")


def person(meeting: dict[str, Any], role: str) -> dict[str, Any]:
    return next(person for person in meeting["people"] if person["role"] == role)


def test_dialogs_and_history_open_without_leaving_the_page(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    page = people.signed_in(person(meeting, "case_manager"))
    page.evaluate("window.stayed = true")
    start_meeting(page)
    finalize(page, "notes")
    expect(page.locator("#rail-items .state-final")).to_be_visible()

    page.locator("#head-notes button", has_text="Reopen").click()
    page.locator("#reopen-notes textarea").fill("   ")
    page.locator("#reopen-notes button[type=submit]").click()
    expect(page.locator("#reopen-notes .dialog-error")).to_contain_text("reason")
    page.locator("#reopen-notes textarea").fill("The baseline is wrong.")
    page.locator("#reopen-notes button[type=submit]").click()
    expect(page.locator("#head-notes .state-draft")).to_be_visible()
    expect(page.locator("#reopen-notes")).to_be_hidden()

    # The history opens beside the draft, where there is room.
    page.locator("#head-goals a", has_text="History").click()
    expect(page.locator("#panel-body .history")).to_be_visible()
    expect(page.locator(".panel-tabs [aria-current]")).to_have_text(re.compile("History"))
    page.locator("#panel-body .history-list a").first.click()
    expect(page.locator("#panel-body .version-text .goal")).to_have_count(4)
    assert page.url.endswith(meeting["id"])
    assert page.evaluate("window.stayed")


def test_on_a_phone_history_is_a_page_and_the_section_picker_closes(server: Server, people: People) -> None:
    page = people.signed_in(person(server.demo()["meetings"][0], "team_staff"), viewport=PHONE)
    page.locator(".draft-bar button").click()
    page.locator("#section-list a", has_text="Goals").click()
    expect(page.locator("#rail")).to_be_hidden()
    expect(page.locator("#title-goals")).to_be_in_viewport()
    page.locator("#head-goals a", has_text="History").click()
    page.wait_for_url("**/history")


def test_a_new_link_is_copied(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    lead, clipboard = person(meeting, "case_manager"), ["clipboard-read", "clipboard-write"]
    page = people.signed_in(lead, to=f"{meeting['url']}/people", permissions=clipboard)
    page.locator(".person-row", has_text="Elena").locator("button", has_text="New sign-in link").click()
    page.locator("[data-copy]").click()
    expect(page.locator("[data-copy]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#new-link").input_value()
