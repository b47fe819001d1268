"""What stands beside something stands beside it, as one sees it."""

from typing import Any

import pytest

from tests.support.browser import People
from tests.support.server import Server
from tests.support.workspace import person

BESIDE = """() => [...document.querySelectorAll("#ask .form-field.check")].map((field) => {
  const words = document.createRange();
  words.selectNodeContents(field.querySelector("label"));
  const [box, line] = [field.querySelector("input").getBoundingClientRect(), words.getClientRects()[0]];
  return Math.abs(box.top + box.height / 2 - line.top - line.height / 2);
})"""
DOTS = """() => [...document.querySelectorAll(".work-facts *")]
  .filter((one) => getComputedStyle(one, "::before").content.includes("·")).map((one) => one.localName)"""


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


def test_each_choice_stands_beside_its_words(server: Server, people: People, meeting: dict[str, Any]) -> None:
    page = people.signed_in(person(meeting, "case_manager"))
    page.goto(f"{server.url}/m/{meeting['id']}/excusals")
    apart = page.evaluate(BESIDE)
    assert len(apart) > 4
    assert max(apart) <= 2


def test_the_dots_between_the_facts_of_a_meeting_are_no_links(
    server: Server, people: People, meeting: dict[str, Any]
) -> None:
    page = people.signed_in(person(meeting, "case_manager"))
    page.goto(f"{server.url}/m/{meeting['id']}/arrangement")
    page.locator("#field-video_link").fill("https://meet.example.org/room")
    page.locator("#field-video_link").press("Enter")
    page.wait_for_url("**/arrangement?*")
    page.goto(f"{server.url}/m/{meeting['id']}")
    page.locator(".work-facts .work-video").wait_for()
    assert page.evaluate(DOTS) == ["span", "span", "span"]
