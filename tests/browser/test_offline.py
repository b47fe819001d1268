"""Text typed without a connection: kept, brought back, and the same for everybody in the end."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.wait import until
from tests.support.workspace import (
    SYNC_STATUS,
    Wire,
    block,
    characters_on_device,
    editor,
    enter,
    expect_sign,
    on_device,
    person,
    text_of,
    write,
    write_here,
)

# Where a page says how its connection is.
SAYS = "connection-banner, saved-sign"


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(brief=True)["meetings"][0]
    return found


def expect_equal(section: str, *pages: Page) -> str:
    """All pages come to show the same text of a section; which it is."""

    def texts() -> set[str]:
        return {text_of(page, section) for page in pages}

    until(lambda: len(texts()) == 1, f"one text of {section} on all pages")
    return texts().pop()


def letters(text: str) -> str:
    """Without the gaps between words and paragraphs."""
    return "".join(text.split())


def moved(page: Page) -> bool:
    """True: what stands between a page and its server goes on only while Playwright is asked for something."""
    return bool(page.evaluate("true"))


def test_both_write_while_one_is_offline_and_then_read_the_same_also_after_a_killed_server_and_a_dead_tab(
    server: Server, meeting: dict[str, Any], people: People
) -> None:
    away = enter(people, person(meeting, "case_manager"), viewport=PHONE)
    other = enter(people, person(meeting, "team_staff"))
    write_here(away, "notes")
    away.context.set_offline(True)
    expect_sign(away, "lost")
    write(away, "notes", "Written on the bus. ")
    expect(away.locator("saved-sign time")).to_have_text("1 edit kept on this device")
    expect(away.locator("connection-banner")).to_contain_text("Connection lost")
    expect(away.locator("connection-banner")).to_contain_text("1 edit kept")
    expect(away.locator("presence-list")).to_be_hidden()
    assert axe.violations(away, within=SAYS) == []
    until(lambda: on_device(away)["outbox"] == 1, "the text on the device")
    write(other, "notes", "Written at school. ")
    expect_sign(other, "saved")
    expect(block(away, "notes")).not_to_contain_text("Written at school.")

    away.context.set_offline(False)
    expect_sign(away, "back")
    expect(away.locator("saved-sign [role=status]")).to_have_text("Back online – all changes saved")
    text = expect_equal("notes", away, other)
    assert "Written on the bus." in text
    assert "Written at school." in text
    expect(away.locator("connection-banner")).to_be_empty()
    expect(other.locator("section-presence:not(:empty)")).to_contain_text("Dana Whitlock")
    until(lambda: on_device(away)["outbox"] == 0, "acked text leaves the device")
    with Colleague(meeting, "lea_representative") as newcomer:
        assert letters(newcomer.open("notes").whole_text) == letters(text)

    # A killed server and a dead tab take nothing along.
    context, address = other.context, other.url
    write(away, "notes", "Before. ")
    expect(block(other, "notes")).to_contain_text("Before.")
    server.kill9()
    write(away, "notes", "While it was down. ")
    expect_sign(away, "lost")
    write(other, "present_levels", "The tab died on me. ")
    until(lambda: characters_on_device(other) == len("The tab died on me. "), "the text on the device")
    other.close()  # without its questions: as in a crash
    server.start()
    expect_sign(away, "back", "saved")
    other = context.new_page()
    other.goto(address)
    expect(block(other, "present_levels")).to_contain_text("The tab died on me.")
    expect_sign(other, "back", "saved")
    until(lambda: on_device(other)["outbox"] == 0, "acked text leaves the device")
    for section, words in {
        "notes": ("Before.", "While it was down."),
        "present_levels": ("The tab died on me.",),
    }.items():
        text = expect_equal(section, away, other)
        for word in words:
            assert text.count(word) == 1
    assert server.run("verify", "--meeting", meeting["id"]).returncode == 0


def test_what_is_read_stays_while_text_comes_and_the_connection_goes_and_text_is_sent_once_however_that_is_ended(
    meeting: dict[str, Any], people: People
) -> None:
    """After a minute without a connection the page says to stay; and whoever is removed keeps the text."""
    wires: list[Wire] = []

    def prepare(page: Page) -> None:
        page.clock.install()
        wires.append(Wire(page))
        wires[0].hold = lambda _kind: True

    page = people.signed_in(person(meeting, "team_staff"), prepare=prepare)
    place = "document.querySelector('#title-accommodations').getBoundingClientRect().top"
    page.locator("#section-accommodations").evaluate(
        "element => element.scrollIntoView({block: 'start', behavior: 'instant'})"
    )
    expect(page.locator("saved-sign")).to_have_attribute("data-state", "connecting")
    expect(page.locator("saved-sign [role=status]")).to_have_text("Connecting…")
    before = page.evaluate(place)
    wires[0].release()
    expect_sign(page, "saved")
    expect(editor(page, "accommodations")).to_be_visible()
    assert abs(page.evaluate(place) - before) <= 1
    assert page.evaluate("document.activeElement === document.body")

    place = "document.querySelector('#title-services').getBoundingClientRect().top"
    page.locator("#section-services").evaluate(
        "element => element.scrollIntoView({block: 'center', behavior: 'instant'})"
    )
    before = page.evaluate(place)
    with Colleague(meeting, "team_staff", 1) as other:
        other.add("present_levels", *4 * ["A line that pushes everything below it down."])
    page.wait_for_function(
        "words => document.querySelector('[section=present_levels]').textContent.split(words).length === 5",
        arg="A line that pushes everything below it down.",
    )
    assert abs(page.evaluate(place) - before) <= 1
    page.context.set_offline(True)
    expect_sign(page, "lost")
    expect(page.locator("connection-banner")).to_contain_text("Connection lost")
    assert abs(page.evaluate(place) - before) <= 1
    page.clock.fast_forward(61_000)
    expect_sign(page, "still_offline")
    expect(page.locator("saved-sign [role=status]")).to_have_text("Still offline – do not close this page")
    expect(page.locator("connection-banner")).to_contain_text("do not close this page")
    assert axe.violations(page, within=SAYS) == []
    page.context.set_offline(False)
    expect(page.locator("connection-banner")).to_be_empty()
    assert abs(page.evaluate(place) - before) <= 1
    expect_sign(page, "back", "saved")

    # However the server ends the connection, text is sent once. An old ticket is replaced, once.
    (wire,) = wires
    before = wire.connects
    wire.cut(4401)
    until(lambda: moved(page) and wire.connects > before, "another connection")
    expect_sign(page, "back", "saved")
    assert wire.connects == before + 1
    # What was sent but not confirmed is not doubled.
    with Colleague(meeting, "lea_representative") as other:
        wire.hold = lambda kind: kind == SYNC_STATUS
        write(page, "notes", "Once only. ")
        until(lambda: moved(page) and "Once only." in other.open("notes").whole_text, "the text at another's")
        until(lambda: on_device(page)["outbox"] == 1, "the text on the device")
        wire.cut(4205)
        wire.drop()
        expect_sign(page, "back", "saved")
        until(lambda: on_device(page)["outbox"] == 0, "acked text leaves the device")
        text = text_of(page, "notes")
        assert text.count("Once only.") == 1
        until(lambda: letters(other.open("notes").whole_text) == letters(text), "one text at both")
    assert wire.connects == before + 2
    # Whoever is removed is told, and keeps the text.
    wire.hold = lambda kind: kind == SYNC_STATUS
    write(page, "notes", "My last words here.")
    expect_sign(page, "saving")
    wire.cut(4403)
    expect_sign(page, "removed")
    expect(page.locator("connection-banner")).to_contain_text("not in this meeting any more")
    expect(block(page, "notes")).to_contain_text("My last words here.")
    assert axe.violations(page, within=SAYS) == []
