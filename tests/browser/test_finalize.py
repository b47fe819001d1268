"""A section becomes final for everybody at once: points, the words read back on every screen, the seal."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.wait import until
from tests.support.workspace import (
    block,
    editor,
    enter,
    expect_sign,
    person,
    read_back,
    text_of,
    write,
)

WHY = "Assistive technology is agreed in the meeting; the team has looked at every point."
SECTION = "special_factors"


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(live=True)["meetings"][0]
    return found


@pytest.fixture
def team(meeting: dict[str, Any], people: People) -> tuple[Page, Page]:
    """The district's representative and a parent, in the meeting."""
    priya = enter(people, person(meeting, "lea_representative"))
    peter = enter(people, person(meeting, "parent", 1))
    expect(editor(peter, "notes")).to_be_visible()
    return priya, peter


def open_points(page: Page, section: str = SECTION) -> None:
    page.locator(f"#head-{section} a[data-panel=readiness]").click()
    expect(page.locator("#readiness")).to_be_visible()


def card(page: Page, section: str = SECTION) -> Any:
    return page.locator(f"#read-back-{section}")


def test_points_read_back_and_seal_on_every_screen(team: tuple[Page, Page]) -> None:
    priya, peter = team
    open_points(priya)
    technology = priya.locator("#readiness .point", has_text="Assistive technology")
    expect(technology).to_contain_text("To settle first")
    technology.locator("a").click()
    expect(block(priya, SECTION).get_by_text("Assistive technology")).to_be_in_viewport()
    expect(priya.locator(f"#title-{SECTION}")).to_be_focused()

    write(peter, "notes", "Ours. ")
    expect_sign(peter, "saved")
    at = peter.evaluate("window.scrollY")
    read_back(priya)
    for page in (priya, peter):
        expect(card(page)).to_be_in_viewport()
        expect(card(page)).to_contain_text("Priya Raman reads back “Special factors”.")
        expect(card(page).locator(".read-back-words")).to_contain_text("Jonah is fluent in English")
    expect(editor(peter, "notes")).to_be_focused()  # nothing was taken from whoever writes
    assert peter.evaluate("window.scrollY") == at
    assert axe.violations(peter, f"#read-back-{SECTION}") == []

    priya.locator("#seal textarea").fill(WHY)
    peter.keyboard.insert_text("And more. ")
    expect(block(priya, "notes")).to_contain_text("Ours. And more.")
    with priya.expect_response(re.compile("/readiness$")):  # the list has looked again
        peter.keyboard.insert_text("Still more. ")
    expect(priya.locator("#seal textarea")).to_have_value(WHY)

    card(peter).locator("button").click()
    expect(card(peter)).to_be_hidden()
    priya.locator("#seal button[type=submit]").click()
    for page in (priya, peter):
        expect(page.locator(f"#head-{SECTION} .state-final")).to_be_visible()
        expect(editor(page, SECTION)).to_have_count(0)
        expect(card(page)).to_have_count(0)
    assert text_of(priya, SECTION) == text_of(peter, SECTION)
    badges = [" ".join(page.locator(f"#head-{SECTION} .seal-badge").inner_text().split()) for page in (priya, peter)]
    assert badges[0] == badges[1]
    assert re.search(r"version \d+ · [0-9a-f]{8} · with open points", badges[0])

    open_points(peter)  # a parent reads what was passed over, and why
    expect(peter.locator("#readiness")).to_contain_text(WHY)
    expect(peter.locator("#readiness")).to_contain_text("The five special factors are answered (C08")
    assert len(peter.locator("#readiness input.mono").input_value()) == 64


def test_words_that_changed_since_they_were_read_back_are_not_sealed(team: tuple[Page, Page]) -> None:
    priya, peter = team
    open_points(priya, "notes")
    read_back(priya)
    expect(card(peter, "notes")).to_be_visible()
    card(peter, "notes").locator("button").click()
    reason, finalize = priya.locator("#seal textarea"), priya.locator("#seal button[type=submit]")
    reason.fill(WHY)  # a comment of the family is open
    reason.focus()
    write(peter, "notes", " Twice weekly.")
    for page in (card(priya, "notes"), priya.locator("#readiness")):
        expect(page).to_contain_text("2 words were changed by Peter Lind since.")
    expect(finalize).to_be_disabled()
    expect(reason).to_be_focused()  # whoever types the reason types on
    priya.keyboard.insert_text(" Truly.")
    expect(card(peter, "notes")).to_be_hidden()  # it was put away, and the same words are still read back
    priya.locator("#readiness button", has_text="again").click()
    expect(finalize).to_be_enabled()
    expect(card(peter, "notes")).to_be_visible()  # these are others
    expect(card(peter, "notes")).to_contain_text("Twice weekly.")
    expect(reason).to_have_value(re.compile(r" Truly\."))
    finalize.click()
    expect(peter.locator("#head-notes .state-final")).to_be_visible()
    assert "Twice weekly." in text_of(peter, "notes")


def test_on_a_phone_points_are_a_page_that_leads_back_to_the_place(meeting: dict[str, Any], people: People) -> None:
    page = enter(people, person(meeting, "parent"), viewport=PHONE)
    page.locator('.bottom-bar a[href="#view-draft"]').click()
    page.locator("#head-placement a[data-panel=readiness]").click()
    page.wait_for_url("**/readiness")
    page.locator(".point", has_text="Posibles efectos perjudiciales").or_(
        page.locator(".point", has_text="Possible harmful effects")
    ).locator("a").click()
    page.wait_for_url("**at=placement-heading-2**")
    heading = block(page, "placement").locator("h2, h3").nth(1)
    until(heading.is_visible, "the draft to be shown")
    expect(heading).to_be_in_viewport()
