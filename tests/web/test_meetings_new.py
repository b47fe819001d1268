import pytest
from sqlalchemy import select

from server.domain.errors import Refused
from server.domain.sections import SECTIONS
from server.meeting import create
from server.storage.tables import Student
from tests.support.school import School, words

GOOD = {
    "student_name": "Jonah Vasquez-Lind",
    "birth_date": "2016-06-03",
    "grade": "5",
    "school": "Cedar Hollow Elementary",
    "district": "",
    "purpose": "annual_review",
    "date": "2027-02-25",
    "starts": "14:30",
    "ends": "16:00",
    "time_zone": "America/New_York",
    "place": "Room 12",
    "video_link": "https://meet.example.org/room-12",
    "locale": "es",
    "creator_title": "Special education teacher",
}


def test_a_meeting_with_its_sections(school: School) -> None:
    browser = school.browser(school.person("Dana", is_staff=True))
    answer = browser.post("/meetings/new", GOOD, seen="/meetings/new")
    assert answer.status_code == 303
    meeting_id = answer.headers["location"].split("/")[2]
    assert set(school.documents(meeting_id)) == set(SECTIONS)
    meeting = school.load_meeting(meeting_id)
    assert meeting.starts_at.isoformat() == "2027-02-25T19:30:00+00:00"
    assert meeting.ends_at is not None
    assert meeting.video_link == "https://meet.example.org/room-12"
    assert "Case manager" in browser.text(answer.headers["location"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"student_name": ""}, "student_name"),
        ({"student_name": "x\u202ey"}, "student_name"),
        ({"birth_date": "3 June"}, "birth_date"),
        ({"birth_date": "2090-01-01"}, "birth_date"),
        ({"grade": "x" * 41}, "grade"),
        ({"purpose": "party"}, "purpose"),
        ({"date": ""}, "date"),
        ({"date": "2027-02-30"}, "date"),
        ({"starts": ""}, "starts"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "14:30"}, "ends"),
        ({"ends": "later"}, "ends"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"time_zone": "x" * 30_000}, "time_zone"),
        ({"time_zone": "😀" * 3000}, "time_zone"),
        ({"locale": "xx"}, "locale"),
        ({"place": "x" * 201}, "place"),
        ({"video_link": "javascript:alert(1)"}, "video_link"),
    ],
)
def test_the_field_is_named_and_the_rest_is_kept(school: School, changes: dict[str, str], field: str) -> None:
    browser = school.browser(school.person("Dana", is_staff=True))
    answer = browser.post("/meetings/new", {**GOOD, **changes}, seen="/meetings/new")
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="error-{field}"' in answer.text
    assert 'value="Cedar Hollow Elementary"' in answer.text
    assert "needs another look" in words(answer.text)


def test_a_meeting_that_is_refused_leaves_no_student(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise Refused("invalid")

    monkeypatch.setattr(create, "append_item", refuse)  # the last thing that is written
    browser = school.browser(school.person("Dana", is_staff=True))
    assert browser.post("/meetings/new", GOOD, seen="/meetings/new").status_code == 422
    assert school.rows(select(Student)) == []
    monkeypatch.undo()
    assert browser.post("/meetings/new", GOOD).status_code == 303
    (student,) = school.rows(select(Student))
    assert (student.name, student.birth_date) == ("Jonah Vasquez-Lind", "2016-06-03")


def test_families_set_up_no_meetings(school: School) -> None:
    browser = school.browser(school.person("Elena"))
    assert browser.get("/meetings/new").status_code == 404
    assert browser.post("/meetings/new", GOOD, seen="/account").status_code == 404
