"""Decisions live: four keys for the simple case, a dissent from a phone, and nothing settled over an objection."""

import re
from typing import Any, Literal
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.support import axe
from tests.support.browser import PHONE, People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.wait import until
from tests.support.workspace import READY, editor, enter, expect_sign, person, show_panel

ACTION = "Jonah gets 225 minutes of reading instruction a week."
WORDS = "Acepto 45 minutos para empezar. Quiero que esto quede escrito."
READING = "#decision-reading details"
SETTLE = re.compile(r'action="[^"]*(/decisions/[\w-]+/settle)".*?name="seen" value="([^"]*)"', re.DOTALL)


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(live=True, brief=True)["meetings"][0]
    return found


def lead_the_meeting(people: People, meeting: dict[str, Any]) -> Page:
    """The case manager's page, where keys are commands."""
    page = enter(people, person(meeting, "case_manager"))
    page.evaluate("document.activeElement.blur()")
    return page


AT_ONCE = """() => {
  const dialog = document.querySelector("#quick-decision");
  dialog.close();
  dialog.showModal();
}"""


def open_log(page: Page) -> None:
    page.locator(".panel-tabs a[data-panel=decisions]").click()
    expect(page.locator("#decisions")).to_be_visible()


def by_keys(page: Page, action: str = ACTION) -> None:
    """The first three of the four: the key, the sentence, and Ctrl+Enter."""
    page.keyboard.press("d")
    expect(page.locator("#quick-action")).to_be_focused()
    page.keyboard.insert_text(action)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#quick-confirm button[type=submit]")).to_be_focused()


def test_a_simple_decision_takes_four_keys_and_is_on_every_screen(
    server: Server, people: People, meeting: dict[str, Any]
) -> None:
    lead = lead_the_meeting(people, meeting)
    teacher = enter(people, person(meeting, "team_staff"))
    screen = people.page(f"{meeting['url']}/project", storage_state=lead.context.storage_state())
    expect(screen.locator("#stage")).to_be_visible()
    open_log(lead)
    lead.evaluate("document.activeElement.blur()")
    by_keys(lead)
    # Read back: the exact words are on the other screen too, whatever is open there.
    expect(teacher.locator(READING)).to_be_visible()
    expect(teacher.locator(READING)).to_contain_text(ACTION)
    expect(screen.locator("#stage .decision-words")).to_contain_text(ACTION)
    expect(screen.locator("#stage")).to_contain_text("Being read back")
    open_log(teacher)
    expect(teacher.locator(READING)).to_be_hidden()
    expect(teacher.locator("#decisions")).to_contain_text("Being read back")
    assert axe.violations(lead, "#quick-decision") == []
    assert axe.violations(teacher, "#decisions") == []
    lead.keyboard.press("Enter")
    expect(lead.locator("#quick-decision")).to_be_hidden()
    for page in (lead, teacher):
        card = page.locator("#decisions .decision-settled")
        expect(card).to_contain_text(ACTION)
        expect(card).to_contain_text("Agreed")
        expect(page.locator(READING)).to_have_count(0)
    expect(screen.locator("#stage .decision-words")).to_have_count(0)
    expect(lead.locator("#decisions .position-agree").first).to_contain_text("Dana Whitlock")
    # The dialog is as new for the next one.
    by_keys(lead, "The headset comes by March 8.")
    lead.keyboard.press("Enter")
    expect(teacher.locator("#decisions .decision-settled")).to_have_count(2)
    expect(teacher.locator("#decisions .decision-settled").first).to_contain_text("D2")
    assert server.run("verify", "--meeting", meeting["id"]).returncode == 0


def test_a_parents_dissent_from_a_phone_stops_the_confirming(people: People, meeting: dict[str, Any]) -> None:
    lead = lead_the_meeting(people, meeting)
    elena = enter(people, person(meeting, "parent"), viewport=PHONE, locale="es-US", has_touch=True)
    show_panel(lead, "people")
    expect(lead.locator(".people-panel .here")).to_have_count(2)  # whose coming is noted, is noted as agreeing
    open_log(lead)
    lead.evaluate("document.activeElement.blur()")
    by_keys(lead)
    reading = elena.locator(READING)
    expect(reading).to_contain_text(ACTION)
    expect(reading).to_contain_text("Está de acuerdo")
    expect(reading).to_contain_text("anotado por Dana Whitlock")
    for button in reading.locator(".position-button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    reading.locator("textarea").fill(WORDS)
    reading.locator(".position-disagree").tap()
    expect(reading.locator(".positions .position-disagree")).to_contain_text(WORDS)
    assert axe.violations(elena, "#decision-reading") == []
    # On the case manager's page, under the dialog, it stands there by itself.
    own = lead.locator("#decisions .positions .position-disagree")
    expect(own).to_contain_text("Elena Vasquez")
    expect(own).to_contain_text(WORDS)
    # The dialog still has what was there before: Enter settles nothing, and shows what is new.
    lead.keyboard.press("Enter")
    step = lead.locator("#quick-confirm")
    expect(step.locator("[role=alert]")).to_contain_text("Nothing was settled")
    expect(step).to_contain_text(WORDS)
    expect(step).to_contain_text("Somebody disagrees")
    expect(lead.locator("#decisions .decision-settled")).to_have_count(0)
    assert axe.violations(lead, "#quick-decision") == []
    lead.keyboard.press("Enter")
    settled = lead.locator("#decisions .decision-settled")
    expect(settled).to_contain_text(WORDS)
    # A dissent is as large as any other position.
    sizes = settled.locator(".position").evaluate_all("all => all.map(one => getComputedStyle(one).fontSize)")
    assert len(sizes) > 1
    assert len(set(sizes)) == 1
    expect(elena.locator(READING)).to_have_count(0)


def test_what_somebody_types_stays_while_others_act_and_is_given_back_when_the_decision_is_settled(
    people: People, meeting: dict[str, Any]
) -> None:
    lead = lead_the_meeting(people, meeting)
    teacher = enter(people, person(meeting, "team_staff"))
    by_keys(lead)
    lead.keyboard.press("Escape")
    expect(lead.locator("#quick-decision")).to_be_hidden()
    teacher.locator(f"{READING} summary").click()
    open_log(teacher)
    words = teacher.locator("#decisions .own-position textarea")
    words.click()
    teacher.keyboard.insert_text("Half a sen")
    open_log(lead)
    lead.locator("#decisions .note-other summary").click()
    note = lead.locator("#decisions .note-other form")
    note.locator("select[name=person]").select_option(label="Peter Lind")
    note.locator("select[name=position]").select_option("disagree")
    note.locator("textarea").fill("Not yet.")
    note.locator("button[type=submit]").click()
    for page in (lead, teacher):
        noted = page.locator("#decisions .positions .position-disagree")
        expect(noted).to_contain_text("Peter Lind")
        expect(noted).to_contain_text("noted by Dana Whitlock")
    expect(lead.locator("#decisions .note-other")).to_have_attribute("open", "")
    expect(words).to_be_focused()
    expect(words).to_have_value("Half a sen")
    expect(teacher.locator(READING)).not_to_have_attribute("open", "")  # what was folded away stays so
    teacher.keyboard.insert_text("tence.")
    teacher.locator("#decisions .position-button.position-agree_in_part").click()
    expect(lead.locator("#decisions .positions .position-agree_in_part")).to_contain_text("Half a sentence.")

    # Said otherwise from the read-back, which is there beside another panel.
    show_panel(teacher, "people")
    teacher.locator(f"{READING} summary").click()
    teacher.locator(f"{READING} textarea").fill("Fine with me.")
    teacher.locator(f"{READING} .position-button.position-agree").click()
    expect(lead.locator("#decisions .positions")).to_contain_text("Fine with me.")

    # Words that were not sent when the decision is settled are given back.
    parent = enter(people, person(meeting, "parent", 1), viewport=PHONE)
    parent.locator(f"{READING} textarea").click()
    parent.keyboard.insert_text("I do not agree, because")
    lead.locator("#decisions .settling button", has_text="Confirm and settle").click()
    card = parent.locator("kept-text article")
    expect(card).to_contain_text("Not sent: what you wrote about D1")
    expect(card).to_contain_text("The decision was settled")
    expect(card.locator(".kept-words")).to_have_text("I do not agree, because")
    parent.reload()
    expect(card.locator(".kept-words")).to_have_text("I do not agree, because")
    expect(teacher.locator(READING)).to_have_count(0)
    expect(teacher.locator("kept-text article")).to_have_count(0)  # theirs was sent


def test_the_read_back_moves_nobodys_line_nor_lies_over_words_being_written(
    people: People, meeting: dict[str, Any]
) -> None:
    log = f"{meeting['url']}/decisions"
    parent = enter(people, person(meeting, "parent", 1), viewport=PHONE)
    parent.locator(".bottom-bar a[href='#view-draft']").click()
    heading = parent.locator("#title-goals")
    heading.evaluate("element => element.scrollIntoView({ block: 'start', behavior: 'instant' })")
    before = heading.bounding_box()
    with Colleague(meeting, "case_manager") as lead:
        lead.act("/decisions/quick", action=ACTION)
        ((settle, _seen),) = SETTLE.findall(lead.person.look(log))
        read_back = settle.replace("/settle", "/read-back")
        expect(parent.locator(READING)).to_be_visible()
        after = heading.bounding_box()
        assert before is not None
        assert after is not None
        assert abs(before["y"] - after["y"]) < 1

        lead.act(read_back, stop="yes")
        expect(parent.locator(READING)).to_have_count(0)
        parent.locator(".bottom-bar a[href='#view-now']").click()
        words = parent.locator("#now .own-position textarea")
        words.click()
        parent.keyboard.insert_text("Yes, but ")
        lead.act(read_back, revision="1")
        expect(parent.locator(READING)).to_be_visible()
        expect(parent.locator(READING)).not_to_have_attribute("open", "")
        expect(words).to_be_focused()
        parent.keyboard.insert_text("not at lunch.")
        parent.locator("#now .position-button.position-agree_in_part").click()
        until(lambda: "Yes, but not at lunch." in lead.person.look(log), "the parent's position in the log")


def test_the_key_proposes_for_a_parent_asks_anew_is_text_in_a_text_and_opens_nothing_once_the_meeting_is_closed(
    people: People, meeting: dict[str, Any]
) -> None:
    with Colleague(meeting, "case_manager") as manager:
        lead = people.page(meeting["url"], storage_state=manager.cookies())
        expect_sign(lead, *READY)
        open_log(lead)
        peter = enter(people, person(meeting, "parent", 1))
        peter.evaluate("document.activeElement.blur()")
        peter.keyboard.press("d")
        expect(peter.locator("#quick-action")).to_be_focused()
        peter.keyboard.insert_text("The school names a program.")
        peter.keyboard.press("Control+Enter")
        expect(peter.locator("#quick-decision")).to_be_hidden()
        card = lead.locator("#decisions .decision-open")
        expect(card).to_contain_text("The school names a program.")
        expect(card).to_contain_text("Not decided yet")
        expect(lead.locator(READING)).to_have_count(0)

        # Opened again at once, it asks for the next; in a text the key is text.
        lead.evaluate("document.activeElement.blur()")
        by_keys(lead)
        lead.evaluate(AT_ONCE)
        expect(lead.locator("#quick-confirm")).to_be_empty()
        expect(lead.locator("#quick-action")).to_be_focused()
        lead.keyboard.press("Escape")
        expect(lead.locator("#quick-decision")).to_be_hidden()
        # From the log it is put off, and read back once more.
        expect(peter.locator(READING)).to_be_visible()
        lead.locator("#decisions button", has_text="Not yet").click()
        expect(peter.locator(READING)).to_have_count(0)
        lead.locator("#decisions button", has_text="Read the words back").click()
        expect(peter.locator(READING)).to_be_visible()
        editor(lead, "notes").focus()
        lead.keyboard.press("Control+End")
        lead.keyboard.type(" dd")
        expect(editor(lead, "notes")).to_contain_text("dd")
        expect(lead.locator("#quick-decision")).to_be_hidden()
        lead.close()

        manager.act("/phase", phase="closed")
        expect(peter.locator("#meeting-status .what-now")).to_contain_text("The meeting is over.")
        peter.keyboard.press("d")
        expect(peter.locator("dialog[open]")).to_have_count(0)
        peter.keyboard.press("?")
        keys = peter.locator("#keyboard-map [data-found-keys]")
        expect(keys).not_to_contain_text("Propose a decision")


def test_every_page_of_a_decision_can_be_used_by_everybody(people: People, meeting: dict[str, Any]) -> None:
    log = f"{meeting['url']}/decisions"
    small: ViewportSize = {"width": 320, "height": 640}
    with Colleague(meeting, "case_manager") as lead:
        lead.act("/decisions/quick", action=ACTION)
        ((settle, seen),) = SETTLE.findall(lead.person.look(log))
        lead.act(settle, revision="1", seen=seen)
        lead.act("/decisions/quick", action="The headset comes by March 8.")
        state = lead.cookies()
    wrong = []
    looks: list[tuple[str, Literal["light", "dark"]]] = [("en-US", "dark"), ("es-US", "light")]
    for locale, scheme in looks:
        page = people.page(storage_state=state, viewport=small, locale=locale, color_scheme=scheme)
        axe.stay(page)
        page.goto(log)
        expect(page.locator("#decisions .decision-settled")).to_have_count(1)
        links = [link.get_attribute("href") for link in page.locator(".decision-head a").all()]
        assert len(links) == 2
        addresses = [log, f"{log}/new", *(urljoin(log, link) for link in links)]
        addresses.append(f"{addresses[2]}/edit")
        for address in addresses:
            if page.url != address:
                page.goto(address)
            wrong += [f"{address}, {locale}: {violation}" for violation in axe.violations(page)]
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            wrong += [f"{address}, {locale}: {over} pixels beyond 320"] if over > 0 else []
    assert not wrong, "\n".join(wrong)
