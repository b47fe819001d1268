"""Home: what is asked of each and what is due, each a link that goes there; and what it costs for a whole caseload."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, event, update

from server.domain.decisions import seen_mark
from server.domain.file_dates import FileDates
from server.domain.meeting_notice import NOTICE
from server.domain.roles import LIVE, PREWORK
from server.meeting import (
    Actor,
    ItemPlan,
    Promise,
    Target,
    Words,
    add_follow_up,
    add_item,
    answer,
    finalize_section,
    mark_follow_up,
    note_attendance,
    open_thread,
    propose_excusal,
    read_back_section,
    set_phase,
)
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import propose_decision, read_back_decision, settle_decision
from server.meeting.file_dates import note_file_dates
from server.meeting.meeting_notices import Addressed, Answer, answer_notice, current_content, send_notice
from server.meeting.notices import Told, change_notice, compose_notice
from server.meeting.sharing import note_opening
from server.meeting.signing import sign
from server.storage.tables import FollowUp, Meeting
from server.storage.tables.base import now
from tests.support.school import School

TODAY = now().astimezone(ZoneInfo("America/New_York")).date()  # where these meetings are
ROLES = {
    "case_manager": "Dana",
    "lea_representative": "Lee",
    "team_staff": "Tom",
    "parent": "Elena",
    "observer": "Olga",
}
STAFF = {"case_manager", "lea_representative", "team_staff"}
PART = {
    "kind": "proposes",
    "action": "45 minutes",
    "reasons": "Thirty were not enough.",
    "basis": "Probes",
    "options": [{"text": "As before", "why": "It did not work."}],
    "factors": "None.",
}


class Case:
    """One student's team."""

    def __init__(self, school: School) -> None:
        self.school, self.journal = school, school.state.journal
        self.people = {role: school.person(name, is_staff=role in STAFF) for role, name in ROLES.items()}
        self.dana = self.people["case_manager"]
        self.id = school.meeting(self.dana)
        for role, person in self.people.items():
            if role != "case_manager":
                school.seat(self.dana, self.id, person, role)
        self.url, self.documents = f"/m/{self.id}", school.documents(self.id)
        self.browsers = {role: school.browser(person) for role, person in self.people.items()}

    def actor(self, role: str = "case_manager") -> Actor:
        return self.school.actor(self.people[role], self.id)

    def do(self, act: Any, *args: Any, role: str = "case_manager", **named: Any) -> Any:
        return self.school.call(act, self.journal, self.actor(role), *args, **named)

    def links(self, role: str) -> dict[str, str]:
        """Address and words of each line."""
        html = self.browsers[role].get("/").text
        return dict(re.findall(r'<p class="row-title"><a href="([^"]+)">([^<]+)</a>', html))

    def leads(self, role: str) -> set[str]:
        """Where the lines go, under the meeting's address; each of them answers."""
        found = self.links(role)
        for url in found:
            assert self.browsers[role].get(url.partition("#")[0]).status_code == 200, url
        return {url.removeprefix(self.url).partition("#")[0] for url in found}

    async def invite(self) -> None:
        async with self.school.state.database.session() as session:
            connection = await session.connection()
            content = await connection.run_sync(current_content, self.id)
        actor = Actor(self.dana.id, self.id, "case_manager")
        told = [Addressed(self.people["parent"].id, "en", "token", None)]
        await send_notice(self.journal, actor, self.school.state.post, NOTICE, content, 0, told)


def test_before_the_meeting_each_is_asked_for_their_own(school: School) -> None:
    case = Case(school)
    assert case.leads("observer") == set()
    assert case.leads("parent") == {"/words"}
    school.call(case.invite)
    school.share(case.dana, case.id)
    case.do(propose_excusal, case.people["team_staff"].id, "excused", sections=["goals"])
    case.do(add_item, ItemPlan("The bus", 5), role="parent")
    thread = case.do(open_thread, Target("section", case.documents["goals"]), Words("Why?"), role="parent")
    day = (TODAY + timedelta(days=2)).isoformat()
    promise = case.do(add_follow_up, Promise("Send the report", case.people["parent"].id, day), kind="task")
    with school.state.database.sync.execution_options(writes=True).begin() as connection:
        connection.execute(update(FollowUp).values(due="2026-01-05"))  # time goes by
    assert case.leads("parent") == {"/notice", "/before", "/words", "/excusals", "/to-do"}
    assert case.leads("case_manager") == {"/comments", "/agenda", "/file-dates"}
    assert case.leads("lea_representative") == {"/excusals"}
    assert case.leads("team_staff") == {"/excusals"}
    assert case.leads("observer") == set()
    told = case.browsers["parent"].text("/")
    assert "You promised: Send the report" in told
    assert re.search(r"Overdue · Jan 5, 2026 \d+ days late", told)
    assert f"{case.url}/to-do#follow-up-{promise}" in case.links("parent")
    # The parents' door, where their links lead, lists the same; reading and writing are what it is there for.
    door = case.browsers["parent"].get(f"{case.url}/before").text
    asked = re.findall(r'<p class="row-title"><a href="([^"]+)">', door)
    assert {url.removeprefix(case.url).partition("#")[0] for url in asked} == {"/notice", "/excusals", "/to-do"}
    # Done, it is asked no more.
    case.do(answer_notice, Answer("coming"), role="parent")
    shared = [one for one in case.documents.values() if one != case.documents["parent_input"]]
    case.do(note_opening, shared, role="parent")
    case.do(mark_follow_up, promise, done=True, role="parent")
    case.do(answer, thread, Words("So that."))
    assert case.leads("parent") == {"/words", "/excusals"}
    assert "/comments" not in case.leads("case_manager")


def test_after_the_meeting_each_is_asked_for_their_own(school: School) -> None:
    case = Case(school)
    case.do(set_phase, LIVE)
    case.do(note_attendance, case.people["parent"].id, how="phone")
    said = DecisionWords(question="How long?", action="45 minutes", outcome="agreed")
    decision = case.do(propose_decision, said)
    case.do(read_back_decision, decision, revision=1)
    case.do(settle_decision, decision, revision=1, seen=seen_mark(1, []))
    goals = case.documents["goals"]
    case.do(read_back_section, goals)
    case.do(finalize_section, goals, override="As agreed.", role="lea_representative")
    school.phase(case.dana, case.id, "closed")
    assert case.leads("parent") == {"/review", ""}
    door = case.browsers["parent"].get(f"{case.url}/before").text
    assert "Sign 2 things that you have not signed yet" in door
    for path in ("review", "decisions", "papers"):
        assert f'href="{case.url}/{path}"' in door
    assert case.leads("team_staff") == {"/duties", "/review", ""}
    assert case.leads("lea_representative") == {"/duties", "/notices", "/review", ""}
    assert "34 CFR 300.503(a)" in case.browsers["lea_representative"].text("/")
    assert "34 CFR 300.503(a)" not in case.browsers["parent"].text("/")
    notice = case.do(compose_notice, [decision], safeguards="Rights.", contacts="The school.")
    told = Told([{**PART, "decision": decision}], "Rights.", "The school.")
    case.do(change_notice, notice, told, revision=1)
    assert f"{case.url}/notices/{notice}" in case.links("lea_representative")
    assert f"{case.url}/notices/{notice}" not in case.links("case_manager")
    for kind in ("attended", "received"):
        case.do(sign, kind, understood=True, statement="I understand.", role="parent")
    assert case.leads("parent") == {""}
    assert "Annual review of the plan" in case.browsers["parent"].text("/")


def test_dates_due_are_told_with_their_rule_and_how_near_they_are(school: School) -> None:
    case = Case(school)
    noted = FileDates(TODAY - timedelta(days=4 * 366), date(TODAY.year - 2, 9, 1), TODAY - timedelta(days=12))
    case.do(note_file_dates, noted, at=now())

    async def first() -> None:
        async with school.state.database.transaction() as session:
            await session.execute(update(Meeting).values(purpose="initial"))

    school.call(first)
    for role in ("case_manager", "parent"):
        told = case.browsers[role].text("/")
        assert re.search(r"34 CFR 300.303\(b\)\(2\) Overdue · [^·]+ days late", told)
        assert re.search(r"34 CFR 300.323\(c\)\(1\) Soon · [^·]+ in 18 days", told)
        assert re.search(r"34 CFR 300.504\(a\) (Overdue|Soon|Later)", told)
    assert "34 CFR" not in case.browsers["observer"].text("/")


@contextmanager
def counted() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_caseload_costs_no_more_queries_than_one_student(school: School) -> None:
    case = Case(school)
    dana = case.browsers["case_manager"]
    school.phase(case.dana, school.meeting(case.dana), LIVE, "closed")
    dana.get("/")
    with counted() as one:
        assert dana.get("/").status_code == 200
    for number in range(8):
        other = school.meeting(case.dana, student=f"Student {number}")
        if number > 5:
            school.phase(case.dana, other, LIVE, "closed")
    with counted() as many:
        page = dana.text("/")
    assert "Student 7" in page
    assert len(many) == len(one) < 40
    assert case.school.load_meeting(case.id).phase == PREWORK
