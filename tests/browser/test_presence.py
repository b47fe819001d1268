"""Who is here: in the head, in each section, and said aloud seldom."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from server.sync.lib0 import sized, uint
from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.colleague import Colleague
from tests.support.frames import awareness_frame
from tests.support.server import Server
from tests.support.workspace import (
    READY,
    editor,
    enter,
    enter_by_wire,
    expect_sign,
    person,
    stop_time,
    write,
)

PLACE = "document.querySelector('#section-present_levels section-editor').getBoundingClientRect().top"


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(brief=True)["meetings"][0]
    return found


def in_section(page: Page, section: str) -> Any:
    return page.locator(f"#section-{section} section-presence")


def say_where(colleague: Colleague, number: int, section: str | None) -> None:
    """What their page says: that they are here, and in which section; `number` is the browser's."""
    document = colleague.open("present_levels")
    state = sized(json.dumps({"section": section}).encode())
    clock = 2 if section else 1  # what is said later has a later one
    document.client.send(awareness_frame(document.key, uint(1) + uint(number) + uint(clock) + state))


def test_everybody_here_is_listed_once_with_their_place_moves_nothing_and_is_seen_at_once_on_coming_back(
    meeting: dict[str, Any], people: People
) -> None:
    dana = enter(people, person(meeting, "case_manager"))
    expect(dana.locator("presence-list summary")).to_contain_text("Only you")
    marcus = enter(people, person(meeting, "team_staff"))
    second = marcus.context.new_page()  # one person, two tabs
    second.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    second.goto(marcus.url)
    expect_sign(second, "saved")
    peter = enter(people, person(meeting, "parent", 1), viewport=PHONE)
    for page in (dana, marcus, peter):
        expect(page.locator("presence-list summary")).to_contain_text("3 here")

    # Whoever comes to a section moves nothing in it, on a wide screen and on a phone.
    phone = people.page(meeting["url"], storage_state=dana.context.storage_state(), viewport=PHONE)
    expect_sign(phone, *READY)
    before = [page.evaluate(PLACE) for page in (dana, phone)]
    editor(marcus, "present_levels").focus()
    for page in (dana, phone):
        expect(in_section(page, "present_levels")).to_contain_text("Here now: Marcus Obi")
    assert [page.evaluate(PLACE) for page in (dana, phone)] == before
    expect(phone.locator("presence-list summary")).to_contain_text("3 here")  # it is Dana's too
    phone.close()

    editor(marcus, "placement").focus()
    expect(in_section(dana, "placement")).to_have_text("MO" + "Here now: Marcus Obi")
    expect(in_section(marcus, "placement")).to_be_empty()  # oneself one knows
    # A reader of everything sees it too, on a phone as well.
    expect(in_section(peter, "placement")).to_contain_text("Marcus Obi")

    editor(dana, "present_levels").focus()  # leaving a text by opening the list changes the list
    dana.locator("presence-list summary").click()
    rows = dana.locator("presence-list li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Dana Whitlock (you)")
    expect(rows.filter(has_text="Marcus Obi")).to_contain_text("In Placement")
    expect(rows.filter(has_text="Peter Lind")).to_contain_text("Reading")
    assert axe.violations(dana, "presence-list") == []
    rows.filter(has_text="Marcus Obi").locator("a").click()
    expect(dana.locator("#title-placement")).to_be_in_viewport()
    expect(rows.first).to_be_hidden()

    editor(marcus, "notes").focus()
    expect(in_section(dana, "placement")).to_be_empty()
    expect(in_section(dana, "notes")).to_contain_text("Marcus Obi")
    marcus.locator("#meeting-status").click()  # out of the text
    marcus.evaluate("document.activeElement.blur()")
    expect(in_section(dana, "notes")).to_be_empty()

    peter.close()
    expect(dana.locator("presence-list summary")).to_contain_text("2 here")
    second.close()
    expect(dana.locator("presence-list summary")).to_contain_text("2 here")

    # A caret shows whose it is, and whoever comes back is seen at once.
    names = dana.locator("presence-list summary")
    write(marcus, "notes", "Here I am. ")
    caret = editor(dana, "notes").locator('[data-name="Marcus Obi"]')
    expect(caret).to_have_count(1)
    # Also without a move of theirs: a browser says on its own only every 15 seconds that it is there.
    marcus.context.set_offline(True)
    expect_sign(marcus, "lost")
    expect(names).to_contain_text("Only you")
    expect(caret).to_have_count(0)
    marcus.context.set_offline(False)
    expect_sign(marcus, "back", "saved")
    expect(names).to_contain_text("2 here")
    editor(marcus, "notes").focus()
    expect(caret).to_have_count(1)
    marcus.close()
    expect(caret).to_have_count(0)
    expect(names).to_contain_text("Only you")


def test_coming_and_going_is_said_in_one_sentence(meeting: dict[str, Any], people: People) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "case_manager"), clock=True)
    said = page.locator("[data-announcer]")
    page.clock.fast_forward(5_000)
    expect(said).to_be_empty()
    expect(page.locator("presence-list summary")).to_contain_text("Only you")
    page.clock.fast_forward(11_000)
    stop_time(page)
    with Colleague(meeting, "team_staff") as marcus:
        with Colleague(meeting, "team_staff", 1) as helen:
            for number, other in enumerate((marcus, helen), 1):
                say_where(other, number, None)
            expect(page.locator("presence-list summary")).to_contain_text("3 here")
            page.clock.fast_forward(11_000)
            expect(said).to_have_text("Helen Sato and Marcus Obi joined.")
            marcus.add("notes", "Typing is nothing to announce.")
            say_where(marcus, 1, "notes")
            expect(in_section(page, "notes")).to_contain_text("Marcus Obi")
            page.clock.fast_forward(11_000)
            expect(said).to_have_text("Helen Sato and Marcus Obi joined.")
        expect(page.locator("presence-list summary")).to_contain_text("2 here")
        page.clock.fast_forward(11_000)
        expect(said).to_have_text("Helen Sato left.")
