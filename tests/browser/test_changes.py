"""What changed since a parent last looked, on a phone and in Spanish: in words, in the text, and marked as seen."""

from playwright.sync_api import expect

from tests.support.axe import violations
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import editor, enter, expect_sign, person


def test_a_parent_sees_what_changed_in_words_and_in_the_text(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    parent = people.signed_in(person(meeting, "parent"), viewport=PHONE, locale="es-US", has_touch=True)
    here = f"{server.url}/m/{meeting['id']}"
    parent.goto(f"{here}/changes")
    lead = enter(people, person(meeting, "case_manager"))
    minutes = editor(lead, "services").locator('.field[data-name="minutes"] dd').first
    before = minutes.inner_text().strip()
    minutes.click()
    lead.keyboard.press("End")
    lead.keyboard.type(" (45)")
    expect_sign(lead, "saved")

    parent.reload()
    told = parent.locator("section.card .change")
    expect(told).to_have_count(1)
    expect(told).to_contain_text(f"Minutos: {before} → ahora es {before} (45)")
    expect(told).to_contain_text("cambio hecho por Dana Whitlock")
    assert violations(parent) == []
    parent.get_by_role("link", name="Mostrarlo en el texto").tap()
    text = parent.locator(".redline")
    expect(text.locator("ins")).to_contain_text("agregado:")
    expect(text.locator("ins")).to_have_css("text-decoration-line", "underline")
    expect(text.locator("del")).to_have_count(0)
    assert violations(parent) == []
    parent.set_viewport_size({"width": 320, "height": 640})
    assert parent.evaluate("document.documentElement.scrollWidth <= 320")
    parent.go_back()
    assert parent.evaluate("document.documentElement.scrollWidth <= 320")
    parent.get_by_role("button", name="Ya lo vi").tap()
    expect(parent.get_by_role("status")).to_contain_text("Anotado solo para usted.")
    expect(parent.locator(".empty")).to_contain_text("Nada ha cambiado desde")
    assert violations(parent) == []
