"""Text that the server does not take is never lost: its author gets it back, with the reason."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

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
    text_of,
    write,
    write_here,
)


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(live=True, brief=True)["meetings"][0]
    return found


@pytest.fixture
def lead(meeting: dict[str, Any]) -> Iterator[Colleague]:
    with Colleague(meeting, "case_manager") as colleague:
        yield colleague


def letters(words: str) -> str:
    """The words without what parts them, which is not the same on a page and in a document."""
    return re.sub(r"\s", "", words)


def test_text_for_a_section_made_final_meanwhile_is_kept(
    meeting: dict[str, Any], lead: Colleague, people: People
) -> None:
    parent = enter(
        people, person(meeting, "parent", 1), viewport=PHONE, permissions=["clipboard-read", "clipboard-write"]
    )
    # They write offline; meanwhile the section is made final.
    parent.locator('.bottom-bar a[href="#view-draft"]').click()
    write_here(parent, "notes")
    parent.context.set_offline(True)
    expect_sign(parent, "lost")
    write(parent, "notes", "We want speech twice a week. ")
    lead.finalize("notes")
    parent.context.set_offline(False)

    card = parent.locator("kept-text article")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Meeting notes")
    expect(card).to_contain_text("made this section final")
    expect(card.locator(".kept-words")).to_contain_text("We want speech twice a week.")
    expect(card.locator(".kept-words > *")).to_have_count(1)  # the author's block alone, not the whole section
    expect_sign(parent, "refused")
    expect(parent.locator("connection-banner")).to_contain_text("not accepted")
    # The section is the server's again, and may be read only.
    expect(editor(parent, "notes")).to_have_count(0)
    kept = letters(lead.open("notes").whole_text)
    until(lambda: letters(text_of(parent, "notes")) == kept, "the server's text")
    assert letters("speech twice") not in kept
    # The rest goes on.
    write_here(parent, "placement")
    write(parent, "placement", "This still works.")
    lead.reads("placement", "This still works.")
    assert axe.violations(parent, within="kept-text, connection-banner, saved-sign, #section-notes") == []

    card.locator("button", has_text="Copy my text").click()
    expect(card.locator(".kept-said")).to_have_text("Copied")
    assert "We want speech twice a week." in parent.evaluate("navigator.clipboard.readText()")

    until(lambda: on_device(parent) == {"outbox": 0, "kept": 1}, "the kept text on the device, and nothing else")
    parent.reload()
    parent.locator("connection-banner a", has_text="Show my text").click()
    expect(card.locator(".kept-words")).to_contain_text("We want speech twice a week.")
    card.locator("button", has_text="Dismiss").click()
    expect(card).to_contain_text("for good?")
    card.locator("button", has_text="Keep it").click()
    expect(card.locator("button", has_text="Dismiss")).to_be_focused()
    card.locator("button", has_text="Dismiss").click()
    card.locator("button", has_text="Remove it").click()
    expect(card).to_have_count(0)
    expect_sign(parent, "saved", "back")
    until(lambda: on_device(parent)["kept"] == 0, "dismissed text to leave the device")
    parent.reload()
    expect_sign(parent, "saved")
    expect(card).to_have_count(0)


def test_every_reason_is_in_words_and_text_of_a_dead_tab_is_kept_that_comes_too_late_until_one_signs_out(
    meeting: dict[str, Any], lead: Colleague, people: People
) -> None:
    parent, wire = enter_by_wire(people, person(meeting, "parent"))
    document = block(parent, "notes").get_attribute("document")
    strings = json.loads(parent.locator("#page-data").inner_text())["strings"]
    reasons = ("role", "phase", "paused", "final", "closed", "invalid", "too_big", "conflict", "not_found")
    for count, reason in enumerate(reasons, 1):
        wire.hold = lambda kind: kind == SYNC_STATUS
        write(parent, "notes", f"Refused: {reason}.")
        expect_sign(parent, "saving")
        wire.tell({"event": "refused", "document": document, "reason": reason}, document)
        wire.drop()
        why = parent.locator("kept-text .kept-why")
        expect(why).to_have_count(count)
        expect(why.filter(has_text=strings[f"refused.{reason}"])).to_have_count(1)

    # The text of a tab that died.
    expect(editor(parent, "notes")).to_be_visible()
    until(lambda: on_device(parent) == {"outbox": 0, "kept": len(reasons)}, "kept, and nothing unsent")
    context, address = parent.context, parent.url
    context.set_offline(True)
    expect_sign(parent, "lost")
    write(parent, "notes", "From before the crash. ")
    until(lambda: characters_on_device(parent) == len("From before the crash. "), "the text on the device")
    parent.close()
    lead.finalize("notes")
    context.set_offline(False)
    parent = context.new_page()
    parent.goto(address)
    kept = parent.locator("kept-text article")
    expect(kept).to_have_count(len(reasons) + 1)
    expect(kept.filter(has_text="From before the crash.")).to_have_count(1)
    expect(block(parent, "notes")).not_to_contain_text("From before the crash.")
    until(lambda: on_device(parent) == {"outbox": 0, "kept": len(reasons) + 1}, "kept, and no more unsent")

    # All of it goes with signing out.
    Asked(parent, accept=True)
    with parent.expect_navigation():
        sign_out(parent)
    assert on_device(parent) == {"outbox": 0, "kept": 0}
