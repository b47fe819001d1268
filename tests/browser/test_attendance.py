"""Attendance as the facilitator and a parent see it: live, and by one touch for whoever sits in the room."""

from playwright.sync_api import expect

from tests.support.browser import People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.workspace import enter, person, show_panel, start_meeting


def test_who_comes_is_listed_and_corrected_and_an_empty_seat_is_the_facilitators_to_know(
    server: Server, people: People
) -> None:
    meeting = server.demo(brief=True)["meetings"][0]
    dana = enter(people, person(meeting, "case_manager"))
    peter = enter(people, person(meeting, "parent", 1))
    for page in (dana, peter):
        show_panel(page, "people")
    seats = dana.locator("#empty-seats")
    here = dana.locator(".people-panel .here")
    expect(here).to_have_count(0)

    start_meeting(dana)
    expect(here).to_have_count(2)  # both were at the page already
    expect(peter.locator(".people-panel .here")).to_have_count(2)
    with Colleague(meeting, "team_staff", 1) as helen:
        helen.open("notes")
        expect(here).to_have_count(3)
        expect(seats).to_be_empty()

        dana.locator("#head-goals button", has_text="Discuss").click()
        expect(seats).to_contain_text("Regular education teacher: this seat is empty while “Goals” is discussed")
        expect(seats).to_contain_text("Marcus Obi is not here.")
        expect(peter.locator("#head-goals .state-in_discussion")).to_be_visible()
        expect(peter.locator("#empty-seats")).to_be_empty()

        marcus = dana.locator(".people-panel .row", has_text="Marcus Obi")
        marcus.locator("button", has_text="Is in the room").click()
        expect(marcus.locator(".here")).to_be_visible()
        expect(seats).not_to_contain_text("Marcus Obi")
        expect(peter.locator(".people-panel .row", has_text="Marcus Obi")).to_contain_text("In person")

        dana.locator("#head-goals button", has_text="End discussion").click()
        expect(seats).to_be_empty()

        # The record, as the parent reads it.
        peter.locator(".people-panel a", has_text="Attendance").click()
        expect(peter.locator(".record-table tbody tr")).to_have_count(4)
        expect(peter.locator(".record-table tbody tr", has_text="Marcus Obi")).to_contain_text("noted by Dana Whitlock")

        # The case manager corrects an entry.
        dana.locator(".people-panel a", has_text="Attendance").click()
        entry = dana.locator("li[id^=correct-]", has_text="Helen Sato")
        entry.locator("summary", has_text="Correct").click()
        entry.locator("select[name=how]").select_option("video")
        entry.locator("button", has_text="Save").click()
        expect(dana.locator(".record-table tbody tr", has_text="Helen Sato")).to_contain_text("By video")
