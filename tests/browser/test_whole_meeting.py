"""A whole meeting of the sample's team, four of them at once: from the family's comments to the closed record.

Dana Whitlock leads, Priya Raman represents the district, Marcus Obi teaches; Elena Vasquez, the mother, has her phone
and reads Spanish.
"""

import re
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.workspace import block, editor, enter, finalize, show_panel, start_meeting, text_of, write

DECISION = "Jonah gets 45 minutes of reading instruction five times a week."
DISSENT = "Acepto 45 minutos para empezar. Sigo pensando que necesita clases individuales."
WORRY = "¿Quién le explica a los maestros suplentes qué necesita?"
REASON = "The team went through every open point and agreed on these words."


class Table(NamedTuple):
    dana: Page
    priya: Page
    marcus: Page
    elena: Page

    @property
    def staff(self) -> tuple[Page, ...]:
        return self.dana, self.priya, self.marcus


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


@pytest.mark.lengthy
@pytest.mark.timeout(400)
def test_a_whole_meeting(server: Server, people: People, meeting: dict[str, Any]) -> None:
    def come(name: str, **options: Any) -> Page:
        return enter(people, next(one for one in meeting["people"] if one["name"] == name), **options)

    elena = come("Elena Vasquez", viewport=PHONE, locale="es-US", has_touch=True, color_scheme="dark")
    comment_beforehand(elena)
    table = Table(come("Dana Whitlock"), come("Priya Raman"), come("Marcus Obi", color_scheme="dark"), elena)
    begin(table)
    adopt_a_wording(table)
    write_together(table)
    decide(table)
    park_and_promise(table)
    make_final(table)
    look(table.dana, table.elena)
    assert axe.violations(table.priya, "#view-decisions") == []  # in all else her page is Dana's
    close(table)
    look(table.marcus, table.elena)
    read_the_record(table, meeting)
    assert server.run("verify", "--meeting", meeting["id"]).returncode == 0


def view(phone: Page, name: str) -> None:
    """Another of the phone's four views."""
    phone.locator(f'.bottom-bar a[href="#view-{name}"]').tap()


def comment_beforehand(elena: Page) -> None:
    """Before the meeting she may not edit, and says what worries her."""
    view(elena, "draft")
    expect(block(elena, "services")).to_be_visible()
    expect(editor(elena, "services")).to_have_count(0)
    elena.locator("#head-services [data-comment-section]").tap()
    dialog = elena.locator("#comment-dialog")
    dialog.locator("textarea[name=text]").fill(WORRY)
    dialog.locator("button[type=submit]").tap()
    expect(dialog).to_be_hidden()
    assert axe.violations(elena, "#section-services") == []


def begin(table: Table) -> None:
    show_panel(table.dana, "comments")
    expect(table.dana.locator("#comments")).to_contain_text(WORRY)
    expect(table.dana.locator(".thread", has_text=WORRY).locator(".said-text[lang=es]")).to_have_text(WORRY)
    start_meeting(table.dana)
    table.dana.locator("#agenda-now button", has_text="Next item").click()
    for page in table.staff:
        expect(page.locator("#agenda-now .agenda-now-title")).to_contain_text("Jonah")
    view(table.elena, "now")
    expect(table.elena.locator("#now .now-item")).to_contain_text("Jonah")
    show_panel(table.dana, "people")
    expect(table.dana.locator(".people-panel .here")).to_have_count(4)
    table.dana.locator("#head-services button", has_text="Discuss").click()
    expect(table.elena.locator("#now-services")).to_be_visible()


def adopt_a_wording(table: Table) -> None:
    """Mr. Lind's wording for goal 4 comes into the draft under his name, on everybody's screen."""
    show_panel(table.marcus, "comments")
    thread = table.marcus.locator(".thread", has_text="sounds like sit still")
    thread.locator("button", has_text="Adopt the wording").click()
    expect(thread).to_contain_text("Marcus Obi put the wording of Peter Lind into the draft.")
    for page in table:
        expect(block(page, "goals")).to_contain_text("Jonah will begin independent work, or ask for help")
    expect(table.dana.locator("body")).not_to_contain_text("Traceback")


def write_together(table: Table) -> None:
    """At the end of a section and at its start: at one place their letters may rightly come to stand in each other."""
    write(table.marcus, "notes", " Marcus writes.")
    editor(table.dana, "notes").focus()
    table.dana.keyboard.press("Control+Home")
    table.dana.keyboard.insert_text("Dana writes. ")
    view(table.elena, "draft")
    for page in table:
        expect(block(page, "notes")).to_contain_text("Marcus writes.")
        expect(block(page, "notes")).to_contain_text("Dana writes.")


def decide(table: Table) -> None:
    """By keys; the parent dissents in her own words from her phone, and the decision says so."""
    show_panel(table.dana, "decisions")
    table.dana.evaluate("document.activeElement.blur()")
    table.dana.keyboard.press("d")
    expect(table.dana.locator("#quick-action")).to_be_focused()
    table.dana.keyboard.insert_text(DECISION)
    table.dana.keyboard.press("Control+Enter")
    reading = table.elena.locator("#decision-reading details")
    expect(reading).to_contain_text(DECISION)
    expect(table.marcus.locator("#decision-reading details")).to_contain_text(DECISION)
    reading.locator("textarea").fill(DISSENT)
    reading.locator(".position-agree_in_part").tap()
    expect(table.dana.locator("#decisions .positions .position-agree_in_part")).to_contain_text(DISSENT)
    confirm = table.dana.locator("#quick-confirm button[type=submit]")
    confirm.press("Enter")
    expect(table.dana.locator("#quick-confirm [role=alert]")).to_contain_text("Nothing was settled")
    table.dana.locator("#quick-confirm button[type=submit]").press("Enter")
    expect(table.dana.locator("#quick-decision")).to_be_hidden()
    view(table.elena, "decisions")
    settled = table.elena.locator(".decision-settled").first
    expect(settled).to_contain_text(DECISION)
    expect(settled.locator(".position-agree_in_part")).to_contain_text(DISSENT)


def park_and_promise(table: Table) -> None:
    dana = table.dana
    show_panel(dana, "to_do")
    dana.locator("#panel-body a", has_text="Park a topic").click()
    dana.locator("#field-text").fill("Audiobook accounts for home")
    dana.locator("#field-raised_by").select_option(label="Elena Vasquez")
    dana.locator("#panel-body button", has_text="Park it").click()
    parked = dana.locator("#panel-body li", has_text="Audiobook accounts for home")
    expect(parked).to_be_visible()
    # Nothing may stay in the parking lot: the meeting cannot be closed.
    dana.locator("#meeting-status button", has_text="Close the meeting").click()
    expect(dana.locator("#dialog-close")).to_contain_text("parking lot")
    dana.keyboard.press("Escape")
    parked.locator("a", has_text="What becomes of it").click()
    dana.locator("input[name=leave_as][value=follow_up]").check()
    dana.locator("#field-owner").select_option(label="Marcus Obi")
    dana.locator("#field-due").fill("2096-03-05")
    dana.locator("#panel-body button", has_text="Save").click()
    show_panel(table.marcus, "to_do")
    promise = table.marcus.locator("#panel-body li", has_text="Audiobook accounts for home")
    expect(promise.filter(has_text="Marcus Obi")).to_contain_text("Mar 5, 2096")


def make_final(table: Table) -> None:
    """The district's representative passes over the open points with a reason; the section freezes for everybody."""
    finalize(table.priya, "notes", reason=REASON)
    for page in table:
        expect(page.locator("#head-notes .state-final")).to_have_count(1)
        expect(editor(page, "notes")).to_have_count(0)
    texts = {text_of(page, "notes") for page in table}
    assert len(texts) == 1
    expect(table.marcus.locator("#head-notes .seal-badge")).to_contain_text(re.compile(r"[0-9a-f]{8}"))


def close(table: Table) -> None:
    table.dana.locator("#meeting-status button", has_text="Close the meeting").click()
    table.dana.locator("#dialog-close button[type=submit]").click()
    for page in table:
        expect(page.locator("#meeting-status .phase-closed")).to_have_count(1)
        expect(page.locator('[contenteditable="true"]')).to_have_count(0)


def look(*pages: Page) -> None:
    for page in pages:
        assert axe.violations(page) == []


def read_the_record(table: Table, meeting: dict[str, Any]) -> None:
    elena, here = table.elena, table.elena.url.partition("#")[0]
    for path in ("/so-far", "/decisions", "/attendance", "/comments", "/to-do"):
        elena.goto(here + path)
        assert axe.violations(elena) == [], path
    elena.goto(f"{here}/decisions")
    expect(elena.locator("main")).to_contain_text(DECISION)
    expect(elena.locator("main")).to_contain_text(DISSENT)
    elena.goto(f"{here}/attendance")
    for name in ("Dana Whitlock", "Priya Raman", "Marcus Obi", "Elena Vasquez"):
        expect(elena.locator("main tbody")).to_contain_text(name)
    assert meeting["id"] in elena.url
