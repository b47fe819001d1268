"""Between meetings: a parent's message and a new value of progress come to pages that are open already."""

from playwright.sync_api import expect

from tests.support.axe import violations
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import person


def test_open_pages_show_what_comes_and_keep_what_is_being_typed(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    url = f"{server.url}/m/{meeting['id']}"
    lead = people.signed_in(person(meeting, "case_manager"), to=f"{url}/messages")
    lead.get_by_text("Write to Elena Vasquez").click()
    lead.get_by_label("To Elena Vasquez").fill("Half a sentence")
    mother = people.signed_in(person(meeting, "parent"), to=f"{url}/messages", viewport=PHONE, locale="es-US")
    mother.get_by_label("Su mensaje").fill("Llora los lunes.")
    mother.get_by_role("button", name="Enviar").click()
    expect(mother.get_by_role("status")).to_contain_text("Enviado.")
    expect(lead.locator("#messages")).to_contain_text("Llora los lunes.")
    expect(lead.get_by_label("To Elena Vasquez")).to_have_value("Half a sentence")
    # That it was on the page is noted, and told to who wrote it.
    expect(mother.locator("#messages")).to_contain_text("Leído primero por Dana Whitlock")
    assert violations(mother) == []

    lead.goto(f"{url}/progress")
    staff = people.signed_in(person(meeting, "team_staff"), to=f"{url}/progress")
    staff.get_by_role("combobox", name="Goal").select_option(index=1)
    staff.get_by_role("textbox", name="Value").fill("84")
    staff.get_by_role("button", name="Note the value").click()
    expect(staff.get_by_role("status")).to_contain_text("Saved.")
    expect(lead.locator("#progress circle")).to_have_count(1)
