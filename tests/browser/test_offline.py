"""Text typed without a connection: kept, brought back, and the same for everybody in the end."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.server import Server
from tests.support.wait import until
from tests.support.workspace import (
    SYNC_STATUS,
    Wire,
    block,
    characters_on_device,
    editor,
    enter,
    enter_by_wire,
    expect_sign,
    on_device,
    person,
    text_of,
    write,
    write_here,
)


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo()["meetings"][0]
    return found


def expect_equal(section: str, *pages: Page) -> str:
    """All pages come to show the same text of a section; which it is."""

    def texts() -> set[str]:
        return {text_of(page, section) for page in pages}

    until(lambda: len(texts()) == 1, f"one text of {section} on all pages")
    return texts().pop()


def test_both_write_while_one_is_offline_and_then_read_the_same(meeting: dict[str, Any], people: People) -> None:
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
    assert axe.violations(away) == []
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
    other.reload()
    expect_sign(other, "saved")
    assert expect_equal("notes", away, other) == text


def test_a_killed_server_takes_nothing_along(server: Server, meeting: dict[str, Any], people: People) -> None:
    one = enter(people, person(meeting, "case_manager"))
    two = enter(people, person(meeting, "team_staff"))
    write(one, "notes", "Before. ")
    expect(block(two, "notes")).to_contain_text("Before.")
    server.kill9()
    write(one, "notes", "While it was down. ")
    expect_sign(one, "lost")
    write(two, "present_levels", "Here too. ")
    server.start()
    expect_sign(one, "back", "saved")
    expect_sign(two, "back", "saved")
    for section, words in {"notes": ("Before.", "While it was down."), "present_levels": ("Here too.",)}.items():
        text = expect_equal(section, one, two)
        for word in words:
            assert text.count(word) == 1
    assert server.run("verify").returncode == 0


def test_after_a_minute_it_says_to_stay(meeting: dict[str, Any], people: People) -> None:
    page, _wire = enter_by_wire(people, person(meeting, "case_manager"), clock=True)
    page.context.set_offline(True)
    expect_sign(page, "lost")
    page.clock.fast_forward(61_000)
    expect_sign(page, "still_offline")
    expect(page.locator("saved-sign [role=status]")).to_have_text("Still offline – do not close this page")
    expect(page.locator("connection-banner")).to_contain_text("do not close this page")
    assert axe.violations(page) == []


def test_text_without_an_ack_survives_the_tab(server: Server, meeting: dict[str, Any], people: People) -> None:
    page = enter(people, person(meeting, "case_manager"))
    context, address = page.context, page.url
    server.kill9()
    write(page, "notes", "The tab died on me. ")
    until(lambda: characters_on_device(page) == len("The tab died on me. "), "the text on the device")
    page.close()  # without its questions: as in a crash
    server.start()
    page = context.new_page()
    page.goto(address)
    expect(block(page, "notes")).to_contain_text("The tab died on me.")
    expect_sign(page, "saved")
    until(lambda: on_device(page)["outbox"] == 0, "acked text leaves the device")
    other = enter(people, person(meeting, "team_staff"))
    assert expect_equal("notes", page, other).count("The tab died on me.") == 1


def test_text_sent_but_not_confirmed_is_not_doubled(meeting: dict[str, Any], people: People) -> None:
    page, wire = enter_by_wire(people, person(meeting, "case_manager"))
    other = enter(people, person(meeting, "team_staff"))
    wire.hold = lambda kind: kind == SYNC_STATUS
    write(page, "notes", "Once only. ")
    expect(block(other, "notes")).to_contain_text("Once only.")
    until(lambda: on_device(page)["outbox"] == 1, "the text on the device")
    wire.cut(4205)
    wire.drop()
    expect_sign(page, "back", "saved")
    until(lambda: on_device(page)["outbox"] == 0, "acked text leaves the device")
    assert expect_equal("notes", page, other).count("Once only.") == 1


def test_whoever_is_removed_is_told_and_keeps_the_text(meeting: dict[str, Any], people: People) -> None:
    page, wire = enter_by_wire(people, person(meeting, "team_staff"))
    wire.hold = lambda kind: kind == SYNC_STATUS
    write(page, "notes", "My last words here.")
    expect_sign(page, "saving")
    wire.cut(4403)
    expect_sign(page, "removed")
    expect(page.locator("connection-banner")).to_contain_text("not in this meeting any more")
    expect(block(page, "notes")).to_contain_text("My last words here.")
    assert axe.violations(page) == []


def test_an_old_ticket_is_replaced_once(meeting: dict[str, Any], people: People) -> None:
    page, wire = enter_by_wire(people, person(meeting, "case_manager"))
    before = wire.connects
    wire.cut(4401)
    expect_sign(page, "back", "saved")
    assert wire.connects == before + 1


def test_the_text_that_comes_does_not_move_what_is_read(meeting: dict[str, Any], people: People) -> None:
    """Neither the page coming alive, nor somebody's text above, nor a banner moves the reading line."""
    reader = enter(people, person(meeting, "case_manager"))
    other = enter(people, person(meeting, "team_staff", 1))
    reader.locator("#section-services").evaluate(
        "element => element.scrollIntoView({block: 'center', behavior: 'instant'})"
    )
    place = "document.querySelector('#title-services').getBoundingClientRect().top"
    before = reader.evaluate(place)
    for _ in range(4):
        write(other, "present_levels", "A line that pushes everything below it down.")
        other.keyboard.press("Enter")
    expect(block(reader, "present_levels")).to_contain_text("pushes everything")
    expect_sign(other, "saved")
    assert abs(reader.evaluate(place) - before) <= 1
    reader.context.set_offline(True)
    expect(reader.locator("connection-banner")).to_contain_text("Connection lost")
    assert abs(reader.evaluate(place) - before) <= 1
    reader.context.set_offline(False)
    expect(reader.locator("connection-banner")).to_be_empty()
    assert abs(reader.evaluate(place) - before) <= 1


def test_the_page_coming_alive_does_not_move_what_is_read(meeting: dict[str, Any], people: People) -> None:
    page = people.page()
    wire = Wire(page)
    wire.hold = lambda _kind: True
    page.goto(person(meeting, "case_manager")["sign_in_url"])
    with page.expect_navigation():
        page.locator("main form[method=post] button").click()
    page.locator("#section-accommodations").evaluate(
        "element => element.scrollIntoView({block: 'start', behavior: 'instant'})"
    )
    expect(page.locator("saved-sign")).to_have_attribute("data-state", "connecting")
    expect(page.locator("saved-sign [role=status]")).to_have_text("Connecting…")
    place = "document.querySelector('#title-accommodations').getBoundingClientRect().top"
    before = page.evaluate(place)
    wire.release()
    expect_sign(page, "saved")
    expect(editor(page, "accommodations")).to_be_visible()
    assert abs(page.evaluate(place) - before) <= 1
    assert page.evaluate("document.activeElement === document.body")
