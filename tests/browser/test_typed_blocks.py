"""Goals, services and accommodations in the editor."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import wait
from tests.support.browser import PHONE
from tests.support.workspace import block, editor, enter, expect_sign, person, write_here


@pytest.fixture
def meeting(server):
    return server.demo()["meetings"][0]


@pytest.fixture
def page(meeting, people) -> Page:
    return enter(people, person(meeting, "team_staff"))


def served(page: Page, section: str) -> str:
    html = page.request.get(page.url).text()
    found = re.search(rf'<section-editor[^>]* section="{section}".*?</section-editor>', html, re.DOTALL)
    assert found
    return found[0]


def field(page: Page, section: str, name: str, number: int = 0):
    return editor(page, section).locator(f'.field[data-name="{name}"] dd').nth(number)


FIELDS = {
    ("goals", "goal"): ["area", "baseline", "condition", "behavior", "criterion", "measure", "date", "reporting"],
    ("services", "service"): ["service", "provider", "frequency", "minutes", "location", "start", "end"],
    ("accommodations", "accommodation"): ["what", "where", "kind"],
}


def test_the_swap_from_the_server_s_html_barely_moves_anything_and_by_keyboard_one_fills_the_first_field_and_a_block(
    page, people
):
    # Where the blocks stand before the scripts came, and after.
    what = "section-editor :is(.field, h3, li)"
    heights = "elements => elements.map((element) => element.getBoundingClientRect().height)"
    live = page.locator(what).evaluate_all(heights)
    plain = people.page(java_script_enabled=False, storage_state=page.context.storage_state())
    plain.goto(page.url)
    before = plain.locator(what).evaluate_all(heights)
    plain.close()
    assert len(live) == len(before)
    assert max(abs(one - other) for one, other in zip(live, before, strict=True)) <= 2

    for (section, kind), names in FIELDS.items():
        # Whoever comes by Tab writes in the first field.
        editor(page, section)
        page.locator(f"#head-{section} a, #head-{section} button").last.focus()
        for _ in range(20):
            page.keyboard.press("Tab")
            if editor(page, section).evaluate("element => element === document.activeElement"):
                break
        expect(editor(page, section)).to_be_focused()
        page.keyboard.insert_text("Mine. ")
        expect(field(page, section, names[0])).to_contain_text("Mine. ")

        blocks = editor(page, section).locator(f".{kind}")
        count = blocks.count()
        block(page, section).locator(".add-block").click()
        expect(blocks).to_have_count(count + 1)
        for name in names:
            page.keyboard.insert_text(f"my {name}")
            page.keyboard.press("Enter")
        page.keyboard.insert_text("below")
        made = blocks.nth(count)
        for name in names:
            expect(made.locator(f'.field[data-name="{name}"] dd')).to_have_text(f"my {name}")
        expect(made).to_have_attribute("aria-label", re.compile(rf" {count + 1}$"))
        expect(editor(page, section).locator("> p", has_text="below")).to_have_count(1)
        expect_sign(page, "saved")
        expect(page.locator("kept-text *")).to_have_count(0)
        html = served(page, section)
        assert all(f"my {name}" in html for name in names)


def caret_at(page: Page, value: Locator, key: str) -> None:
    """Press Home or End in a field that has the focus; returns when the editor knows where the caret is."""
    place = 0 if key == "Home" else len(value.inner_text())
    page.keyboard.press(key)
    offset = "element => element.editor.state.selection.$from.parentOffset"
    wait.until(lambda: editor(page, "goals").evaluate(offset) == place, "the editor to know of the caret")


def test_fields_stay_apart_goals_change_places_and_come_back_arrows_lead_on_and_two_can_write_in_one_goal(
    meeting, page, people
):
    # No deleting, typing or pasting makes one field of two, or loses one.
    goal = editor(page, "goals").locator(".goal").first
    names = [name.get_attribute("data-name") for name in goal.locator(".field").all()]
    first, second = field(page, "goals", "area"), field(page, "goals", "baseline")
    was = second.inner_text()
    second.click()
    page.keyboard.press("Home")
    page.keyboard.press("Backspace")
    first.click()
    page.keyboard.press("End")
    page.keyboard.press("Delete")
    expect(second).to_have_text(was)
    # From the second letter of the first field to before the last one of the third.
    third = field(page, "goals", "condition")
    start, end = first.inner_text()[0], third.inner_text()[-1]
    first.evaluate(
        """(first, third) => {
          const [from, to] = [first.firstChild, third.firstChild];
          document.getSelection().setBaseAndExtent(from, 1, to, to.length - 1);
        }""",
        third.element_handle(),
    )
    selection = "element => element.editor.state.selection.$from.sameParent(element.editor.state.selection.$to)"
    wait.until(lambda: not editor(page, "goals").evaluate(selection), "the editor to know of the selection")
    page.keyboard.type("new")
    expect(first).to_have_text(f"{start}new")
    expect(second).to_have_text("")
    expect(third).to_have_text(end)
    assert [name.get_attribute("data-name") for name in goal.locator(".field").all()] == names
    page.keyboard.press("Control+z")
    expect(second).to_have_text(was)
    expect_sign(page, "saved")

    # Keys may come faster than the editor reads the caret: it moves as the key arrives, too late to hear of it.
    for key, target, other in (("Delete", first, second), ("Backspace", second, first)):
        texts = [target.inner_text(), other.inner_text()]
        target.click()
        caret_at(page, target, "Home" if key == "Delete" else "End")
        target.evaluate(
            """(element, key) => addEventListener("keydown", () => {
              const text = element.firstChild;
              document.getSelection().collapse(text, key === "Delete" ? text.length : 0);
            }, { capture: true, once: true })""",
            key,
        )
        page.keyboard.press(key)
        page.keyboard.type("!")
        expect(target).to_have_text(f"{texts[0]}!" if key == "Delete" else f"!{texts[0]}")
        expect(other).to_have_text(texts[1])
        expect_sign(page, "saved")

    # Goals change places, and a removed one comes back.
    goals = editor(page, "goals").locator(".goal")
    areas = editor(page, "goals").locator('.field[data-name="area"] dd')
    before = areas.all_text_contents()
    goals.first.hover()
    goals.first.get_by_role("button", name="Move down").click()
    expect(areas).to_have_text([before[1], before[0], *before[2:]])
    goals.nth(1).hover()
    goals.nth(1).get_by_role("button", name="Move up").click()
    expect(areas).to_have_text(before)
    expect(goals.first).to_have_attribute("aria-label", "Goal 1")
    expect_sign(page, "saved")

    count = goals.count()
    words = goals.first.inner_text()
    goals.first.hover()
    goals.first.get_by_role("button", name="Remove this goal").click()
    expect(goals).to_have_count(count - 1)
    notice = block(page, "goals").locator(".editor-notice")
    expect(notice).to_contain_text("Goal 1 is removed.")
    notice.get_by_role("button", name="Undo").click()
    expect(goals).to_have_count(count)
    assert goals.first.inner_text() == words
    # And when something else was done since:
    goals.first.hover()
    goals.first.get_by_role("button", name="Remove this goal").click()
    field(page, "goals", "area").click()
    page.keyboard.press("End")
    page.keyboard.type("!")
    notice.get_by_role("button", name="Undo").click()
    expect(goals).to_have_count(count)
    assert goals.first.inner_text() == words
    expect(field(page, "goals", "area", 1)).to_contain_text("!")

    # Arrows lead from field to field.
    texts = [first.inner_text(), second.inner_text()]
    first.click()
    caret_at(page, first, "End")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("!")
    expect(second).to_have_text(f"!{texts[1]}")
    caret_at(page, second, "Home")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("?")
    expect(first).to_have_text(f"{texts[0]}?")
    expect_sign(page, "saved")

    # Text only: no list, no heading, no table.
    first.click()
    page.keyboard.press("End")
    page.keyboard.press("Control+Shift+8")
    page.keyboard.press("Control+Alt+2")
    block(page, "goals").locator('[data-tool="table"]').click(force=True)
    expect(editor(page, "goals").locator(".goal :is(ul, table, h3)")).to_have_count(0)
    expect(block(page, "goals").locator('[data-tool="bullets"]')).to_have_attribute("aria-disabled", "true")

    # An empty one says what belongs there.
    second.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Delete")
    hint = "element => getComputedStyle(element, '::before').content"
    assert "with a number" in second.evaluate(hint)
    page.keyboard.type("9")
    assert second.evaluate(hint) == "none"

    # Two can write in one goal.
    other = enter(people, person(meeting, "team_staff", 1), viewport=PHONE)
    write_here(other, "goals")
    field(page, "goals", "baseline").click()
    field(other, "goals", "criterion").click()
    for place in (page, other):
        place.keyboard.press("End")
    for one, two in zip("one", "two", strict=True):
        page.keyboard.type(one)
        other.keyboard.type(two)
    for place in (page, other):
        expect(field(place, "goals", "baseline")).to_contain_text("one")
        expect(field(place, "goals", "criterion")).to_contain_text("two")
