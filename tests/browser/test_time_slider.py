"""The history of a meeting by slider and keyboard, and who wrote the words that somebody marks."""

import re

from playwright.sync_api import expect

from tests.support.axe import violations
from tests.support.browser import People
from tests.support.server import Server
from tests.support.workspace import enter, expect_sign, person, write

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
    lead = enter(people, person(meeting, "case_manager"))
    write(lead, "notes", "Owls read aloud.")
    expect_sign(lead, "saved")
    here = f"{server.url}/m/{meeting['id']}/history"
    lead.goto(f"{here}?section=notes")
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
    lead.goto(f"{server.url}/m/{meeting['id']}")
    write(lead, "notes", " A long story: ")
    lead.keyboard.insert_text("Owls " * 9_000)
    expect_sign(lead, "saved")
    page = lead.request.get(f"{here}?section=notes").text()
    assert "data-plain" in page
    assert 'class="by ' not in page
    lead.goto(f"{here}?section=notes")
    expect(lead.locator("#moment .moment:not([data-plain]) .by", has_text="A long story: Owls Owls")).to_be_visible()
