"""Who may come in, and what each role finds: over every address of a meeting."""

import json
import re
from typing import Any

import pytest
from starlette.routing import Route

from server.domain import roles
from server.domain.sections import SECTIONS
from server.sync.tickets import read
from server.web.routes import routes
from server.web.words import SECTIONS as SECTION_WORDS
from tests.support.school import Browser, School, words

MEETING_ROUTES = [route for route in routes() if isinstance(route, Route) and route.path.startswith("/m/")]


@pytest.fixture
def team(school: School) -> "Team":
    return Team(school)


class Team:
    """One meeting with one person in every role; `browsers` by role."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.leader = school.person("Dana Whitlock", is_staff=True)
        self.meeting = school.meeting(self.leader)
        school.share(self.leader, self.meeting)
        self.url = f"/m/{self.meeting}"
        self.documents = school.documents(self.meeting)
        self.browsers: dict[str, Browser] = {"case_manager": school.browser(self.leader)}
        self.seats: dict[str, str] = {}
        for role in roles.ROLES[1:]:
            person = school.person(f"The {role}")
            self.seats[role] = school.seat(self.leader, self.meeting, person, role)
            self.browsers[role] = school.browser(person)

    @property
    def dana(self) -> Browser:
        return self.browsers["case_manager"]

    def state_url(self, section: str) -> str:
        return f"{self.url}/sections/{self.documents[section]}/state"

    def seal(self, section: str, **options: Any) -> Any:
        """Words read back and made final by the district's representative, whatever stands against it."""
        priya, url = self.browsers["lea_representative"], f"{self.url}/sections/{self.documents[section]}"
        assert priya.post(f"{url}/read-back").status_code == 303
        return priya.post(f"{url}/state", {"state": "final", "reason": "The team has agreed."}, **options)

    def section_states(self) -> dict[str, str]:
        page = self.dana.get(self.url).text
        return {item["section"]: item["state"] for item in page_data(page)["sections"]}


def page_data(html: str) -> dict:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("who", ["a stranger", "an administrator", "somebody who left"])
def test_who_is_no_participant_finds_nothing(school: School, who: str) -> None:
    leader = school.person("Dana", is_staff=True)
    meeting = school.meeting(leader)
    values = {
        "meeting_id": meeting,
        "document_id": school.documents(meeting)["goals"],
        "participant_id": school.participants(meeting)[0].id,
        "number:int": "5",
        "lang": "es",
    }
    person = school.person("Somebody", is_administrator=who == "an administrator")
    if who == "somebody who left":
        seat = school.seat(leader, meeting, person, "parent")
        left = school.browser(leader).post(f"/m/{meeting}/people/{seat}/remove", seen="/account")
        assert left.status_code == 303
    browser, wrong = school.browser(person), []
    browser.get("/account")
    for route in MEETING_ROUTES:
        path = re.sub(r"\{([^}]+)\}", lambda match: values.get(match[1], "x_1"), route.path)
        answer = browser.post(path) if "POST" in (route.methods or ()) else browser.get(path)
        if answer.status_code != 404 or "Jonah" in answer.text:
            wrong.append((route.path, answer.status_code))
    assert wrong == []


def test_the_page_follows_the_contract(team: Team) -> None:
    html = team.browsers["parent"].get(team.url).text
    data = page_data(html)
    assert data["meeting"] == {"id": team.meeting, "phase": "prework", "paused": False}
    assert data["ticket_url"] == f"{team.url}/ticket"
    assert [item["section"] for item in data["sections"]] == list(SECTIONS)
    for element in ("saved-sign", "presence-list", "connection-banner", "kept-text"):
        assert html.count(f"<{element}></{element}>") == 1
    for section, document in team.documents.items():
        assert f'id="section-{section}"' in html
        assert f'<section-presence document="{document}"></section-presence>' in html
        assert f'<section-editor document="{document}" section="{section}" label="' in html
    assert data["strings"]


@pytest.mark.parametrize("phase", roles.PHASES)
def test_each_role_may_write_where_the_matrix_says(team: Team, phase: str) -> None:
    steps = {"prework": (), "live": ("live",), "closed": ("live", "closed")}[phase]
    team.school.phase(team.leader, team.meeting, *steps)
    for role, browser in team.browsers.items():
        for item in page_data(browser.get(team.url).text)["sections"]:
            action = "edit_parent_input" if item["section"] == "parent_input" else "edit_section"
            reason = roles.why_not(role, action, phase)
            assert item["reason"] == reason, (role, item["section"])
            assert item["scope"] == ("readonly" if reason else "read-write")


def test_a_draft_is_called_one_until_everything_is_final(team: Team) -> None:
    for role, browser in team.browsers.items():
        page = browser.text(team.url)
        assert "DRAFT FOR DISCUSSION" in page, role
    assert "DRAFT" in team.dana.get(team.url).text.partition("<title>")[2].partition("</title>")[0]
    team.school.phase(team.leader, team.meeting, "live")
    for section in SECTIONS:
        assert team.seal(section).status_code == 303
    assert "DRAFT FOR DISCUSSION" not in words(
        team.dana.get(team.url).text.partition("meeting-status")[2].partition("</section>")[0]
    )


def test_only_the_case_manager_starts_pauses_and_closes(team: Team) -> None:
    for role, browser in team.browsers.items():
        if role == "case_manager":
            continue
        browser.get("/account")
        for url, form in (("/phase", {"phase": "live"}), ("/pause", {"paused": "yes"})):
            assert browser.post(team.url + url, form).status_code == 403, role
        assert "dialog-start" not in browser.get(team.url).text, role
    dana = team.dana
    assert "dialog-start" in dana.get(team.url).text
    assert dana.post(f"{team.url}/phase", {"phase": "live"}).status_code == 303
    assert dana.post(f"{team.url}/pause", {"paused": "yes"}).status_code == 303
    assert page_data(dana.get(team.url).text)["meeting"] == {"id": team.meeting, "phase": "live", "paused": True}
    assert "paused" in team.browsers["parent"].text(team.url)
    assert dana.post(f"{team.url}/pause", {"paused": "no"}).status_code == 303
    assert dana.post(f"{team.url}/phase", {"phase": "closed"}).status_code == 303
    assert dana.post(f"{team.url}/phase", {"phase": "live", "reason": " "}).status_code == 422
    assert dana.post(f"{team.url}/phase", {"phase": "live", "reason": "a date was wrong"}).status_code == 303
    assert dana.post(f"{team.url}/phase", {"phase": "party"}).status_code == 422


def test_finalizing_and_reopening(team: Team) -> None:
    goals = team.state_url("goals")
    dana, priya, elena = team.dana, team.browsers["lea_representative"], team.browsers["parent"]
    for browser in (dana, priya, elena):
        browser.get("/account")
    assert dana.post(goals, {"state": "final"}).status_code == 403  # not before the meeting
    team.school.phase(team.leader, team.meeting, "live")
    assert elena.post(goals, {"state": "final"}).status_code == 403
    assert priya.post(goals, {"state": "final"}).status_code == 409  # not before the words were read back
    assert team.seal("goals").headers["location"] == f"{team.url}#section-goals"
    assert team.section_states()["goals"] == "final"
    assert dana.post(goals, {"state": "final"}).status_code == 403
    assert elena.post(goals, {"state": "draft", "reason": "I disagree"}).status_code == 403
    assert dana.post(goals, {"state": "draft"}).status_code == 422
    assert dana.post(goals, {"state": "draft", "reason": "wrong baseline"}).status_code == 303
    assert team.section_states()["goals"] == "draft"


def test_controls_come_back_as_parts_for_htmx(team: Team) -> None:
    team.school.phase(team.leader, team.meeting, "live")
    answer = team.seal("goals", headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert '<hx-partial hx-target="#head-goals"' in answer.text
    assert answer.text.count("<hx-partial") == len(SECTIONS) + 3
    assert "section-editor" not in answer.text  # never what somebody is writing in
    refused = team.dana.post(team.state_url("goals"), {"state": "final"}, headers={"hx-request": "true"})
    assert refused.status_code == 403
    assert "<html" not in refused.text


def test_a_ticket_is_for_participants_with_a_token(team: Team) -> None:
    elena = team.browsers["parent"]
    elena.get("/account")
    answer = elena.post(f"{team.url}/ticket", {"schema_version": "1"}, headers={"accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 60
    assert team.meeting not in answer.json()["token"]
    for version in ("", "one", "-1", "9" * 7, "²"):
        assert elena.post(f"{team.url}/ticket", {"schema_version": version}).status_code == 422


def test_the_draft_brings_the_first_ticket_along(team: Team) -> None:
    """Theirs alone, as one that is asked for is; and counted with those."""
    elena = team.browsers["parent"]
    answer = elena.get(team.url)
    assert answer.headers["cache-control"] == "no-store"
    first = page_data(answer.text)["ticket"]
    assert first["expires_in"] == 60
    found = read(team.school.state.settings.secret_key, first["token"])
    assert found is not None
    seated = {one.id: one.person_id for one in team.school.participants(team.meeting)}
    assert (found.person_id, found.meeting_id) == (seated[team.seats["parent"]], team.meeting)
    codes = [elena.post(f"{team.url}/ticket", {"schema_version": "1"}).status_code for _ in range(60)]
    assert codes == [200] * 59 + [429]
    assert page_data(elena.get(team.url).text)["ticket"] is None


def test_tickets_are_counted_by_person(team: Team) -> None:
    elena, peter = team.browsers["parent"], team.browsers["student"]
    for browser in (elena, peter):
        browser.get("/account")
    codes = [elena.post(f"{team.url}/ticket", {"schema_version": "1"}).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    assert peter.post(f"{team.url}/ticket", {"schema_version": "1"}).status_code == 200


def test_history_of_a_section(team: Team) -> None:
    url = f"{team.url}/sections/{team.documents['goals']}/history"
    for role, browser in team.browsers.items():
        page = browser.text(url)
        assert "Dana Whitlock" in page, role
        assert SECTION_WORDS["goals"] in page
    fragment = team.dana.get(url, headers={"hx-request": "true"}).text
    assert "<html" not in fragment
    number = re.search(rf"{url}/(\d+)", fragment)
    assert number
    version = team.dana.text(f"{url}/{number[1]}")
    assert "present text" in version
    assert team.dana.get(f"{url}/1").status_code == 404  # the section was not there yet
    assert team.dana.get(f"{url}/99999").status_code == 200
    assert team.dana.get(f"{url}?before=nonsense").status_code == 200
    assert "Each change will stand here" in team.dana.text(f"{url}?before=1")


def test_a_document_of_another_meeting_is_not_found(team: Team) -> None:
    other = team.school.documents(team.school.meeting(team.leader))["goals"]
    dana = team.dana
    dana.get("/account")
    assert dana.get(f"{team.url}/sections/{other}/history").status_code == 404
    assert dana.post(f"{team.url}/sections/{other}/state", {"state": "in_discussion"}).status_code == 404


def test_home_shows_my_meetings_and_no_others(team: Team) -> None:
    assert "Jonah Vasquez-Lind" in team.browsers["parent"].text("/")
    assert "Jonah" not in team.school.browser(team.school.person("Stranger")).text("/")
    assert "New meeting" in team.dana.text("/")
    assert "New meeting" not in team.browsers["parent"].text("/")
