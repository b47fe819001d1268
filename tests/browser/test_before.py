"""The parents' door on a phone, in Spanish: from the link to the first answer in three taps, and no password."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.axe import violations
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.wait import until
from tests.support.workspace import person


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


def at_the_door(people: People, meeting: dict[str, Any]) -> Page:
    """A parent's phone, where their link leads before the meeting."""
    door = meeting["url"] + "/before"
    return people.signed_in(person(meeting, "parent"), to=door, viewport=PHONE, locale="es-US", has_touch=True)


def test_from_the_link_to_the_first_answer_in_three_taps(meeting: dict[str, Any], people: People) -> None:
    page = people.page(person(meeting, "parent")["sign_in_url"], viewport=PHONE, locale="es-US", has_touch=True)
    taps = (
        page.locator("main form[method=post] button"),
        page.locator(".next-thing .button.primary"),
        page.get_by_role("button", name="Quiero hablar de esto"),
    )
    for tap in taps:
        with page.expect_navigation():
            tap.tap()
    expect(page.get_by_role("status")).to_contain_text("Anotado.")
    expect(taps[-1]).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("heading", level=1)).to_have_text("Niveles actuales")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= 320")


def test_words_are_kept_while_they_are_typed_and_while_the_network_is_away(
    meeting: dict[str, Any], people: People
) -> None:
    page = at_the_door(people, meeting)
    page.get_by_role("link", name="Escribir con sus propias palabras").first.tap()
    field, sign = page.get_by_role("textbox"), page.locator("[data-sign]")
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Qué hace bien su hijo o hija?")
    expect(field).to_have_accessible_name("¿Qué hace bien su hijo o hija?")
    field.fill("Sabe mucho del espacio.")
    expect(sign).to_have_text("Guardado")
    page.context.set_offline(True)
    field.press_sequentially(" Y cocina.")
    expect(sign).to_have_text("Aún no se ha guardado. Deje esta página abierta.")
    page.context.set_offline(False)
    expect(sign).to_have_text("Guardado")
    page.reload()
    expect(field).to_have_value("Sabe mucho del espacio. Y cocina.")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= 320")
    page.get_by_role("button", name="Siguiente").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Qué le preocupa?")


def test_words_typed_before_the_scripts_came_are_kept(meeting: dict[str, Any], people: People) -> None:
    page = at_the_door(people, meeting)
    held: list[Route] | None = []

    def hold(route: Route) -> None:
        if held is None:
            route.continue_()
        else:
            held.append(route)

    page.route(re.compile(r"\.js(\?|$)"), hold)
    page.get_by_role("link", name="Escribir con sus propias palabras").first.tap()
    field, sign = page.get_by_role("textbox"), page.locator("[data-sign]")
    expect(page.get_by_role("heading", level=1)).to_have_text("¿Qué hace bien su hijo o hija?")
    until(lambda: page.evaluate("1") and held, "the page to ask for its scripts")
    field.fill("Sabe mucho del espacio.")
    waiting, held = held or [], None
    for route in waiting:
        route.continue_()
    expect(sign).to_have_text("Guardado")
    page.reload()
    expect(field).to_have_value("Sabe mucho del espacio.")
