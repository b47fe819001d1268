"""Who is here: in the head, in each section, and said aloud seldom."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import editor, enter, enter_by_wire, expect_sign, person, stop_time, write


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(brief=True)["meetings"][0]
    return found


def in_section(page: Page, section: str) -> Any:
    return page.locator(f"#section-{section} section-presence")


def test_everybody_here_is_listed_once_with_their_place(meeting: dict[str, Any], people: People) -> None:
    dana = enter(people, person(meeting, "case_manager"))
    expect(dana.locator("presence-list summary")).to_contain_text("Only you")
    marcus = enter(people, person(meeting, "team_staff"))
    second = marcus.context.new_page()  # one person, two tabs
    second.goto(marcus.url)
    expect_sign(second, "saved")
    peter = enter(people, person(meeting, "parent", 1), viewport=PHONE)
    for page in (dana, marcus, peter):
        expect(page.locator("presence-list summary")).to_contain_text("3 here")

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
    marcus.close()
    expect(dana.locator("presence-list summary")).to_contain_text("Only you")


def test_coming_and_going_is_said_in_one_sentence(meeting: dict[str, Any], people: People) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "case_manager"), clock=True)
    said = page.locator("[data-announcer]")
    page.clock.fast_forward(5_000)
    expect(said).to_be_empty()
    account = meeting["url"].partition("/m/")[0] + "/account"
    others = [people.signed_in(person(meeting, "team_staff", number), to=account) for number in (0, 1)]
    expect(page.locator("presence-list summary")).to_contain_text("Only you")
    page.clock.fast_forward(11_000)
    stop_time(page)  # together, however long a page takes to come
    for other in others:
        other.evaluate("address => { location.href = address; }", meeting["url"])
    expect(page.locator("presence-list summary")).to_contain_text("3 here")
    page.clock.fast_forward(11_000)
    expect(said).to_have_text("Helen Sato and Marcus Obi joined.")
    write(others[0], "notes", "Typing is nothing to announce.")
    expect(in_section(page, "notes")).to_contain_text("Marcus Obi")
    page.clock.fast_forward(11_000)
    expect(said).to_have_text("Helen Sato and Marcus Obi joined.")
    others[1].close()
    expect(page.locator("presence-list summary")).to_contain_text("2 here")
    page.clock.fast_forward(11_000)
    expect(said).to_have_text("Helen Sato left.")


def test_a_caret_shows_whose_it_is_and_whoever_comes_back_is_seen_at_once(
    meeting: dict[str, Any], people: People
) -> None:
    dana = enter(people, person(meeting, "case_manager"))
    marcus = enter(people, person(meeting, "team_staff"))
    names = dana.locator("presence-list summary")
    expect(names).to_contain_text("2 here")
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


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
def test_whoever_comes_to_a_section_moves_nothing_in_it(
    meeting: dict[str, Any], people: People, options: dict[str, Any]
) -> None:
    reader = enter(people, person(meeting, "case_manager"), **options)
    writer = enter(people, person(meeting, "team_staff"))
    place = "document.querySelector('#section-present_levels section-editor').getBoundingClientRect().top"
    before = reader.evaluate(place)
    editor(writer, "present_levels").focus()
    expect(reader.locator("#section-present_levels section-presence")).to_contain_text("Here now: Marcus Obi")
    assert reader.evaluate(place) == before
