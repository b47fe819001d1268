"""What changed since a parent last looked, on a phone and in Spanish: in words, in the text, and marked as seen."""

from playwright.sync_api import expect
from pycrdt import XmlElement, XmlFragment, XmlText

from tests.support.axe import violations
from tests.support.browser import PHONE, People
from tests.support.colleague import Colleague, texts
from tests.support.server import Server
from tests.support.workspace import person


def first_minutes(root: XmlFragment) -> XmlText:
    return next(
        text
        for text in texts(root)
        if isinstance(text.parent, XmlElement) and text.parent.attributes.get("name") == "minutes"
    )


def test_a_parent_sees_what_changed_in_words_and_in_the_text(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    here, mother = f"{server.url}/m/{meeting['id']}/changes", person(meeting, "parent")
    parent = people.signed_in(mother, to=here, viewport=PHONE, locale="es-US", has_touch=True)
    with Colleague(meeting, "case_manager") as lead:
        minutes = first_minutes(lead.open("services").root)
        before = str(minutes)
        lead.change("services", lambda _: minutes.insert(len(before), " (45)"))

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
