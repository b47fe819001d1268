"""The saved sign tells the truth: what it says is tied to the server's acks."""

import re
import sqlite3
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
    Asked,
    block,
    characters_on_device,
    editor,
    enter,
    enter_by_wire,
    expect_sign,
    on_device,
    person,
    sign_out,
    write,
)

CLOCK = re.compile(r"\d{1,2}:\d\d")


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(brief=True)["meetings"][0]
    return found


def test_saved_is_said_with_the_ack_leaving_asks_before_it_and_signing_out_ends_every_tab_and_leaves_nothing(
    meeting: dict[str, Any], people: People
) -> None:
    page, wire = enter_by_wire(people, person(meeting, "case_manager"))
    asked = Asked(page)
    words = page.locator("saved-sign [role=status]")
    expect(words).to_have_text("All changes saved")
    expect(page.locator("saved-sign time")).to_be_empty()  # nothing was edited yet

    wire.hold = lambda kind: kind == SYNC_STATUS
    write(page, "notes", "Held back. ")
    expect_sign(page, "saving")
    expect(words).to_have_text("Saving…")
    # Committed and shown to others; but without the ack this page cannot know.
    with Colleague(meeting, "team_staff") as other:
        other.reads("notes", "Held back.")
    expect_sign(page, "saving")
    until(lambda: on_device(page)["outbox"] == 1, "the unacked text on the device")
    assert axe.violations(page, "saved-sign") == []
    page.close(run_before_unload=True)
    until(lambda: page.evaluate("1") and asked.kinds, "the question before the page is left")
    assert asked.kinds == ["beforeunload"]

    wire.release()
    expect_sign(page, "saved")
    expect(page.locator("saved-sign time")).to_have_text(CLOCK)
    until(lambda: on_device(page)["outbox"] == 0, "acked text leaves the device")
    page.reload()
    assert asked.kinds == ["beforeunload"]

    # Signing out asks as well, while something is not saved.
    expect_sign(page, "saved")
    second = page.context.new_page()
    second.goto(page.url)
    expect_sign(second, "saved")
    wire.hold = lambda kind: kind == SYNC_STATUS
    write(page, "notes", "Said too late.")
    expect_sign(page, "saving")
    until(lambda: on_device(page)["outbox"] == 1, "the unacked text on the device")

    sign_out(page)
    until(lambda: page.evaluate("1") and len(asked.questions) == 2, "the question before signing out")
    assert "not saved" in asked.questions[1]
    expect_sign(page, "saving")  # still here

    asked.accept = True
    with page.expect_navigation():
        page.locator('.work-menu form[action="/sign-out"] button').click()
    expect(second.locator("saved-sign")).to_have_attribute("data-state", "signed_out")
    expect(second.locator("connection-banner a")).to_have_attribute("href", "/sign-in")
    expect(second.locator("connection-banner")).to_contain_text("You signed out in another window")
    assert axe.violations(second, "connection-banner") == []
    assert on_device(page) == {"outbox": 0, "kept": 0}

    # What is written there all the same is nowhere else, so leaving asks.
    write(second, "notes", "Nowhere else.")
    leaving = Asked(second)
    second.locator("connection-banner a").click(no_wait_after=True)
    until(lambda: second.evaluate("1") and leaving.kinds == ["beforeunload"], "the question")


def test_who_may_not_write_reads_that(meeting: dict[str, Any], people: People) -> None:
    page = people.signed_in(person(meeting, "interpreter"), viewport=PHONE)
    expect_sign(page, "readonly")
    expect(page.locator("saved-sign .sign-short")).to_be_visible()
    expect(page.locator("saved-sign [role=status]")).to_have_text("Read only")
    expect(editor(page, "notes")).to_have_count(0)
    assert axe.violations(page, "saved-sign") == []


def test_starting_pausing_and_going_on_reach_open_pages(meeting: dict[str, Any], people: People) -> None:
    parent = enter(people, person(meeting, "parent"))
    expect(editor(parent, "notes")).to_have_count(0)
    with Colleague(meeting, "case_manager") as lead:
        lead.act("/phase", phase="live")
        expect(editor(parent, "notes")).to_be_visible()
        editor(parent, "notes").focus()
        lead.pause()
        expect(editor(parent, "notes")).to_have_count(0)
        expect(parent.locator("#meeting-status .paused")).to_be_visible()
        # Whoever wrote there keeps their place on the page.
        assert parent.evaluate("document.activeElement.getAttribute('section')") == "notes"
        lead.pause(paused=False)
        expect(editor(parent, "notes")).to_be_visible()
        write(parent, "notes", "We are glad.")
        lead.reads("notes", "We are glad.")


def test_text_comes_through_a_dead_connection_and_a_lost_session_but_not_to_whoever_comes_next(
    server: Server, meeting: dict[str, Any], people: People
) -> None:
    # A connection that died without a word is noticed.
    page, wire = enter_by_wire(people, person(meeting, "case_manager"), clock=True)
    before = wire.connects
    wire.hold = lambda _kind: True
    write(page, "notes", "Into the void. ")
    expect_sign(page, "saving")
    page.clock.fast_forward(35_000)
    until(lambda: page.evaluate("1") and wire.connects > before, "another connection")
    wire.drop()
    expect_sign(page, "back", "saved")
    expect(block(page, "notes")).to_contain_text("Into the void.")
    until(lambda: on_device(page)["outbox"] == 0, "acked text leaves the device")

    # Who lost the session finds the text after signing in again.
    context, address, session = page.context, page.url, page.context.cookies()
    asked = Asked(page)
    context.clear_cookies()
    wire.cut(4401)
    expect_sign(page, "signed_out")
    write(page, "notes", "Typed after the end. ")
    until(lambda: characters_on_device(page) == len("Typed after the end. "), "the text on the device")
    page.locator("connection-banner a").click()
    page.wait_for_url("**/sign-in")
    assert asked.kinds == []  # nothing is lost by this
    context.clear_cookies()
    context.add_cookies([{**cookie} for cookie in session])  # type: ignore[typeddict-item]
    page.goto(address)
    expect_sign(page, "saved")
    expect(block(page, "notes")).to_contain_text("Typed after the end.")
    until(lambda: on_device(page)["outbox"] == 0, "acked text leaves the device")

    # Another person's is not kept for whoever comes next.
    server.kill9()
    write(page, "notes", "Mine alone.")
    until(lambda: characters_on_device(page) == len("Mine alone."), "the text on the device")
    page.close()
    server.start()
    page = context.new_page()
    page.goto(person(meeting, "team_staff")["sign_in_url"])
    with page.expect_navigation():
        page.locator("main form[method=post] button").click()
    expect_sign(page, "saved")
    until(lambda: on_device(page)["outbox"] == 0, "the other person's text to be gone")
    expect(block(page, "notes")).not_to_contain_text("Mine alone.")


def test_a_server_that_cannot_write_is_said_also_to_who_comes_then_and_a_press_writes_down_what_was_just_typed(
    server: Server, meeting: dict[str, Any], people: People
) -> None:
    # It is said, and taken back.
    page, wire = enter_by_wire(people, person(meeting, "case_manager"))
    wire.tell({"event": "storage", "state": "stuck"})
    expect_sign(page, "stuck")
    expect(page.locator("connection-banner")).to_contain_text("problem with its disk")
    assert axe.violations(page, "connection-banner") == []
    wire.tell({"event": "storage", "state": "ok"})
    expect_sign(page, "saved")
    expect(page.locator("connection-banner")).to_be_empty()

    # So it is by a server whose database is locked.
    lock = sqlite3.connect(server.data / "roundtable.sqlite3", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    write(page, "notes", "Nobody can store this yet. ")
    expect_sign(page, "stuck")
    until(lambda: on_device(page)["outbox"] == 1, "the text on the device")
    page.context.set_offline(True)
    expect_sign(page, "lost")
    page.context.set_offline(False)
    expect_sign(page, "stuck")
    lock.close()
    expect_sign(page, "saved", "back")
    expect(page.locator("connection-banner")).to_be_empty()
    with Colleague(meeting, "team_staff") as other:
        other.reads("notes", "Nobody can store this yet.")
    until(lambda: on_device(page)["outbox"] == 0, "acked text leaves the device")

    # A press may lead away, and a page that ends has no time left for the device.
    wire.hold = lambda kind: kind == SYNC_STATUS
    page.evaluate("() => { window.setTimeout = () => 1; }")  # what is due in a moment never comes
    write(page, "notes", "Just now.")
    assert characters_on_device(page) == 0
    page.mouse.move(683, 300)
    page.mouse.down()
    until(lambda: characters_on_device(page) == len("Just now."), "the text on the device")
    page.mouse.up()


def test_an_old_page_says_that_it_is_old(meeting: dict[str, Any], people: People) -> None:
    def prepare(page: Page) -> None:
        page.add_init_script("performance.now = () => 31_000")  # too late for the ticket that it brings along
        page.route(re.compile("/ticket$"), lambda route: route.continue_(post_data="schema_version=0"))

    page = people.signed_in(person(meeting, "case_manager"), prepare=prepare)
    expect(page.locator("connection-banner")).to_contain_text("newer version")
    expect_sign(page, "outdated")
    expect(editor(page, "notes")).to_have_count(0)
    assert axe.violations(page, "connection-banner") == []
    page.unroute_all()
    page.locator("connection-banner button").click()
    expect_sign(page, "saved")
    expect(editor(page, "notes")).to_be_visible()
