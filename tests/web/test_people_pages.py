import re
from typing import Any

import pytest
from sqlalchemy import select

from server.domain import roles
from server.meeting import people
from server.storage.tables import Participant, Person
from tests.support.school import Browser, School, words

ELENA = {"name": "Elena Vasquez", "role": "parent", "title": "Mother", "email": "", "locale": "es"}


class Meeting:
    def __init__(self, school: School) -> None:
        self.school = school
        self.leader = school.person("Dana Whitlock", is_staff=True)
        self.id = school.meeting(self.leader)
        self.url = f"/m/{self.id}/people"
        self.dana = school.browser(self.leader)
        self.dana.get(self.url)

    def seat(self, name: str) -> str:
        (participant,) = [
            item
            for item in self.school.participants(self.id)
            if self.school.rows(select(Person).where(Person.id == item.person_id))[0].name == name
        ]
        return participant.id

    def add(self, **changes: str) -> Any:
        return self.dana.post(self.url, {**ELENA, **changes})


@pytest.fixture
def meeting(school: School) -> Meeting:
    return Meeting(school)


def test_adding_a_person_and_giving_them_a_link(meeting: Meeting) -> None:
    assert meeting.add().headers["location"] == f"{meeting.url}?done=added#done"
    page = meeting.dana.text(meeting.url)
    assert "Elena Vasquez" in page
    assert "Has not signed in yet" in page
    answer = meeting.dana.post(f"{meeting.url}/{meeting.seat('Elena Vasquez')}/link")
    link = re.search(r'value="(http://testserver/invite/[\w-]{43})"', answer.text)
    assert link
    assert "Give this link to Elena Vasquez yourself" in words(answer.text)
    assert link[1] not in meeting.dana.get(meeting.url).text  # shown once
    elena = meeting.school.browser()
    path = link[1].removeprefix("http://testserver")
    assert elena.post(path, seen=path).headers["location"] == f"/m/{meeting.id}/before"
    assert 'lang="es"' in elena.get(f"/m/{meeting.id}").text
    assert "last seen" in meeting.dana.text(meeting.url)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "Eve\u202e"}, "name"),
        ({"role": ""}, "role"),
        ({"role": "president"}, "role"),
        ({"title": "x" * 121}, "title"),
        ({"email": "elena"}, "email"),
        ({"locale": "tlh"}, "locale"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(meeting: Meeting, changes: dict, field: str) -> None:
    answer = meeting.add(**changes)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="error-{field}"' in answer.text
    for name in ("name", "title"):
        assert f'name="{name}"' in answer.text
        assert {**ELENA, **changes}[name].strip() in answer.text
    assert len(meeting.school.participants(meeting.id)) == 1


def test_a_known_address_brings_the_known_person(meeting: Meeting) -> None:
    known = meeting.school.person("Marcus Obi", email="marcus@example.org")
    assert meeting.add(name="Somebody", email="Marcus@Example.org", role="team_staff").status_code == 303
    assert {item.person_id for item in meeting.school.participants(meeting.id)} == {meeting.leader.id, known.id}
    answer = meeting.add(name="Again", email="marcus@example.org")
    assert answer.status_code == 422
    assert "already" in words(answer.text)


def test_another_role_and_seat(meeting: Meeting) -> None:
    meeting.add()
    seat = meeting.seat("Elena Vasquez")
    assert meeting.dana.post(f"{meeting.url}/{seat}", {"role": "advocate", "title": "Friend"}).status_code == 303
    (found,) = meeting.school.rows(select(Participant).where(Participant.id == seat))
    assert (found.role, found.title) == ("advocate", "Friend")
    assert meeting.dana.post(f"{meeting.url}/{seat}", {"role": "president", "title": ""}).status_code == 422


def test_somebody_has_to_lead(meeting: Meeting) -> None:
    seat = meeting.seat("Dana Whitlock")
    for answer in (
        meeting.dana.post(f"{meeting.url}/{seat}", {"role": "observer", "title": ""}),
        meeting.dana.post(f"{meeting.url}/{seat}/remove"),
    ):
        assert answer.status_code == 422
        assert "has to lead" in words(answer.text)


def test_who_was_removed_sees_nothing_and_may_come_back(meeting: Meeting) -> None:
    peter = meeting.school.person("Peter Lind", email="peter@example.org")
    meeting.add(email="peter@example.org")
    browser = meeting.school.browser(peter)
    assert browser.get(f"/m/{meeting.id}").status_code == 200
    meeting.dana.post(f"{meeting.url}/{meeting.seat('Peter Lind')}/remove")
    assert browser.get(f"/m/{meeting.id}").status_code == 404
    assert meeting.add(email="peter@example.org").status_code == 303
    assert browser.get(f"/m/{meeting.id}").status_code == 200


@pytest.mark.parametrize("role", [role for role in roles.ROLES if role != "case_manager"])
def test_nobody_else_manages_people(meeting: Meeting, role: str) -> None:
    person = meeting.school.person("Somebody Else")
    seat = meeting.school.seat(meeting.leader, meeting.id, person, role)
    browser: Browser = meeting.school.browser(person)
    page = browser.get(meeting.url)
    assert page.status_code == 200
    assert "Add a person" not in page.text
    assert "last seen" not in page.text
    browser.get("/account")
    for url, form in [
        (meeting.url, ELENA),
        (f"{meeting.url}/{seat}", {"role": "case_manager", "title": ""}),
        (f"{meeting.url}/{seat}/remove", {}),
        (f"{meeting.url}/{seat}/link", {}),
    ]:
        assert browser.post(url, form).status_code == 403


def test_a_link_for_an_administrator_opens_the_meeting_and_nothing_else(meeting: Meeting) -> None:
    admin = meeting.school.person("Ada Admin", is_administrator=True)
    seat = meeting.school.seat(meeting.leader, meeting.id, admin, "observer")
    answer = meeting.dana.post(f"{meeting.url}/{seat}/link")
    (path,) = re.findall(r'value="http://testserver(/invite/[\w-]{43})"', answer.text)
    ada = meeting.school.browser()
    assert ada.post(path, seen=path).headers["location"] == f"/m/{meeting.id}"
    assert ada.get(f"/m/{meeting.id}").status_code == 200
    assert ada.get("/").headers["location"] == f"/m/{meeting.id}"
    for url in ("/account", "/admin", "/meetings/new", f"/m/{meeting.school.meeting(meeting.leader)}"):
        refused = ada.get(url)
        assert refused.status_code == 403
        assert "opens one meeting" in words(refused.text)
    assert ada.post("/account/password", {"new_password": "four quiet herons"}).status_code == 403
    assert ada.get("/sign-in").status_code == 200  # the way to the rest


def test_a_seat_of_another_meeting_is_not_found(meeting: Meeting) -> None:
    other = meeting.school.participants(meeting.school.meeting(meeting.leader))[0]
    assert meeting.dana.post(f"{meeting.url}/{other.id}/remove").status_code == 404


def test_which_required_seats_are_filled(school: School) -> None:
    dana = school.person("Dana Whitlock", is_staff=True)
    meeting = school.meeting(dana)
    browser = school.browser(dana)
    page = browser.text(f"/m/{meeting}/people")
    assert "Parent or guardian : nobody yet 34 CFR 300.321(a)(1)" in page
    school.seat(dana, meeting, school.person("Elena"), "parent")
    assert ": Elena 34 CFR 300.321(a)(1)" in browser.text(f"/m/{meeting}/people")


def test_a_full_meeting_says_so(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_PEOPLE", 1)
    refused = meeting.add()
    assert refused.status_code == 422
    assert "A meeting holds at most 200 people" in words(refused.text)
    assert len(meeting.school.participants(meeting.id)) == 1
