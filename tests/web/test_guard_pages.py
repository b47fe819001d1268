"""The case manager's own page of facts: who may open it, what it shows, and that no other student's words get there."""

import re

import pytest
from sqlalchemy import select

from server.domain.roles import CASE_MANAGER, LEA_REPRESENTATIVE, PARENT, PHASES, ROLES, STAFF, may
from server.jobs.lease import claim
from server.jobs.marks import Marks
from server.meeting import Target, Words, dispose, open_thread
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import propose_decision
from server.storage.tables import MarkedMeeting, SentenceMark
from tests.support.desk import Writer
from tests.support.school import School

GOAL = "Given a passage of grade five, {} will read 112 words correct per minute in three of four probes."
OWN = "Mia sings in the choir of her church on every second Sunday with her two sisters."


def write(school: School, meeting: str, person: str, section: str, text: str) -> None:
    async def go() -> None:
        Writer(school.state.journal, school.documents_of[meeting][section], person).write(text)  # type: ignore[attr-defined]
        await school.state.journal.settle()

    school.call(go)


def take_marks(school: School) -> None:
    async def go() -> None:
        job = Marks(school.state.database, school.state.settings.secret_keys[-1])
        while await job.due():
            held = await claim(school.state.database, "marks", "here", 60)
            assert held is not None
            await job(held)

    school.call(go)


def test_the_case_manager_alone_opens_it_in_every_phase(school: School) -> None:
    people = {role: school.person(f"The {role}", is_staff=role in STAFF) for role in ROLES}
    leader = people[CASE_MANAGER]
    meeting = school.meeting(leader)
    for role in ROLES[1:]:
        school.seat(leader, meeting, people[role], role)
    browsers = {role: school.browser(person) for role, person in people.items()}
    for phase in PHASES:
        if phase != "prework":
            school.phase(leader, meeting, phase)
        for role in ROLES:
            allowed = may(role, "read_guard", phase)
            assert allowed is (role == CASE_MANAGER)
            assert browsers[role].get(f"/m/{meeting}/guard").status_code == (200 if allowed else 404), role
    for role in (CASE_MANAGER, LEA_REPRESENTATIVE, PARENT):
        assert ("/guard" in browsers[role].get(f"/m/{meeting}").text) is (role == CASE_MANAGER)
    assert school.browser(school.person("A Stranger", is_staff=True)).get(f"/m/{meeting}/guard").status_code == 404


@pytest.fixture
def two(school: School) -> tuple[str, str]:
    """Two students' meetings with a goal alike, by two case managers."""
    leaders = [school.person(name, is_staff=True) for name in ("Dana Whitlock", "Ruth Okafor")]
    meetings = [
        school.meeting(leader, student=name)
        for leader, name in zip(leaders, ("Jonah Vasquez-Lind", "Mia Fenwick"), strict=True)
    ]
    school.documents_of = {one: school.documents(one) for one in meetings}  # type: ignore[attr-defined]
    for leader, meeting, name in zip(leaders, meetings, ("Jonah", "Mia"), strict=True):
        write(school, meeting, leader.id, "goals", GOAL.format(name))
    write(school, meetings[1], leaders[1].id, "present_levels", OWN)
    school.leaders = leaders  # type: ignore[attr-defined]
    return meetings[0], meetings[1]


def test_another_students_same_words_are_found_and_nothing_of_that_student_is_shown(
    school: School, two: tuple[str, str]
) -> None:
    here, there = two
    browser = school.browser(school.leaders[0])  # type: ignore[attr-defined]
    assert 'id="same_text"' not in browser.get(f"/m/{here}/guard").text
    take_marks(school)
    heads = school.load_meeting(here).head_number
    page = browser.get(f"/m/{here}/guard").text
    assert 'id="same_text"' in page
    assert GOAL.format("Jonah") in page
    assert not re.search(r"\bMia\b|Fenwick|Okafor|choir", page)
    assert there not in page
    assert school.load_meeting(here).head_number == heads  # looking leaves nothing behind
    # Neither words nor names are in what is kept, and a plan that was changed is no longer the same.
    marks = school.rows(select(SentenceMark.mark))
    assert marks
    assert all(re.fullmatch("[0-9a-f]{32}", mark) for mark in marks)
    assert len(school.rows(select(MarkedMeeting.meeting_id))) == 2
    write(school, there, school.leaders[1].id, "notes", "One more word.")  # type: ignore[attr-defined]
    take_marks(school)
    assert 'id="same_text"' in browser.get(f"/m/{here}/guard").text


def test_the_same_students_last_plan_is_no_other_student(school: School) -> None:
    leader = school.person("Dana Whitlock", is_staff=True)
    meeting = school.meeting(leader)
    school.documents_of = {meeting: school.documents(meeting)}  # type: ignore[attr-defined]
    write(school, meeting, leader.id, "goals", GOAL.format("Jonah"))
    take_marks(school)
    assert 'id="same_text"' not in school.browser(leader).get(f"/m/{meeting}/guard").text


def test_facts_lead_to_their_places_and_say_what_can_be_done(school: School) -> None:
    leader, parent = school.person("Dana Whitlock", is_staff=True), school.person("Elena Vasquez")
    meeting = school.meeting(leader)
    school.seat(leader, meeting, parent, "parent")
    school.documents_of = {meeting: school.documents(meeting)}  # type: ignore[attr-defined]
    documents = school.documents(meeting)
    write(school, meeting, leader.id, "services", "The district does not offer a reader.")
    dana, elena = school.actor(leader, meeting), school.actor(parent, meeting)
    journal = school.state.journal
    thread = school.call(open_thread, journal, elena, Target("section", documents["goals"]), Words("A smaller school?"))
    school.call(dispose, journal, dana, thread, "declined", reason="No.")
    options = [{"text": "Stay", "chosen": False}]
    decision = school.call(propose_decision, journal, dana, DecisionWords(question="Which school?", options=options))
    page = school.browser(leader).get(f"/m/{meeting}/guard").text
    for address in ("#section-services", f"#thread-{thread}", f"/decisions/{decision}", "/invitations", "/sharing"):
        assert address in page, address
    assert "The district does not offer a reader." in page
    assert "A smaller school?" in page
    for source in ("Deal v. Hamilton County", "34 CFR 300.503(b)(6)", "34 CFR 300.322"):
        assert source in page
    assert page.count("What you can do:") == 4
    assert not re.search(r"predeterm|violat|illegal|unlawful", page, re.IGNORECASE)
    school.share(leader, meeting)
    school.invite(leader, meeting, parent)
    assert "Elena Vasquez has opened nothing of the draft yet." in school.browser(leader).text(f"/m/{meeting}/guard")
