"""The facilitator leads, and the room reads the exact words, and nothing that is nobody's business."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import axe
from tests.support.browser import People
from tests.support.colleague import Colleague
from tests.support.server import Server
from tests.support.workspace import editor, enter, person, text_of, write


@pytest.fixture
def meeting(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = server.demo(live=True)["meetings"][0]
    return found


@pytest.fixture
def lead(meeting: dict[str, Any], people: People) -> Page:
    return enter(people, person(meeting, "case_manager"))


@pytest.fixture
def leader(meeting: dict[str, Any]) -> Iterator[Colleague]:
    """Who leads, where their own page is not looked at."""
    with Colleague(meeting, "case_manager") as colleague:
        yield colleague


@pytest.fixture
def wall(meeting: dict[str, Any], people: People) -> Page:
    """The projector: another browser, here signed in as a member of the staff."""
    page = people.signed_in(person(meeting, "team_staff"), to=f"{meeting['url']}/project")
    expect(page.locator("stage-connection")).to_have_attribute("data-state", "open")
    return page


def show(page: Page, section: str) -> None:
    page.locator(f"#head-{section} .show-on-stage button").click()


def have_shown(leader: Colleague, section: str) -> None:
    leader.act("/stage", kind="section", target=leader.documents[section])


def words(page: Page) -> str:
    return " ".join(page.locator("stage-words").inner_text().split())


def test_it_follows_what_is_discussed_shows_the_exact_words_or_one_goal_in_big_type_and_is_nobody_who_is_here(
    lead: Page, wall: Page
) -> None:
    # By default it follows what is discussed.
    lead.locator("#head-services button", has_text="Discuss").click()
    expect(wall.locator(".stage-head h2")).to_have_text("Services")
    show(lead, "notes")
    expect(wall.locator(".stage-head h2")).to_have_text("Meeting notes")
    lead.locator("#stage-now button", has_text="Follow the agenda again").click()
    expect(wall.locator(".stage-head h2")).to_have_text("Services")

    # The exact words, as they are typed.
    show(lead, "notes")
    expect(wall.locator(".stage-head h2")).to_have_text("Meeting notes")
    write(lead, "notes", "Speech, 2 × 30 minutes.")
    expect(wall.locator("stage-words")).to_contain_text("Speech, 2 × 30 minutes.")
    shown, written = words(wall), text_of(lead, "notes")
    assert re.sub(r"\W", "", shown) == re.sub(r"\W", "", written)

    # Big type, light or dark at a press; and it is not counted as somebody here.
    expect(lead.locator("presence-list summary")).to_contain_text("Only you")
    size = "parseFloat(getComputedStyle(document.querySelector('stage-words')).fontSize)"
    colour = "getComputedStyle(document.body).backgroundColor"
    assert wall.evaluate(size) >= 1.4 * lead.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert wall.evaluate(colour) == "rgb(255, 255, 255)"
    before = wall.evaluate(size)
    wall.locator('button[data-projector="dark"]').click()
    wall.locator('button[data-projector="larger"]').click()
    wall.reload()
    assert wall.evaluate(colour) == "rgb(0, 0, 0)"
    assert wall.evaluate(size) > before
    assert axe.violations(wall) == []

    # A section with all its goals, and one goal alone with its own number.
    show(lead, "goals")
    expect(wall.locator(".stage-head h2")).to_have_text("Goals")
    goals = wall.locator("stage-words .goal")
    expect(goals).to_have_count(4)
    goal = editor(lead, "goals").locator(".goal").nth(2)
    goal.locator("dd").first.select_text()
    wanted = goal.locator("dd").first.inner_text()
    show(lead, "goals")
    expect(goals).to_have_count(1)
    expect(goals).to_have_attribute("aria-label", "Goal 3")
    expect(goals).to_contain_text(wanted)
    goal.locator("dd").first.click()
    lead.keyboard.press("End")
    lead.keyboard.insert_text(" – as agreed")
    expect(goals).to_contain_text("– as agreed")
    goal.locator(".block-controls button").last.click()  # it is removed
    expect(wall.locator("stage-words")).to_contain_text("not in the section any more")


def test_nothing_on_it_is_anybody_else_s_business_and_it_says_when_it_lost_the_connection_and_catches_up(
    leader: Colleague, wall: Page
) -> None:
    have_shown(leader, "goals")
    expect(wall.locator(".stage-head h2")).to_have_text("Goals")
    html = wall.content()
    assert "@" not in wall.locator("body").inner_text()
    assert "mailto:" not in html
    for name in ("Dana Whitlock", "Elena", "Comment", "comment"):
        assert name not in wall.locator("body").inner_text(), name
    # What can be pressed is how the page looks, and the language.
    buttons = wall.locator("button:visible")
    assert buttons.count() == wall.locator("[data-projector]:visible, .language-switch button:visible").count() > 0
    expect(wall.locator("a:visible:not(.skip-link), input:visible, textarea, [contenteditable]")).to_have_count(0)
    assert axe.violations(wall) == []

    have_shown(leader, "notes")
    expect(wall.locator(".stage-head h2")).to_have_text("Meeting notes")
    wall.context.set_offline(True)
    expect(wall.locator("stage-connection")).to_contain_text("Connection lost")
    leader.add("notes", "Written meanwhile.")
    have_shown(leader, "goals")
    have_shown(leader, "notes")
    wall.context.set_offline(False)
    expect(wall.locator("stage-connection")).to_be_empty(timeout=15_000)
    expect(wall.locator("stage-words")).to_contain_text("Written meanwhile.")


def test_the_follow_view_moves_along_and_explains_words(
    leader: Colleague, meeting: dict[str, Any], people: People
) -> None:
    page = people.signed_in(person(meeting, "interpreter"), to=f"{meeting['url']}/follow")
    have_shown(leader, "notes")
    expect(page.locator(".follow-stage .stage-head h2")).to_have_text("Meeting notes")
    leader.add("notes", "Word by word.")
    expect(page.locator("stage-words")).to_contain_text("Word by word.")
    page.locator("#term-search").fill("escrito")
    expect(page.locator(".term:visible dt")).to_have_count(1)
    expect(page.locator(".term:visible")).to_contain_text("prior written notice")
    page.locator("#term-search").fill("garantias")  # without its accent
    expect(page.locator(".term:visible")).to_contain_text("procedural safeguards")
    page.locator("#term-search").fill("zzz")
    expect(page.locator(".term:visible")).to_have_count(0)
    expect(page.locator("[data-count]")).to_contain_text("No word like that")
