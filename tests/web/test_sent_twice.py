"""A form that makes something and is sent twice makes one, and both are answered alike; other words are another act."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from server.storage.tables import Comment, Decision, Entry, Meeting, Student, Thread
from tests.support.school import Browser, School
from tests.web.test_meetings_new import GOOD

MARK = re.compile(r'name="once" value="([\w-]{20})"')


class Table:
    def __init__(self, school: School) -> None:
        self.school = school
        self.leader = school.person("Dana Whitlock", is_staff=True)
        self.meeting = school.meeting(self.leader)
        self.url = f"/m/{self.meeting}"
        self.dana = school.browser(self.leader)
        self.goals = school.documents(self.meeting)["goals"]

    def count(self, table: Any) -> int:
        return len(self.school.rows(select(table)))


@pytest.fixture
def table(school: School) -> Table:
    return Table(school)


def mark(browser: Browser, url: str) -> str:
    """That of the form on the page."""
    (found,) = set(MARK.findall(browser.get(url).text))
    return str(found)


def send(browser: Browser, url: str, data: dict[str, str], times: int = 3) -> str:
    """The same form, some times at once. Where all of them lead."""
    with ThreadPoolExecutor(times) as pool:
        answers = list(pool.map(lambda _: browser.post(url, data), range(times)))
    assert {answer.status_code for answer in answers} == {303}
    (location,) = {answer.headers["location"] for answer in answers}
    return str(location)


def test_each_page_has_a_mark_of_its_own(table: Table) -> None:
    assert mark(table.dana, "/meetings/new") != mark(table.dana, "/meetings/new")


def test_a_meeting_is_set_up_once(table: Table) -> None:
    students, meetings = table.count(Student), table.count(Meeting)
    form = {**GOOD, "locale": "en", "once": mark(table.dana, "/meetings/new")}
    assert send(table.dana, "/meetings/new", form) == send(table.dana, "/meetings/new", form, times=1)
    assert (table.count(Student), table.count(Meeting)) == (students + 1, meetings + 1)
    # Whoever goes back and writes something else means something else.
    other = send(table.dana, "/meetings/new", {**form, "student_name": "Mia Vasquez-Lind"}, times=1)
    again = send(table.dana, "/meetings/new", {**form, "once": mark(table.dana, "/meetings/new")}, times=1)
    assert other != again
    assert (table.count(Student), table.count(Meeting)) == (students + 3, meetings + 3)


def test_what_one_sends_is_not_anothers(table: Table) -> None:
    other = table.school.browser(table.school.person("Ines Bell", is_staff=True))
    form = {**GOOD, "locale": "en", "once": mark(table.dana, "/meetings/new")}
    other.get("/account")
    assert send(table.dana, "/meetings/new", form, times=1) != send(other, "/meetings/new", form, times=1)


def test_a_comment_and_an_answer_are_stored_once(table: Table) -> None:
    url = f"{table.url}/comments"
    once = mark(table.dana, f"{url}?section={table.goals}&show=all")
    form = {"target": "section", "about": table.goals, "text": "Why thirty?", "lang": "en", "once": once}
    send(table.dana, url, form)
    (thread,) = table.school.rows(select(Thread))
    answer = {"text": "Because.", "lang": "en", "once": mark(table.dana, f"{url}/{thread.id}/answer")}
    send(table.dana, f"{url}/{thread.id}/answer", answer)
    send(table.dana, f"{url}/{thread.id}/answer", {**answer, "text": "Because of the report."}, times=1)
    said = [comment.text for comment in table.school.rows(select(Comment).order_by(Comment.number))]
    assert said == ["Why thirty?", "Because.", "Because of the report."]


def test_a_decision_is_stored_once(table: Table) -> None:
    table.school.phase(table.leader, table.meeting, "live")
    once = mark(table.dana, f"{table.url}/decisions/new")
    form = {"question": "How much?", "action": "He gets 225 minutes.", "outcome": "agreed", "then": "read_back"}
    send(table.dana, f"{table.url}/decisions/new", {**form, "once": once}, times=1)
    entries = table.count(Entry)
    send(table.dana, f"{table.url}/decisions/new", {**form, "once": once}, times=1)
    assert table.count(Entry) == entries
    send(table.dana, f"{table.url}/decisions/quick", {"action": "He gets a reader.", "once": once})
    assert table.count(Decision) == 2


def test_a_page_with_script_keeps_its_form_for_the_same_words_again(table: Table) -> None:
    url = f"{table.url}/comments"
    form = {"target": "section", "about": table.goals, "text": "Yes.", "lang": "en", "once": "a" * 20}
    for _ in range(2):
        assert table.dana.post(url, form, seen=url, headers={"HX-Request": "true"}).status_code == 200
    assert table.count(Thread) == 2
