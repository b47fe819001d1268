"""Positions on a decision, its read-back and its settling, on pages."""

import io
import re

import pytest
from docx import Document

from tests.support.decision_team import ACTION, Team, value
from tests.support.school import School, words

WORDS_ELENA = "Acepto 45 minutos para empezar."


@pytest.fixture
def team(school: School) -> Team:
    return Team(school)


def test_dissent_stands_first_and_as_large_as_the_rest(team: Team) -> None:
    url = team.live().propose()
    for role, position, said in (
        ("team_staff", "agree", "It fits."),
        ("parent", "disagree", WORDS_ELENA),
        ("student", "no_position", ""),
    ):
        assert team.browsers[role].post(f"{url}/position", {"position": position, "words": said}).status_code == 303
    team.settle(url)
    for address in (team.url, url):
        html = team.dana.get(address).text
        items = re.findall(r'<li class="position position-(\w+)"', html)
        assert items == ["disagree", "agree", "no_position"]
        quotes = re.findall(r'<blockquote lang="(\w+)">([^<]+)</blockquote>', html)
        assert quotes == [("es", WORDS_ELENA), ("en", "It fits.")]
        # Never folded away.
        for opened in re.findall(r"<details.*?</details>", html, re.DOTALL):
            assert WORDS_ELENA not in opened


def test_a_position_does_not_carry_over_to_other_words(team: Team) -> None:
    url = team.live().propose(action="60 minutes.")
    team.elena.post(f"{url}/position", {"position": "agree", "words": "Sí, con 60 minutos."})
    team.browsers["team_staff"].post(f"{url}/position", {"position": "no_position"})
    # Saved again as it was, it says nothing else.
    team.dana.post(f"{url}/edit", {"action": "60 minutes.", "outcome": "agreed", "revision": "1"})
    assert "before the words were changed" not in team.dana.text(url)
    team.dana.post(f"{url}/edit", {"action": "30 minutes.", "outcome": "agreed", "revision": "2"})
    team.dana.post(f"{url}/read-back", {"revision": "3"})
    for address in (url, team.url, f"{team.url}/reading", f"/m/{team.meeting}/project"):
        assert team.dana.text(address).count("said before the words were changed") == 1, address
    page = team.dana.text(url)
    assert "said what they think: The parent. Ask" in page
    assert team.elena.text(url).count("Las palabras cambiaron: ¿qué dice usted ahora? Antes:") == 1
    assert "antes de que cambiaran" in team.elena.text(f"/m/{team.meeting}/me")
    assert "What do you say?" in team.browsers["student"].text(url)
    paper = Document(io.BytesIO(team.elena.get(f"{team.url}/docx").content))
    assert any("antes de que cambiaran" in one.text for one in paper.paragraphs)
    # Who says it anew, says it of these words.
    team.elena.post(f"{url}/position", {"position": "agree", "words": "Sí."})
    assert "before the words were changed" not in team.dana.text(url)
    team.settle(url)


def test_no_page_counts_positions(team: Team) -> None:
    url = team.live().propose()
    for role in ("parent", "team_staff", "student"):
        team.browsers[role].post(f"{url}/position", {"position": "agree"})
    team.settle(url)
    for address in (team.url, url):
        page = team.dana.text(address).casefold()
        assert not re.search(r"\b\d+ (agree|disagree|for|against)|vote|majority|%", page)


def test_an_objection_in_between_is_shown_and_nothing_is_settled(team: Team) -> None:
    url = team.live().propose()
    team.dana.post(f"{url}/read-back", {"revision": "1"})
    page = team.dana.get(url).text
    team.elena.post(f"{url}/position", {"position": "disagree", "words": WORDS_ELENA})
    stale = {"revision": value(page, "revision"), "seen": value(page, "seen")}
    answer = team.dana.post(f"{url}/settle", stale)
    assert answer.status_code == 409
    assert "position changed a moment ago" in words(answer.text)
    assert WORDS_ELENA in answer.text
    part = team.dana.post(f"{url}/settle", {**stale, "step": "dialog"}, headers={"hx-request": "true"})
    assert part.status_code == 409
    assert "<html" not in part.text
    assert WORDS_ELENA in part.text
    assert "position changed a moment ago" in words(part.text)
    assert team.decisions()[0].state == "open"
    # The step that came back knows what is there now.
    fresh = {"revision": value(part.text, "revision"), "seen": value(part.text, "seen"), "step": "dialog"}
    assert team.dana.post(f"{url}/settle", fresh, headers={"hx-request": "true"}).status_code == 200
    assert team.decisions()[0].state == "settled"


def test_who_settles_is_there_also_where_their_coming_was_not_noted(team: Team) -> None:
    # Only a page with a live socket notes who is there: the case manager reads the decision's own page.
    url = team.live().propose()
    noted = {"person": team.people["parent"], "how": "in_person"}
    assert team.dana.post(f"/m/{team.meeting}/attendance", noted).status_code == 303
    team.dana.post(f"{url}/read-back", {"revision": "1"})
    page = team.dana.get(url).text
    absent = re.findall(r'name="absent" value="([^"]+)"', page)
    assert team.people["student"] in absent
    form = {"revision": value(page, "revision"), "seen": value(page, "seen"), "absent": absent}
    assert team.dana.post(f"{url}/settle", form).status_code == 303
    (row,) = team.decisions()
    assert (row.state, "case_manager" in team.positions(row.id)) == ("settled", False)
    team.dana.post(f"{team.url}/quick", {"action": ACTION})
    assert "case_manager" in team.positions(team.decisions()[1].id)


def test_what_was_not_read_back_is_not_settled(team: Team) -> None:
    url = team.live().propose()
    answer = team.dana.post(f"{url}/settle", {"revision": "1", "seen": "0" * 16})
    assert answer.status_code == 409
    assert "not read back" in words(answer.text)
    team.dana.post(f"{url}/read-back", {"revision": "1"})
    assert team.dana.post(f"{url}/read-back", {"stop": "yes"}).status_code == 303
    assert team.decisions()[0].read_back_revision is None


def test_the_quick_way_is_two_requests(team: Team) -> None:
    team.live()
    part = team.dana.post(f"{team.url}/quick", {"action": ACTION}, headers={"hx-request": "true"})
    assert part.status_code == 200
    assert ACTION in part.text
    (row,) = team.decisions()
    assert row.read_back_revision == row.revision
    assert {position.position for position in team.positions(row.id).values()} == {"agree"}
    assert "noted by Dana Whitlock" in words(part.text)
    for browser in team.browsers.values():
        reading = browser.get(f"{team.url}/reading", headers={"hx-request": "true"}).text
        assert ACTION in reading
        assert "hidden" not in reading.partition(">")[0]
    form = {"revision": value(part.text, "revision"), "seen": value(part.text, "seen"), "step": "dialog"}
    assert team.dana.post(f"{team.url}/{row.id}/settle", form, headers={"hx-request": "true"}).status_code == 200
    assert team.decisions()[0].state == "settled"
    assert ACTION not in team.elena.get(f"{team.url}/reading", headers={"hx-request": "true"}).text
    empty = team.dana.post(f"{team.url}/quick", {"action": "  "}, headers={"hx-request": "true"})
    assert empty.status_code == 422
    assert "one sentence" in words(empty.text)


def test_who_may_not_settle_proposes_the_quick_way(team: Team) -> None:
    answer = team.live().elena.post(f"{team.url}/quick", {"action": ACTION}, headers={"hx-request": "true"})
    assert (answer.status_code, answer.text) == (200, "")
    (row,) = team.decisions()
    assert (row.outcome, row.read_back_revision, team.positions(row.id)) == (None, None, {})


def test_a_members_position_is_noted_and_says_by_whom(team: Team) -> None:
    url = team.live().propose()
    note = {"person": team.people["student"], "position": "disagree", "words": "I want science."}
    assert team.dana.post(f"{url}/position", note).status_code == 303
    assert "noted by Dana Whitlock" in team.elena.get(url, headers={"accept-language": "en"}).text or (
        "anotado por Dana Whitlock" in team.elena.text(url)
    )
    assert team.browsers["student"].post(f"{url}/position", {"position": "agree"}).status_code == 303
    assert team.dana.post(f"{url}/position", note).status_code == 409
    (row,) = team.decisions()
    assert team.positions(row.id)["student"].position == "agree"


def test_what_is_read_back_when_the_meeting_closes_leaves_every_screen(team: Team) -> None:
    team.live()
    team.dana.post(f"{team.url}/quick", {"action": ACTION}, headers={"hx-request": "true"})
    stage = team.url.removesuffix("/decisions") + "/stage"
    assert "Being read back" in team.dana.text(stage)
    team.school.phase(team.leader, team.meeting, "closed")
    for role, browser in team.browsers.items():
        assert ACTION not in browser.text(f"{team.url}/reading"), role
        assert ACTION in browser.text(team.url), role
        for url in (team.url, stage):
            assert 'class="badge read' not in browser.get(url).text, (role, url)
