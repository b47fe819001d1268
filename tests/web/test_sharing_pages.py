"""What the family's pages show of a draft before it is shared, and how it is shared."""

import re

import pytest
from sqlalchemy import text

from server.domain.roles import STAFF
from tests.support.desk import Writer
from tests.support.school import Browser, School

SECRET = "Thirteen owls read aloud"


class Team:
    def __init__(self, school: School, profile: str = "ex") -> None:
        self.school = school
        roles = ("case_manager", "parent", "student", "advocate", "interpreter", "observer")
        self.people = {role: school.person(f"The {role}", is_staff=role in STAFF) for role in roles}
        self.leader = self.people["case_manager"]
        self.id = school.meeting(self.leader)
        for role in roles[1:]:
            school.seat(self.leader, self.id, self.people[role], role)
        with school.state.database.sync.execution_options(writes=True).begin() as connection:
            connection.execute(text(f"UPDATE meeting SET profile = '{profile}'"))
        self.documents = school.documents(self.id)
        self.browsers: dict[str, Browser] = {role: school.browser(person) for role, person in self.people.items()}
        school.call(self._write)

    async def _write(self) -> None:
        for section in ("goals", "services"):
            Writer(self.school.state.journal, self.documents[section], self.leader.id).write(SECRET)
        await self.school.state.journal.settle()

    @property
    def url(self) -> str:
        return f"/m/{self.id}"

    def share(self, *sections: str) -> None:
        form = {"document": [self.documents[section] for section in sections], "language": "en"}
        answer = self.browsers["case_manager"].post(f"{self.url}/sharing", form)
        assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("role", ["parent", "student", "advocate", "interpreter", "observer"])
def test_no_page_shows_what_was_not_shared(school: School, role: str) -> None:
    team = Team(school)
    goals, browser = team.documents["goals"], team.browsers[role]
    team.browsers["case_manager"].post(
        f"{team.url}/comments", {"target": "section", "about": goals, "text": "Are thirteen owls enough?", "lang": "en"}
    )
    team.browsers["case_manager"].post(f"{team.url}/stage", {"kind": "section", "target": goals})
    paths = [
        "",
        "/live",
        "/comments",
        "/comments/anchors",
        "/project",
        "/follow",
        "/stage",
        "/sharing",
        "/said?since=0",
    ]
    paths += [f"/sections/{goals}/history", f"/sections/{goals}/history/9", f"/sections/{goals}/readiness"]
    for path in [*paths, "/decisions/new", "/so-far"]:
        answer = browser.get(team.url + path)
        assert SECRET not in answer.text, path
        assert "thirteen owls" not in answer.text.lower(), path
    page = browser.get(team.url).text
    assert f'"document": "{goals}"' not in page
    assert team.documents["parent_input"] in page
    assert SECRET in team.browsers["case_manager"].get(team.url).text
    team.share("goals")
    after = browser.get(team.url).text
    assert after.count(SECRET) == 1  # the goals, and not the services
    assert "Preliminary, for discussion; nothing here is decided." in after
    assert browser.get(f"{team.url}/sections/{goals}/history").status_code == 200


def test_the_first_opening_is_shown_to_both_sides(school: School) -> None:
    team = Team(school)
    leader, parent = team.browsers["case_manager"], team.browsers["parent"]
    assert "Nothing opened yet" in leader.text(f"{team.url}/sharing")
    team.share("goals", "placement")
    assert "Nothing opened yet" in leader.text(f"{team.url}/sharing")
    parent.get(team.url)
    for browser in (leader, parent):
        assert "2 sections opened" in browser.text(f"{team.url}/sharing")
    heads = school.load_meeting(team.id).head_number
    parent.get(team.url)
    leader.get(team.url)
    assert school.load_meeting(team.id).head_number == heads


def test_the_day_by_which_it_is_due_is_on_the_page(school: School) -> None:
    team = Team(school)
    page = team.browsers["case_manager"].text(f"{team.url}/sharing")
    assert "State of EX: the draft is due by Thursday, February 18, 2027, 5 business days before the meeting." in page
    team = Team(school, "il")
    assert "please count them by hand" in team.browsers["case_manager"].text(f"{team.url}/sharing")


def test_what_is_held_open_goes_out_blank(school: School) -> None:
    """Illinois: rows of services without their minutes, and no words that may say them."""
    team = Team(school, "il")
    leader, parent = team.browsers["case_manager"], team.browsers["parent"]
    assert "Goes out without: Minutes" in leader.text(f"{team.url}/sharing")
    answer = leader.post(f"{team.url}/sharing", {"document": team.documents["placement"], "language": "en"})
    assert answer.status_code == 409
    team.share("services")
    page = parent.get(team.url).text
    assert SECRET not in page
    assert "Open: the team talks about this in the meeting" in page or 'class="service"' not in page
    assert f'section-editor document="{team.documents["services"]}"' not in page
    assert parent.get(f"{team.url}/sections/{team.documents['services']}/history").status_code == 403


def test_a_page_is_told_that_more_is_open_now(school: School) -> None:
    team = Team(school)
    parent = team.browsers["parent"]
    had = re.search(r"/sharing/more\?had=(\d+)", parent.get(team.url).text)
    assert had is not None
    more = f"{team.url}/sharing/more?had={had[1]}"
    assert "More of the draft" not in parent.get(more).text
    team.share("goals")
    assert "More of the draft" in parent.get(more).text
