"""A section whose stored text was changed: said in its place, and the rest of the page goes on."""

from playwright.sync_api import expect
from sqlalchemy import text

from tests.support import axe
from tests.support.browser import People
from tests.support.server import Server
from tests.support.tamper import opened
from tests.support.workspace import block, editor, enter, person, write


def test_a_damaged_section_leaves_the_others_alone(server: Server, people: People) -> None:
    meeting = server.demo(brief=True)["meetings"][0]
    page = enter(people, person(meeting, "case_manager"))
    notes = block(page, "notes").get_attribute("document")
    server.stop()
    with opened(server.data / "roundtable.sqlite3") as connection:
        connection.execute(text("DELETE FROM snapshot"))
        connection.execute(text("UPDATE entry SET payload = x'0000' WHERE document_id = :it"), {"it": notes})
        connection.commit()
    server.start()
    banner = page.locator("connection-banner")
    expect(banner).to_contain_text("what is stored of them is damaged: Meeting notes", timeout=20_000)
    page.reload()
    expect(block(page, "notes")).to_contain_text("cannot be shown just now")
    expect(banner).to_contain_text("Meeting notes")
    assert axe.violations(page, within="#section-notes, connection-banner") == []
    expect(editor(page, "placement")).to_be_visible()
    write(page, "placement", "This still works.")
    expect(page.locator("saved-sign")).to_contain_text("saved")
    page.goto(f"{page.url.split('#')[0]}/sections/{notes}/history")
    page.locator("main ul a, main ol a").first.click()
    expect(page.locator("main")).to_contain_text("damaged")
