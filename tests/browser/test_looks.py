"""What stands beside something stands beside it, as one sees it."""

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


def test_a_choice_stands_beside_its_words_and_the_dots_between_the_facts_of_a_meeting_are_no_links(
    server: Server, people: People
) -> None:
    meeting = server.demo()["meetings"][0]
    here = f"{server.url}/m/{meeting['id']}"
    page = people.signed_in(person(meeting, "case_manager"), to=f"{here}/excusals")
    apart = page.evaluate(BESIDE)
    assert len(apart) > 4
    assert max(apart) <= 2

    page.goto(f"{here}/arrangement")
    page.locator("#field-video_link").fill("https://meet.example.org/room")
    page.locator("#field-video_link").press("Enter")
    page.wait_for_url("**/arrangement?*")
    page.goto(here)
    page.locator(".work-facts .work-video").wait_for()
    assert page.evaluate(DOTS) == ["span", "span", "span"]
