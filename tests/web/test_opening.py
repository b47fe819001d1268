"""What the draft's page brings along, so that nobody has to fetch it: the same as is fetched when something changes."""

import json
import re

import pytest

from server.meeting import Target, Words, open_thread
from server.meeting.agenda import gather
from tests.support.decision_team import ACTION, Team
from tests.support.school import School, words

PARTS = {"gathering": "gathering", "excusal-asks": "excusals/asks", "decision-reading": "decisions/reading"}


@pytest.fixture
def team(school: School) -> Team:
    return Team(school).live()


def part(page: str, name: str) -> str:
    """An element that stands on the page, whole; its form tokens are the page's own."""
    found = re.search(rf'<(div|section)[^>]* id="{name}".*?\n</\1>', page, re.DOTALL)
    assert found is not None, name
    return re.sub(r'name="once" value="[^"]*"', "", found[0])


def same_as_fetched(team: Team, role: str) -> dict[str, str]:
    """Each part as the page has it, which is as it is fetched."""
    browser, meeting = team.browsers[role], f"/m/{team.meeting}"
    page = browser.get(meeting).text
    parts = {name: part(page, name) for name in PARTS}
    for name, path in PARTS.items():
        fetched = browser.get(f"{meeting}/{path}", headers={"hx-request": "true"}).text
        assert parts[name] == part(fetched, name), name
        assert "load" not in re.findall(r'hx-trigger="([^"]*)"', parts[name])[0], name
    return {name: words(text) for name, text in parts.items()}


def test_a_quiet_meeting_brings_empty_parts(team: Team) -> None:
    for role in team.browsers:
        assert not "".join(same_as_fetched(team, role).values()).strip(), role


def test_who_opens_the_page_finds_what_waits_for_them(team: Team) -> None:
    url = team.propose()
    team.dana.post(f"{url}/read-back", {"revision": "1"})
    asked = {"person": team.people["team_staff"], "kind": "excused", "part": "some", "sections": ["services"]}
    team.dana.post(f"/m/{team.meeting}/excusals", asked)
    actor = team.school.actor(team.leader, team.meeting)
    team.school.call(gather, team.school.state.journal, actor, section="goals")
    mother = same_as_fetched(team, "parent")
    assert "Dana Whitlock" in mother["gathering"]
    assert "No se dispensa a nadie sin su acuerdo" in mother["excusal-asks"]
    assert ACTION in mother["decision-reading"]
    leader = same_as_fetched(team, "case_manager")
    assert "You asked everybody" in leader["gathering"]
    assert not leader["excusal-asks"].strip()
    assert ACTION in leader["decision-reading"]


def test_a_meeting_that_is_over_reads_nothing_back(team: Team) -> None:
    team.dana.post(f"{team.propose()}/read-back", {"revision": "1"})
    team.school.phase(team.leader, team.meeting, "closed")
    assert not "".join(same_as_fetched(team, "parent").values()).strip()


def test_the_page_knows_which_passages_have_comments(team: Team) -> None:
    goals = Target("section", team.documents["goals"])
    actor = team.school.actor(team.leader, team.meeting)
    team.school.call(open_thread, team.school.state.journal, actor, goals, Words("Why 30?"))
    for role, unread in (("team_staff", 1), ("case_manager", 0)):
        page = team.browsers[role].get(f"/m/{team.meeting}").text
        found = re.search(r'id="commented-passages">(.*?)</script>', page)
        assert found is not None
        assert json.loads(found[1])["unread"] == unread
        assert json.loads(found[1]) == team.browsers[role].get(f"/m/{team.meeting}/comments/anchors").json()


def test_text_is_listened_to_where_words_of_it_are_read_back(team: Team) -> None:
    """Everybody's page would else ask after each pause of anybody who writes."""

    def listens() -> bool:
        return "roundtable:text" in part(team.dana.get(f"/m/{team.meeting}").text, "read-back")

    assert not listens()
    goals = f"/m/{team.meeting}/sections/{team.documents['goals']}"
    assert team.dana.post(f"{goals}/read-back").status_code == 303
    assert listens()
