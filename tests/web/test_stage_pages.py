"""The projector, the follow view, and what the page says of the meeting's present moment, over HTTP."""

import re

import pytest
from sqlalchemy import select

from server.domain.glossary import GLOSSARY
from server.domain.roles import ROLES
from server.meeting import discuss_section
from server.storage.tables import Entry, Meeting, Person
from tests.support.school import Browser, School, words


class Room:
    def __init__(self, school: School) -> None:
        self.school = school
        self.leader = school.person("Dana Whitlock", is_staff=True, email="dana@school.example")
        self.meeting = school.meeting(self.leader)
        self.url = f"/m/{self.meeting}"
        self.documents = school.documents(self.meeting)
        self.dana = school.browser(self.leader)
        school.phase(self.leader, self.meeting, "live")

    def join(self, role: str, **values: str) -> Browser:
        person = self.school.person(f"The {role}", **values)
        self.school.seat(self.leader, self.meeting, person, role)
        return self.school.browser(person)

    def stage(self) -> dict | None:
        return self.school.load_meeting(self.meeting).stage

    def show(self, browser: Browser, **fields: str) -> int:
        return browser.post(f"{self.url}/stage", fields, seen=self.url).status_code


@pytest.fixture
def room(school: School) -> Room:
    return Room(school)


def test_the_facilitator_puts_words_on_the_wall(room: Room) -> None:
    assert room.show(room.dana, kind="section", target=room.documents["goals"]) == 303
    assert room.stage() == {"kind": "section", "target": room.documents["goals"]}
    text = room.dana.text(f"{room.url}/project")
    assert "Goals" in text
    assert room.show(room.dana, kind="") == 303
    assert room.stage() is None


@pytest.mark.parametrize("role", [role for role in ROLES if role != "case_manager"])
def test_everybody_may_look_and_nobody_else_steer(room: Room, role: str) -> None:
    room.show(room.dana, kind="section", target=room.documents["goals"])
    browser = room.join(role)
    for path in ("/project", "/follow", "/stage", "/now", "/me", "/stage/now", "/follow/agenda"):
        assert browser.get(room.url + path).status_code == 200
    assert 'action="/m/' not in browser.get(f"{room.url}/project").text
    assert "show-on-stage" not in browser.get(room.url).text
    assert room.show(browser, kind="section", target=room.documents["notes"]) == 403
    assert room.stage() == {"kind": "section", "target": room.documents["goals"]}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "comment", "target": "x"}, 422),
        ({"kind": "section", "target": "x"}, 404),
        ({"kind": "block", "target": "", "block": "<b>"}, 422),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(room: Room, fields: dict[str, str], status: int) -> None:
    assert room.show(room.dana, **fields) == status
    assert room.stage() is None


def test_no_name_and_no_address_of_anybody(room: Room) -> None:
    room.join("parent", email="elena@home.example")
    room.show(room.dana, kind="section", target=room.documents["goals"])
    html = room.dana.get(f"{room.url}/project").text
    for secret in ("Dana", "@", "The parent"):
        assert secret not in words(html), secret
    assert "school.example" not in html
    assert "home.example" not in html


def test_without_anything_on_stage_it_shows_what_is_discussed(room: Room) -> None:
    actor = room.school.actor(room.leader, room.meeting)
    room.school.call(discuss_section, room.school.state.journal, actor, room.documents["services"], discussing=True)
    text = room.dana.text(f"{room.url}/project")
    assert "Services" in text
    assert "Being discussed" in text


def test_both_languages_on_every_page_of_it(room: Room) -> None:
    browser = room.join("interpreter", locale="es")
    for path in ("/project", "/follow"):
        html = browser.get(room.url + path).text
        assert '<html lang="es"' in html
        assert html.count('name="locale"') == 2
    html = browser.get(f"{room.url}/follow").text
    assert "aviso previo por escrito" in html
    assert '<span lang="en">prior written notice (PWN)</span>' in html
    assert html.count('class="term"') == len(GLOSSARY) >= 40


def test_the_words_of_the_glossary_are_each_there_once_and_explained() -> None:
    for code in ("en", "es"):
        terms = [getattr(term, code) for term in GLOSSARY]
        assert len(set(terms)) == len(terms)
        assert all(term.explained[code].endswith(".") for term in GLOSSARY)


class Told:
    def __init__(self, room: Room, browser: Browser) -> None:
        self.room, self.browser = room, browser
        self.number = browser.get(f"{room.url}/said").json()["number"]

    def news(self) -> list[tuple[str, bool]]:
        answer = self.browser.get(f"{self.room.url}/said?after={self.number}").json()
        self.number = answer["number"]
        return [(act["text"], act["matters"]) for act in answer["acts"]]


def test_acts_are_told_in_the_reader_s_language_and_not_to_who_did_them(room: Room) -> None:
    parent, spanish = Told(room, room.join("parent")), Told(room, room.join("student", locale="es"))
    dana = Told(room, room.dana)
    parent.news()  # the student's coming
    room.dana.post(f"{room.url}/pause", {"paused": "yes"}, seen=room.url)
    room.dana.post(f"{room.url}/sections/{room.documents['goals']}/state", {"state": "in_discussion"}, seen=room.url)
    assert parent.news() == [("Writing is paused for everybody.", True), ("Goals is being discussed.", True)]
    assert spanish.news()[0][0] == "La escritura está en pausa para todos."
    assert dana.news() == []
    assert parent.news() == []


def test_nothing_written_is_in_what_is_told(room: Room) -> None:
    """The sentences name the act, its author and its place; every value comes from a table of ours."""
    parent = Told(room, room.join("parent"))
    reason = "a very private reason"
    room.school.phase(room.leader, room.meeting, "closed")
    room.dana.post(f"{room.url}/phase", {"phase": "live", "reason": reason}, seen=room.url)
    told = parent.news()
    assert told == [("The meeting is closed.", True), ("The meeting is open again.", True)]
    assert reason not in str(told)


def test_text_size_is_in_the_page_from_its_first_byte(room: Room) -> None:
    room.dana.client.cookies.set("roundtable_text_size", "largest")
    assert 'data-text-size="largest"' in room.dana.get(room.url).text
    room.dana.client.cookies.set("roundtable_text_size", '"><script>')
    assert "data-text-size" not in room.dana.get("/account").text


def test_the_journal_tells_who_put_it_there(room: Room) -> None:
    room.show(room.dana, kind="section", target=room.documents["goals"])
    newest = room.school.rows(select(Entry).where(Entry.meeting_id == room.meeting).order_by(Entry.number.desc()))[0]
    assert newest.kind == "meeting.staged"
    assert newest.author_id == room.school.rows(select(Person).where(Person.email == "dana@school.example"))[0].id
    assert room.school.rows(select(Meeting.head_number).where(Meeting.id == room.meeting))[0] == newest.number


def test_the_title_of_the_projector_s_page_names_nobody(room: Room) -> None:
    for path in ("/project", "/follow"):
        title = re.search(r"<title>(.*?)</title>", room.dana.get(room.url + path).text, re.DOTALL)
        assert title
        assert "Jonah" not in title[1]
