"""Who wrote what, read beside the draft; and a version brought back while somebody else has the section open."""

from playwright.sync_api import expect

from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import block, enter, expect_sign, person, write

HISTORY = '#head-notes a[data-panel="history"]'


def test_a_version_comes_back_on_everybodys_screen(server: Server, people: People) -> None:
    meeting = server.demo(brief=True)["meetings"][0]
    lead = enter(people, person(meeting, "case_manager"))
    other = enter(people, person(meeting, "team_staff"))
    write(lead, "notes", " Written first.")
    expect(block(other, "notes")).to_contain_text("Written first.")
    write(other, "notes", " Written by mistake.")
    expect(block(lead, "notes")).to_contain_text("Written by mistake.")
    expect_sign(other, "saved")

    lead.locator(HISTORY).click()
    panel = lead.locator("#panel-body")
    rows = panel.locator(".history-list li")
    expect(rows.nth(0)).to_contain_text("Marcus Obi")
    expect(rows.nth(0)).to_contain_text("characters added")
    expect(rows.nth(1)).to_contain_text("Dana Whitlock")
    assert axe.violations(lead, within="#panel-body") == []
    mistaken = (rows.nth(0).locator("a").get_attribute("href") or "").rpartition("/")[2]
    rows.nth(1).locator("a").click()
    expect(panel.locator(".version-text")).to_contain_text("Written first.")
    expect(panel.locator(".version-text")).not_to_contain_text("by mistake")
    assert axe.violations(lead, within="#panel-body") == []
    panel.locator("summary", has_text="Bring this version back").click()
    panel.locator("button", has_text="Bring it back").click()
    for page in (lead, other):
        expect(block(page, "notes")).not_to_contain_text("by mistake")
        expect(block(page, "notes")).to_contain_text("Written first.")
    expect(rows.nth(0)).to_contain_text("brought back")
    # Nobody's editor is the worse for it.
    write(other, "notes", " And on we go.")
    expect(block(lead, "notes")).to_contain_text("And on we go.")

    # A passage alone, while the other goes on in a paragraph of their own.
    other.keyboard.press("Enter")
    write(other, "notes", "A thought of mine")
    expect_sign(other, "saved")
    lead.goto(f"{server.url}/m/{meeting['id']}/history/passages?section=notes&at={mistaken}")
    assert axe.violations(lead) == []
    lead.get_by_label("it reads otherwise today").check()
    lead.get_by_role("button", name="Bring the chosen back").click()
    expect(lead.get_by_role("status")).to_contain_text("stands in the text again")
    expect(block(other, "notes")).to_contain_text("Written by mistake.")
    expect(block(other, "notes")).to_contain_text("A thought of mine")
    other.keyboard.insert_text(", gone on with.")
    expect(block(other, "notes")).to_contain_text("A thought of mine, gone on with.")
    expect_sign(other, "saved")
    assert server.run("verify", "--meeting", meeting["id"]).returncode == 0


def test_on_a_phone_it_is_a_page_of_its_own(server: Server, people: People) -> None:
    page = enter(people, person(server.demo(brief=True)["meetings"][0], "advocate"), viewport=PHONE)
    page.locator(HISTORY).click()
    expect(page.locator("h1, h3").filter(has_text="History of")).to_be_visible()
    page.locator(".history-list a").first.click()
    expect(page.locator(".version-text")).to_contain_text("This notes text was made for a load test")
    expect(page.locator("summary", has_text="Bring this version back")).to_have_count(0)  # an advocate edits nothing
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
