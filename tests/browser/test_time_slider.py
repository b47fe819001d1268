"""The history of a meeting by slider and keyboard, and who wrote the words that somebody marks."""

import re

from playwright.sync_api import expect

from tests.support.axe import violations
from tests.support.browser import People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.workspace import person

MARK = """() => {
  const text = [...document.querySelectorAll('.by-authors .by')].find((one) => one.textContent.includes('Owls'));
  const range = document.createRange();
  range.setStart(text.firstChild, text.textContent.indexOf('Owls'));
  range.setEnd(text.firstChild, text.textContent.indexOf('Owls') + 4);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def test_a_section_is_moved_through_its_history(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    dana = Colleague(meeting, "case_manager")
    dana.add("notes", "Owls read aloud.")
    here = f"{server.url}/m/{meeting['id']}/history?section=notes"
    lead = people.signed_in(person(meeting, "lea_representative"), to=here)
    text = lead.locator("#moment .by-authors")
    expect(text).to_contain_text("Owls read aloud.")
    lead.evaluate(MARK)
    lead.get_by_role("button", name="Who wrote the marked words?").click()
    told = lead.locator("#who")
    expect(told).to_contain_text("Dana Whitlock")
    expect(told.locator("blockquote")).to_have_text("Owls")
    assert violations(lead) == []

    newest = lead.url
    slider = lead.get_by_role("slider", name="Moment")
    slider.focus()
    slider.press("Home")
    expect(text).not_to_contain_text("Owls")
    expect(lead).not_to_have_url(newest)  # each moment has its address
    expect(slider).to_have_attribute("aria-valuetext", re.compile("after Dana Whitlock had written"))
    expect(slider).to_be_focused()
    slider.press("ArrowRight")
    lead.get_by_role("button", name="Play").click()
    expect(text).to_contain_text("Owls read aloud.")
    expect(lead.get_by_role("button", name="Play")).to_be_visible()  # it has come to its end
    address = lead.url
    lead.goto(address)
    expect(text).to_contain_text("Owls read aloud.")

    # A long text stands there before its colours.
    with dana:
        dana.add("notes", "A long story: " + "Owls " * 9_000)
    page = lead.request.get(here).text()
    assert "data-plain" in page
    assert 'class="by ' not in page
    lead.goto(here)
    expect(lead.locator("#moment .moment:not([data-plain]) .by", has_text="A long story: Owls Owls")).to_be_visible()
