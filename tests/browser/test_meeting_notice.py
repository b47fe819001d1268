"""A parent comes by a link, on a phone and in Spanish, and answers the notice; the case manager sends it again."""

import re

from playwright.sync_api import Page, expect

from tests.support.axe import violations
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import person


def whole(page: Page) -> None:
    """Nothing for axe to find, and nothing that stands out of a narrow page."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_parent_answers_and_the_case_manager_sees_it(server: Server, people: People) -> None:
    meeting = server.demo()["meetings"][0]
    url = f"{server.url}/m/{meeting['id']}"
    mother = people.signed_in(person(meeting, "parent"), to=f"{url}/notice", viewport=PHONE, locale="es-US")
    mother.get_by_role("link", name="Responder").click()
    mother.get_by_label("Necesito otro horario").check()
    mother.get_by_label("Si necesita otro horario").fill("Los lunes después de las 3")
    mother.get_by_role("button", name="Guardar mi respuesta").click()
    expect(mother.get_by_role("status")).to_contain_text("Su respuesta está guardada")
    whole(mother)

    leader, narrow = person(meeting, "case_manager"), {"width": 320, "height": 700}
    lead = people.signed_in(leader, to=f"{url}/invitations", viewport=narrow, color_scheme="dark")
    expect(lead.locator("main")).to_contain_text("Los lunes después de las 3")
    whole(lead)
    lead.get_by_role("link", name="Send the notice again").click()
    expect(lead.locator("main")).to_contain_text("Le invitamos a esta reunión.")
    whole(lead)
    lead.get_by_role("button", name="Write the letters").click()
    expect(lead.get_by_role("heading", name="Hand these letters over")).to_be_visible()
    letter = lead.get_by_label(re.compile("Letter for Elena"))
    expect(letter).to_have_value(re.compile(r"/invite/[\w-]{43}\?to=notice"))
    whole(lead)
