"""The agenda live, in the browsers of two people: the pointer, clocks, order, the call to one place, notes."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.colleague import SECTION, Colleague
from tests.support.server import Server
from tests.support.wait import until
from tests.support.workspace import characters_on_device, enter, expect_sign, on_device, person, start_meeting, write

FIRST = "Welcome, roles, purpose, norms"
SECOND = "Jonah’s slides"
ITEM = re.compile(r'<li id="item-[^"]+" class="agenda-item [^>]*data-item="([^"]+)"')


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


@pytest.fixture
def live_meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(live=True)["meetings"][0]
    return found


@pytest.fixture
def brief_meeting(server: Server) -> dict[str, Any]:
    """Where the agenda is not what is looked at: live, with two items."""
    found: dict[str, Any] = server.demo(live=True, brief=True)["meetings"][0]
    return found


def now(page: Page) -> Locator:
    return page.locator("#agenda-now")


def order(page: Page) -> list[str]:
    return page.locator("#agenda-items .agenda-name").all_inner_texts()


def seconds(clock: Locator) -> int:
    """What a clock shows before its "of"."""
    found = re.match(r"(?:(\d+):)?(\d+):(\d+)", clock.inner_text())
    assert found
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])


def item(page: Page, number: int) -> Locator:
    return page.locator("#agenda-items > li").nth(number - 1)


def test_the_order_by_keyboard_and_by_dragging_then_the_pointer_moves_for_everybody_and_clocks_run(
    meeting: dict[str, Any], people: People
) -> None:
    dana = enter(people, person(meeting, "case_manager"))
    peter = enter(people, person(meeting, "parent", 1))
    before = order(dana)
    item(dana, 4).locator("summary").focus()
    dana.keyboard.press("Alt+ArrowUp")
    moved = [*before[:2], before[3], before[2], *before[4:]]
    for page in (dana, peter):
        expect(page.locator("#agenda-items .agenda-name")).to_have_text(moved)
    expect(item(dana, 3).locator("summary")).to_be_focused()  # so that it can be moved on
    dana.keyboard.press("Alt+ArrowUp")
    moved = [before[0], before[3], before[1], before[2], *before[4:]]
    expect(peter.locator("#agenda-items .agenda-name")).to_have_text(moved)

    handle = item(dana, 2).locator(".drag-handle")
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), item(dana, 4).bounding_box()
    assert start
    assert end
    dana.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    dana.mouse.down()
    dana.mouse.move(end["x"] + 40, end["y"] + end["height"] - 6, steps=5)
    dana.mouse.up()
    for page in (dana, peter):
        expect(page.locator("#agenda-items .agenda-name")).to_have_text(before)
    expect(peter.locator(".drag-handle")).to_have_count(0)

    expect(peter.locator("#agenda")).to_contain_text("Planned: 90 minutes")
    start_meeting(dana)
    for page in (dana, peter):
        expect(now(page)).to_contain_text(FIRST)
        clock = now(page).locator("item-clock .clock-time")
        expect(clock).to_contain_text("of 6:00")
        expect(clock).not_to_contain_text("0:00 of")  # it runs by itself
    item(peter, 5).locator("summary").click()  # an open item stays open when the rail comes anew
    now(dana).get_by_role("button", name="Next item").click()
    for page in (dana, peter):
        expect(now(page)).to_contain_text(SECOND)
        expect(item(page, 1)).to_have_class(re.compile("state-done"))
        expect(page.locator("meeting-clock")).to_contain_text("ahead of plan")
    expect(item(peter, 5).locator("details")).to_have_attribute("open", "")
    expect(peter.locator("#agenda-said")).to_contain_text(SECOND)
    expect(now(peter).get_by_role("button")).to_have_count(0)
    assert axe.violations(dana, "#rail") == []

    # Elsewhere and back: an item out of its turn, and nothing of the others' screens moved.
    item(dana, 5).locator("summary").click()
    item(dana, 5).get_by_role("button", name="Go here now").click()
    expect(now(peter)).to_contain_text("Goals 1–4")
    expect(item(peter, 2)).to_have_class(re.compile("state-open"))
    now(dana).get_by_role("button", name="More time needed").click()
    expect(now(peter)).to_contain_text("in another meeting")

    # Who calls everybody is told so.
    now(dana).get_by_role("button", name="Bring everyone here").click()
    expect(dana.locator("gather-bar")).to_contain_text("You asked everybody")
    expect(peter.locator("gather-bar")).to_contain_text("Dana Whitlock asks everybody to come to “Goals 1–4”")


def test_a_time_box_warns_and_cuts_nobody_off(brief_meeting: dict[str, Any], people: People) -> None:
    page = enter(people, person(brief_meeting, "case_manager"), prepare=lambda page: page.clock.install())
    clock = now(page).locator("item-clock")
    expect(clock).not_to_have_class(re.compile("over"))
    page.clock.fast_forward(6 * 60_000 + 90_000)
    expect(clock).to_have_class(re.compile("over"))
    expect(clock).to_contain_text("over time")
    assert seconds(clock.locator(".clock-time")) > 7 * 60
    expect(page.locator("meeting-clock")).to_contain_text("1 minute behind plan")
    write(page, "notes", "Still writing.")
    expect_sign(page, "saved")
    expect(now(page)).to_contain_text(FIRST)


def test_bring_everyone_here_offers_and_moves_nobody_but_who_goes_along(
    live_meeting: dict[str, Any], people: People
) -> None:
    marcus = enter(people, person(live_meeting, "team_staff"))
    peter = enter(people, person(live_meeting, "parent", 1))
    with Colleague(live_meeting, "case_manager") as dana:
        items = ITEM.findall(dana.person.look(f"{dana.here}/agenda"))

        def act(number: int, what: str) -> None:
            dana.act(f"/agenda/{items[number - 1]}/act", act=what)

        act(5, "point")
        expect(now(marcus)).to_contain_text("Goals 1–4")
        for page in (marcus, peter):
            page.locator("#title-present_levels").scroll_into_view_if_needed()
        act(5, "gather")
        for page in (marcus, peter):
            expect(page.locator("gather-bar")).to_contain_text("Dana Whitlock asks everybody to come to “Goals 1–4”")
            expect(page.locator("#title-goals")).not_to_be_in_viewport()
        marcus.locator("gather-bar").get_by_role("link", name="Go").click()
        expect(marcus.locator("#title-goals")).to_be_in_viewport()
        expect(marcus.locator("gather-bar")).to_be_hidden()
        peter.locator("gather-bar").get_by_role("button", name="Stay here").click()
        expect(peter.locator("gather-bar")).to_be_hidden()
        expect(peter.locator("#title-goals")).not_to_be_in_viewport()
        peter.reload()
        expect_sign(peter, "saved", "readonly", "back")
        expect(peter.locator("gather-bar")).to_be_hidden()  # answered is answered
        act(5, "gather")
        expect(peter.locator("gather-bar")).to_be_visible()

        # Whoever has said to come along comes to each item's section by themselves, unless they are typing.
        for page in (marcus, peter):
            page.get_by_label("Come along").check()
        write(marcus, "present_levels", "One more word.")
        act(8, "point")
        expect(peter.locator("#title-placement")).to_be_in_viewport()
        expect(now(marcus)).to_contain_text("placement")
        expect(marcus.locator("#title-placement")).not_to_be_in_viewport()

        # What is read back meanwhile does not lie over the call.
        dana.act(f"/sections/{dana.documents['notes']}/read-back")
        expect(peter.locator("#read-back-notes")).to_be_visible()
        act(8, "gather")
        call = peter.locator("gather-bar", has_text="placement")  # the one before, to the goals, is still there
        call.get_by_role("button", name="Stay here").click()
        expect(peter.locator("gather-bar")).to_be_hidden()


def test_notes_are_written_together_and_parked_topics_and_promises_are_seen_by_everybody(
    brief_meeting: dict[str, Any], people: People
) -> None:
    dana = enter(people, person(brief_meeting, "case_manager"))
    peter = enter(people, person(brief_meeting, "parent", 1))
    for page in (dana, peter):
        page.locator(".panel-tabs a", has_text="Notes").click()
        expect(page.locator("item-notes [contenteditable=true]")).to_be_visible()
        expect(page.locator("#item-title")).to_contain_text(FIRST)
    notes = dana.locator("item-notes [contenteditable=true]")
    notes.click()
    dana.keyboard.insert_text("Everybody said who they are.")
    expect(peter.locator("item-notes")).to_contain_text("Everybody said who they are.")
    peter.locator("item-notes [contenteditable=true]").click()
    peter.keyboard.press("Control+End")
    peter.keyboard.insert_text(" And why they came.")
    expect(notes).to_contain_text("who they are. And why they came.")

    # The rail and the facts come anew; the text and the caret stay.
    now(dana).get_by_role("button", name="Next item").click()
    expect(peter.locator("#item-facts")).to_contain_text("The meeting is at")
    peter.keyboard.insert_text(" Good.")
    expect(notes).to_contain_text("they came. Good.")
    peter.get_by_role("link", name="Show its notes").click()
    expect(peter.locator("#item-title")).to_contain_text(SECOND)
    expect(peter.locator("item-notes [contenteditable=true]")).to_have_text("")
    peter.locator(".item-others a").first.click()
    expect(peter.locator("item-notes")).to_contain_text("they came. Good.")
    expect_sign(peter, "saved", "back")
    assert axe.violations(peter, "#panel-body") == []

    # On a phone they are a page of their own, live as well.
    phone = people.page(storage_state=peter.context.storage_state(), viewport=PHONE)
    phone.goto(f"{brief_meeting['url']}/agenda/notes")
    expect_sign(phone, "saved", "back")
    phone.get_by_role("button", name="Write here").click()
    phone.locator("section-editor [contenteditable=true]").click()
    phone.keyboard.insert_text("He drew a rocket.")
    dana.locator(".panel-tabs a", has_text="Notes").click()
    expect(dana.locator("item-notes")).to_contain_text("He drew a rocket.")
    phone.close()

    # What is put off for later, and what becomes of it.
    for page in (dana, peter):
        page.locator(".panel-tabs a", has_text="To do").click()
        expect(page.locator("#parking")).to_contain_text("Nothing is waiting here")
    peter.get_by_role("link", name="Park a topic").click()
    peter.get_by_label("What is it about?").fill("Audiobook accounts for home")
    peter.get_by_role("button", name="Park it").click()
    for page in (dana, peter):
        expect(page.locator("#parking")).to_contain_text("Audiobook accounts for home")
    dana.get_by_role("link", name="What becomes of it").click()
    dana.get_by_label("As a follow-up").check()
    dana.get_by_role("button", name="Save").click()
    expect(dana.locator(".error-summary")).to_contain_text("Choose who does it")  # what was typed is still there
    expect(dana.get_by_label("As a follow-up")).to_be_checked()
    dana.get_by_label("Who does it").select_option(label="Peter Lind")
    dana.get_by_label("By when").fill("2096-03-05")
    dana.get_by_role("button", name="Save").click()
    for page in (dana, peter):
        expect(page.locator("#follow-ups")).to_contain_text("by Mar 5, 2096")
        expect(page.locator("#parking")).to_contain_text("Nothing is waiting here")
    peter.get_by_role("button", name="Mark as done").click()
    expect(dana.locator("#follow-ups")).to_contain_text("1 is done")
    assert axe.violations(dana, "#panel-body") == []


def test_notes_written_without_a_connection_arrive_with_the_next_page(
    brief_meeting: dict[str, Any], people: People
) -> None:
    marcus = enter(people, person(brief_meeting, "team_staff"))
    marcus.locator(".panel-tabs a", has_text="Notes").click()
    expect(marcus.locator("item-notes [contenteditable=true]")).to_be_visible()
    with Colleague(brief_meeting, "case_manager") as dana:
        ((name, item_id),) = SECTION.findall(dana.person.look(f"{dana.here}/agenda/notes"))
        dana.documents[item_id] = name
        notes = dana.open(item_id)
        marcus.context.set_offline(True)
        expect_sign(marcus, "lost")
        marcus.locator("item-notes [contenteditable=true]").click()
        words = "Said while the network was down."
        marcus.keyboard.insert_text(words)
        until(lambda: characters_on_device(marcus) >= len(words), "the notes on the device")
        marcus.close()
        assert "network" not in notes.whole_text
        marcus.context.set_offline(False)
        page = marcus.context.new_page()  # where nobody looks at the notes
        page.goto(brief_meeting["url"])
        dana.reads(item_id, words)
        until(lambda: on_device(page)["outbox"] == 0, "nothing left on the device")
