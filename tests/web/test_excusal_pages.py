"""Excusals on pages: a parent agrees by herself to words in her language, staff ask and note, and all read the same."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from server.journal import kinds
from server.journal.payload import read_facts
from server.meeting import propose_excusal
from server.storage.tables import ContactAttempt, Entry, Excusal, Person
from tests.support.school import Browser, School, words


@dataclass
class Team:
    school: School
    dana: Browser
    elena: Browser
    raman: Browser
    sato: Person
    meeting: str

    @property
    def url(self) -> str:
        return f"/m/{self.meeting}/excusals"

    def excusal(self) -> Excusal:
        return self.school.rows(select(Excusal))[-1]

    def ask(self, **form: Any) -> Any:
        given = {"person": self.sato.id, "kind": "excused", "part": "some", "sections": ["services"], **form}
        return self.dana.post(self.url, given, seen=self.url)


@pytest.fixture
def team(school: School) -> Team:
    dana = school.person("Dana Whitlock", is_staff=True)
    meeting = school.meeting(dana)
    people = {
        role: school.person(name, is_staff=role != "parent", locale="es" if role == "parent" else "en")
        for role, name in (("parent", "Elena"), ("lea_representative", "Raman"), ("team_staff", "Sato"))
    }
    for role, person in people.items():
        school.seat(dana, meeting, person, role)
    elena, raman = (school.browser(people[role]) for role in ("parent", "lea_representative"))
    return Team(school, school.browser(dana), elena, raman, people["team_staff"], meeting)


def test_a_parent_agrees_on_her_own_page_in_her_language(team: Team) -> None:
    assert team.ask().status_code == 303
    excusal = team.excusal()
    waiting = team.elena.text(f"{team.url}/asks")
    assert "No se dispensa a nadie sin su acuerdo" in waiting
    page = team.elena.text(team.url)
    assert "Entiendo que Sato no estará en esta parte de la reunión: Servicios" in page
    one = f"{team.url}/{excusal.id}/agree"
    unticked = team.elena.post(one)
    assert unticked.status_code == 422
    assert "Marque la casilla" in words(unticked.text)
    assert team.elena.post(one, {"understood": "yes"}).status_code == 303
    (entry,) = team.school.rows(select(Entry).where(Entry.kind == kinds.EXCUSAL_AGREED))
    assert read_facts(bytes(entry.payload))["statement"].startswith("Entiendo que Sato")
    assert team.elena.text(f"{team.url}/asks") == ""
    assert "The district agrees" in team.raman.text(team.url)
    assert team.raman.post(one, {"understood": "yes"}).status_code == 303
    assert "the person’s written input" in team.dana.text(team.url)
    sato = team.school.browser(team.sato)
    sato.get(team.url)
    assert sato.post(f"{team.url}/{excusal.id}/input", {"input": "Graphs <b>help</b>."}).status_code == 303
    page = team.elena.get(team.url).text
    assert "Graphs &lt;b&gt;help&lt;/b&gt;." in page
    assert "Completa" in words(page)


def test_what_waits_for_an_agreement_names_the_person_and_the_part(team: Team) -> None:
    team.ask()
    waiting = team.raman.text(f"{team.url}/asks")
    assert "The school asks whether Sato may miss a part of the meeting: Services. Nobody is excused" in waiting
    assert team.ask(sections=["services"]).status_code == 409
    assert team.ask(part="all").status_code == 303
    assert "La escuela pregunta si Sato puede faltar a toda la reunión. No se" in team.elena.text(f"{team.url}/asks")
    assert "Answer whether Sato may be excused from the meeting" in team.raman.text("/")
    assert "Responda si Sato puede faltar a la reunión" in team.elena.text("/")


def test_paper_stands_as_noted(team: Team) -> None:
    team.ask(part="all")
    excusal, elena = team.excusal(), team.school.rows(select(Person).where(Person.name == "Elena"))[0]
    form = {"person": elena.id, "signed_on": "2026-01-05", "signed_time": "09:30"}
    assert team.dana.post(f"{team.url}/{excusal.id}/note", {**form, "signed_on": "2090-01-05"}).status_code == 422
    assert team.dana.post(f"{team.url}/{excusal.id}/note", form).status_code == 303
    page = team.dana.text(team.url)
    assert "Elena, Jan 5, 2026, 9:30" in page.replace("\u202f", " ")
    assert "on paper, noted by Dana Whitlock" in page
    assert "the whole meeting" in page
    noted = {"noted": "yes", "input": "Sent home in the folder.", "given_on": ""}
    assert "Sent home in the folder." in team.dana.post(f"{team.url}/{excusal.id}/input", noted).text
    assert team.dana.post(f"{team.url}/{excusal.id}/input", {**noted, "given_on": "0026-01-05"}).status_code == 422
    assert team.dana.post(f"{team.url}/{excusal.id}/input", {**noted, "given_on": "2026-01-05"}).status_code == 303
    assert team.elena.post(f"{team.url}/{excusal.id}/revoke", {"reason": "I want her there."}).status_code == 303
    assert "I want her there." in team.dana.text(team.url)


def test_what_was_typed_is_kept(team: Team) -> None:
    answer = team.ask(sections=[], reason="A class field trip.")
    assert answer.status_code == 422
    assert 'value="A class field trip."' in answer.text
    assert 'href="#field-sections"' in answer.text


def test_the_log_of_attempts(team: Team) -> None:
    url = f"/m/{team.meeting}/contacts"
    form = {
        "channel": "home_visit",
        "result": "other_time",
        "day": "2026-01-05",
        "time": "16:00",
        "language": "Spanish, with R. Imbert",
        "note": "The father works at night.",
        "next_step": "Offer an afternoon.",
    }
    for day in ("2090-01-05", "0001-01-01", "0026-01-05"):
        wrong = team.dana.post(url, {**form, "day": day}, seen=url)
        assert wrong.status_code == 422
        assert 'id="error-day"' in wrong.text
        assert "The father works at night." in wrong.text
    assert team.dana.post(url, form).status_code == 303
    page = team.elena.text(url)
    assert "Visita a la casa" in page
    assert "Offer an afternoon." in page
    contact = team.school.rows(select(ContactAttempt))[0]
    assert team.elena.post(f"{url}/{contact.id}/remove").status_code == 403
    assert team.dana.post(f"{url}/{contact.id}/remove").status_code == 303
    assert "Offer an afternoon." not in team.dana.text(url)


def test_another_meetings_excusal_is_none_here(team: Team) -> None:
    other = team.school.meeting(team.school.person("Ana", is_staff=True))
    dana = team.school.actor(team.school.rows(select(Person).where(Person.name == "Ana"))[0], other)
    excusal = team.school.call(propose_excusal, team.school.state.journal, dana, dana.person_id, "excused")
    team.elena.get(team.url)
    assert team.elena.post(f"{team.url}/{excusal}/agree", {"understood": "yes"}).status_code == 404
