"""A meeting with one person in every role, each with a browser, who decide through the pages of the log."""

import re
from html import unescape
from typing import Any

from sqlalchemy import select

from server.domain import roles
from server.storage.tables import Decision, Position
from tests.support.school import Browser, School, words

ACTION = "Jonah gets 225 minutes of reading instruction a week."


class Team:
    """A live meeting with one person in every role; `browsers` by role."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.leader = school.person("Dana Whitlock", is_staff=True)
        self.meeting = school.meeting(self.leader)
        self.url = f"/m/{self.meeting}/decisions"
        self.people = {"case_manager": self.leader.id}
        self.browsers = {"case_manager": school.browser(self.leader)}
        for role in roles.ROLES[1:]:
            person = school.person(f"The {role}", locale="es" if role == "parent" else "en")
            school.seat(self.leader, self.meeting, person, role)
            self.people[role] = person.id
            self.browsers[role] = school.browser(person)
        for browser in self.browsers.values():
            browser.get("/account")
        self.documents = school.documents(self.meeting)

    def live(self) -> "Team":
        self.school.phase(self.leader, self.meeting, "live")
        return self

    @property
    def dana(self) -> Browser:
        return self.browsers["case_manager"]

    @property
    def elena(self) -> Browser:
        return self.browsers["parent"]

    def decisions(self) -> list[Decision]:
        return self.school.rows(select(Decision).where(Decision.meeting_id == self.meeting).order_by(Decision.ordinal))

    def positions(self, decision_id: str) -> dict[str, Position]:
        found = self.school.rows(select(Position).where(Position.decision_id == decision_id))
        by_person = {person_id: role for role, person_id in self.people.items()}
        return {by_person[row.person_id]: row for row in found}

    def propose(self, role: str = "case_manager", **about: Any) -> str:
        """Through the form, as a person does it; the decision's address."""
        form = {"action": ACTION, "outcome": "agreed", **about}
        answer = self.browsers[role].post(f"{self.url}/new", form)
        assert answer.status_code == 303, words(answer.text)
        return str(answer.headers["location"])

    def settle(self, url: str) -> None:
        page = self.dana.get(url).text
        assert self.dana.post(f"{url}/read-back", {"revision": value(page, "revision")}).status_code == 303
        page = self.dana.get(url).text
        form = {"revision": value(page, "revision"), "seen": value(page, "seen")}
        assert self.dana.post(f"{url}/settle", form).status_code == 303


def value(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return unescape(found[1])
