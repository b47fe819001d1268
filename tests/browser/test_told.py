"""Whatever a page was busy with when something happened: in the end it shows what happened."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser import People
from tests.support.server import Server
from tests.support.workspace import STATELESS, Wire, enter, person, show_panel, start_meeting

TOPIC = "Audiobook accounts for home"


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


def park(page: Page) -> None:
    show_panel(page, "to_do")
    page.locator("#panel-body a", has_text="Park a topic").click()
    page.locator("#field-text").fill(TOPIC)
    page.locator("#field-raised_by").select_option(index=1)
    page.locator("#panel-body button", has_text="Park it").click()
    expect(page.locator("#parking li", has_text=TOPIC)).to_be_visible()


def test_a_part_on_its_way_while_something_happens_comes_anew(people: People, meeting: dict[str, Any]) -> None:
    lead = enter(people, person(meeting, "case_manager"))
    teacher = enter(people, person(meeting, "team_staff"))
    start_meeting(lead)
    expect(teacher.locator("#meeting-status .phase-live")).to_be_visible()
    late: list[Route] = []

    def hold(route: Route) -> None:
        """The first answer is from before the act, and comes after it."""
        if late:
            route.continue_()
            return
        late.append(route)
        answer = route.fetch()
        park(lead)
        route.fulfill(response=answer)

    teacher.route("**/to-do", hold)
    show_panel(teacher, "to_do")
    expect(teacher.locator("#parking li", has_text=TOPIC)).to_be_visible()


def test_what_happened_before_the_socket_was_open_is_asked_for(
    server: Server, people: People, meeting: dict[str, Any]
) -> None:
    lead = enter(people, person(meeting, "case_manager"))
    start_meeting(lead)
    cookies = enter(people, person(meeting, "team_staff")).context.storage_state()
    teacher = people.page(storage_state=cookies)
    wire = Wire(teacher)
    wire.hold = lambda _type: True
    teacher.goto(f"{server.url}/m/{meeting['id']}")
    before = teacher.locator("#agenda-now .agenda-now-title").inner_text()
    lead.locator("#agenda-now button", has_text="Next item").click()
    expect(lead.locator("#agenda-now .agenda-now-title")).not_to_have_text(before)
    wire.lose(STATELESS)
    wire.release()
    expect(teacher.locator("#agenda-now .agenda-now-title")).not_to_have_text(before)


def test_a_tab_that_is_there_is_not_fetched_over_what_somebody_types(people: People, meeting: dict[str, Any]) -> None:
    teacher = enter(people, person(meeting, "team_staff"))
    show_panel(teacher, "comments")
    thread = teacher.locator("#comments .thread").first
    thread.locator("summary", has_text="Answer").click()
    words = thread.locator("textarea").first
    words.fill("Half a sen")
    asked: list[str] = []
    teacher.on("request", lambda request: asked.append(request.url))
    show_panel(teacher, "comments")
    teacher.evaluate("() => fetch('/healthz')")
    assert not [url for url in asked if url.endswith("/comments")]
    expect(words).to_have_value("Half a sen")


def test_another_place_stands_on_everybodys_page(people: People, meeting: dict[str, Any]) -> None:
    teacher = enter(people, person(meeting, "team_staff"))
    lead = people.signed_in(person(meeting, "case_manager"))
    lead.goto(lead.url + "/arrangement")
    lead.locator("#field-place").fill("The library")
    lead.locator("#change button[type=submit]").click()
    expect(teacher.locator(".work-place")).to_have_text("The library")
