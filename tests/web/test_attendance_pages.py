"""Attendance on pages: everybody reads the record, the case manager puts it right, and is told of empty seats."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from server.domain import roles
from server.meeting import discuss_section
from server.meeting.attendance import Visit, arrive, leave
from server.storage.tables import Attendance, Participant
from tests.support.school import Browser, School, words

HTMX = {"hx-request": "true"}


class Meeting:
    """One person in every role; `browsers` and `people` by role."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.people = {role: school.person(f"The {role}", is_staff=role in roles.STAFF) for role in roles.ROLES}
        self.leader = self.people["case_manager"]
        self.id = school.meeting(self.leader)
        for role in roles.ROLES[1:]:
            school.seat(self.leader, self.id, self.people[role], role)
        self.browsers: dict[str, Browser] = {role: school.browser(person) for role, person in self.people.items()}
        self.url = f"/m/{self.id}/attendance"

    @property
    def dana(self) -> Browser:
        return self.browsers["case_manager"]

    def start(self) -> None:
        self.school.phase(self.leader, self.id, "live")

    def arrive(self, *who: str) -> None:
        visits = [Visit(self.id, self.people[role].id) for role in who]
        self.school.call(arrive, self.school.state.journal, visits)

    def leave(self, *who: str) -> None:
        visits = [Visit(self.id, self.people[role].id, datetime.now(UTC)) for role in who]
        self.school.call(leave, self.school.state.journal, visits)

    def stays(self) -> list[Any]:
        return self.school.rows(select(Attendance).order_by(Attendance.arrived_at, Attendance.id))

    def note(self, role: str = "student", **form: str) -> Any:
        return self.dana.post(self.url, {"person": self.people[role].id, "how": "in_person", **form}, seen=self.url)

    def correct(self, **form: str) -> Any:
        """The newest stay's form, as the page shows it, with these changes."""
        stay = self.stays()[-1]
        html = self.dana.get(self.url).text
        block = html[html.index(f'id="correct-{stay.id}"') :]
        shown = {
            name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', block)[1]  # type: ignore[index]
            for name in ("seen", "arrived_at", "left_at")
        }
        return self.dana.post(f"{self.url}/{stay.id}", {"how": stay.how, **shown, **form})


@pytest.fixture
def meeting(school: School) -> Meeting:
    return Meeting(school)


def test_before_the_meeting_the_page_says_what_will_stand_there(meeting: Meeting) -> None:
    for role, browser in meeting.browsers.items():
        assert "The meeting has not begun" in browser.text(meeting.url), role
    assert meeting.note().status_code == 403
    assert "Here since" not in meeting.dana.text(f"/m/{meeting.id}")


def test_everybody_reads_the_record_and_only_the_case_manager_changes_it(meeting: Meeting) -> None:
    meeting.start()
    meeting.arrive("parent", "interpreter")
    for role, browser in meeting.browsers.items():
        page = browser.text(meeting.url)
        assert "The parent" in page
        assert "still here" in page
        assert "their own page" in page
        assert ("Note as present" in page) == (role == "case_manager"), role
        assert ("Put it right" in page) == (role == "case_manager"), role
    assert "The parent (you)" in meeting.browsers["parent"].text(meeting.url)


def test_who_has_no_page_is_noted(meeting: Meeting) -> None:
    meeting.start()
    assert meeting.note(how="phone").headers["location"] == f"{meeting.url}?done=noted#done"
    (stay,) = meeting.stays()
    assert (stay.person_id, stay.how, stay.source) == (meeting.people["student"].id, "phone", "hand")
    page = meeting.browsers["parent"].text(meeting.url)
    assert "By phone noted by The case_manager" in page
    again = meeting.note()
    assert again.status_code == 409
    assert "down as present at that time already" in words(again.text)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"person": "p_nobody"}, "Choose somebody of this meeting"),
        ({"how": "magic"}, "Choose how this person takes part"),
        ({"arrived_at": "25:00"}, "Enter a time of arrival"),
        ({"arrived_at": "noon"}, "Enter a time of arrival"),
        ({"left_at": "x"}, "Enter a time of leaving"),
    ],
)
def test_what_is_wrong_is_named(meeting: Meeting, form: dict[str, str], message: str) -> None:
    meeting.start()
    answer = meeting.note(**form)
    assert answer.status_code in {404, 422}
    assert message in words(answer.text)
    assert meeting.stays() == []


def test_a_time_outside_the_meeting_is_named(meeting: Meeting) -> None:
    meeting.start()
    before = datetime.now(UTC) - timedelta(hours=5)
    answer = meeting.note(arrived_at=before.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M"))
    assert answer.status_code == 422
    assert "Enter a time of arrival within the meeting" in words(answer.text)


def test_a_stay_is_corrected_and_what_was_not_touched_keeps_its_second(meeting: Meeting) -> None:
    meeting.start()
    meeting.arrive("parent")
    (before,) = meeting.stays()
    assert meeting.correct(how="video").headers["location"] == f"{meeting.url}?done=corrected#done"
    (stay,) = meeting.stays()
    assert (stay.how, stay.arrived_at, stay.left_at) == ("video", before.arrived_at, None)
    assert "By video" in meeting.browsers["parent"].text(meeting.url)


def test_a_correction_of_what_has_changed_meanwhile_is_sent_back(meeting: Meeting) -> None:
    meeting.start()
    meeting.arrive("parent")
    answer = meeting.correct(seen="online 2027 ")
    assert answer.status_code == 409
    assert "changed a moment ago" in words(answer.text)
    assert meeting.correct(arrived_at="").status_code == 422


def test_a_wrong_entry_is_taken_out(meeting: Meeting) -> None:
    meeting.start()
    meeting.arrive("parent")
    (stay,) = meeting.stays()
    answer = meeting.dana.post(f"{meeting.url}/{stay.id}/remove", seen=meeting.url)
    assert answer.headers["location"] == f"{meeting.url}?done=corrected#done"
    assert "Nobody has arrived yet" in meeting.dana.text(meeting.url)
    assert meeting.dana.post(f"{meeting.url}/{stay.id}/remove").status_code == 404


def test_the_record_after_the_meeting(meeting: Meeting) -> None:
    meeting.start()
    meeting.arrive("parent", "observer")
    meeting.leave("observer")
    meeting.school.phase(meeting.leader, meeting.id, "closed")
    page = meeting.browsers["student"].text(meeting.url)
    assert "still here" not in page
    assert "Not here" in page
    panel = words(meeting.browsers["student"].get(f"/m/{meeting.id}/people", headers=HTMX).text)
    assert panel.count("Was here") == 2
    assert panel.count("Was not here") == len(roles.ROLES) - 2


def test_the_list_of_people_says_who_is_here(meeting: Meeting) -> None:
    meeting.start()
    meeting.arrive("parent")
    url = f"/m/{meeting.id}/people"
    for role, browser in meeting.browsers.items():
        panel = words(browser.get(url, headers=HTMX).text)
        assert panel.count("Here since") == 1
        assert ("Is in the room" in panel) == (role == "case_manager"), role
    answer = meeting.dana.post(
        meeting.url, {"person": meeting.people["student"].id, "how": "in_person"}, seen="/account", headers=HTMX
    )
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert words(answer.text).count("Here since") == 2
    refused = meeting.dana.post(meeting.url, {"person": meeting.people["student"].id, "how": "in_person"}, headers=HTMX)
    assert refused.status_code == 409
    assert "down as present" in words(refused.text)


def test_an_empty_seat_is_shown_to_the_facilitator_alone(meeting: Meeting) -> None:
    meeting.start()
    meeting.arrive(*roles.ROLES)
    page = f"/m/{meeting.id}"
    seats = f"{page}/seats"
    assert words(meeting.dana.get(seats).text) == ""
    goals = meeting.school.documents(meeting.id)["goals"]
    actor = meeting.school.actor(meeting.leader, meeting.id)
    meeting.school.call(discuss_section, meeting.school.state.journal, actor, goals, discussing=True)
    told = words(meeting.dana.get(seats).text)
    assert "Regular education teacher : this seat is empty while “Goals” is discussed (34 CFR 300.321(a)(2))" in told
    assert "Nobody in this meeting has this seat" in told
    assert told in meeting.dana.text(page)
    for role, browser in meeting.browsers.items():
        if role != "case_manager":
            assert words(browser.get(seats).text) == "", role
            assert "seat is empty" not in browser.text(page), role
    meeting.leave("parent")
    assert "The parent is not here." in words(meeting.dana.get(seats).text)


def test_seats_are_ticked_on_the_page_of_people(meeting: Meeting) -> None:
    url = f"/m/{meeting.id}/people"
    row = next(item for item in meeting.school.participants(meeting.id) if item.role == "team_staff")
    form = {"role": "team_staff", "title": "Grade 5 teacher"}
    answer = meeting.dana.post(f"{url}/{row.id}", {**form, "seats": ["regular_teacher", "evaluation"]}, seen=url)
    assert answer.headers["location"] == f"{url}?done=changed"
    (row,) = meeting.school.rows(select(Participant).where(Participant.id == row.id))
    assert row.seats == ["regular_teacher", "evaluation"]
    assert "Required seats: Regular education teacher" in meeting.dana.text(url)
    wrong = meeting.dana.post(f"{url}/{row.id}", {"role": "observer", "title": "", "seats": ["evaluation"]})
    assert wrong.status_code == 422
    assert "Only people of the school can fill these seats" in words(wrong.text)
    new = {"name": "Nora New", "role": "parent", "title": "", "email": "", "locale": "en", "seats": ["evaluation"]}
    sent_back = meeting.dana.post(url, new)
    assert sent_back.status_code == 422
    assert 'value="evaluation" checked' in sent_back.text
    assert meeting.dana.post(url, {**new, "role": "team_staff"}).status_code == 303
    assert [p.seats for p in meeting.school.participants(meeting.id)].count(["evaluation"]) == 1
