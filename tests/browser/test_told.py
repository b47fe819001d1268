"""Whatever a page was busy with when something happened: in the end it shows what happened."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser import People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.workspace import STATELESS, Wire, enter, person, show_panel

TOPIC = "Audiobook accounts for home"
NEXT = re.compile(r'id="lead-next"[^>]*action="[^"]*(/agenda/[^"/]+/act)"')


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(live=True)["meetings"][0]
    return found


@pytest.fixture
def lead(meeting: dict[str, Any]) -> Iterator[Colleague]:
    with Colleague(meeting, "case_manager") as colleague:
        yield colleague


def test_a_part_on_its_way_while_something_happens_comes_anew(
    people: People, meeting: dict[str, Any], lead: Colleague
) -> None:
    teacher = enter(people, person(meeting, "team_staff"))
    late: list[Route] = []

    def hold(route: Route) -> None:
        """The first answer is from before the act, and comes after it."""
        if late:
            route.continue_()
            return
        late.append(route)
        answer = route.fetch()
        assert TOPIC not in answer.text()
        lead.act("/parking/new", text=TOPIC)
        route.fulfill(response=answer)

    teacher.route("**/to-do", hold)
    show_panel(teacher, "to_do")
    expect(teacher.locator("#parking li", has_text=TOPIC)).to_be_visible()


def test_what_happened_before_the_socket_was_open_is_asked_for(
    people: People, meeting: dict[str, Any], lead: Colleague
) -> None:
    wires: list[Wire] = []

    def hold(page: Page) -> None:
        wires.append(Wire(page))
        wires[0].hold = lambda _type: True

    teacher = people.signed_in(person(meeting, "team_staff"), prepare=hold)
    before = teacher.locator("#agenda-now .agenda-now-title").inner_text()
    (following,) = NEXT.findall(lead.person.look(f"{lead.here}/agenda"))
    lead.act(following, act="next")
    (wire,) = wires
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


def test_another_place_stands_on_everybodys_page(people: People, meeting: dict[str, Any], lead: Colleague) -> None:
    teacher = enter(people, person(meeting, "team_staff"))
    lead.act("/arrangement", place="The library")
    expect(teacher.locator(".work-place")).to_have_text("The library")
