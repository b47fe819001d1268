"""Changing a final plan without a meeting, on pages: read in plain words, answered in writing, told to everybody."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from server.meeting import finalize_section, read_back_section
from server.storage.tables import Amendment, AmendmentAnswer, Mailing, Meeting, Notice, Outbox
from tests.support.desk import Writer
from tests.support.measuring import add_goal
from tests.support.school import School, words

WHY = "The team has looked at every point."


class Team:
    """A plan whose goals are final; both households, the school's representative, a teacher."""

    def __init__(self, school: School) -> None:
        self.school = school
        people: dict[str, tuple[str, str, dict[str, Any]]] = {
            "dana": ("Dana Whitlock", "case_manager", {"is_staff": True}),
            "priya": ("Priya Raman", "lea_representative", {"is_staff": True, "email": "priya@example.org"}),
            "tess": ("Tess Okafor", "team_staff", {"is_staff": True, "email": "tess@example.org"}),
            "elena": ("Elena Vasquez", "parent", {"locale": "es", "email": "elena@example.org"}),
            "peter": ("Peter Lind", "parent", {}),
        }
        made = {key: school.person(name, **values) for key, (name, _, values) in people.items()}
        dana = made["dana"]
        self.meeting = school.meeting(dana)
        for key, (_, role, _values) in people.items():
            if key != "dana":
                school.seat(dana, self.meeting, made[key], role)
        self.documents = school.documents(self.meeting)
        school.phase(dana, self.meeting, "live")
        school.call(add_goal, school.state.journal, self.documents["goals"], dana.id)
        lead = school.actor(made["priya"], self.meeting)
        school.call(read_back_section, school.state.journal, lead, self.documents["goals"])
        school.call(finalize_section, school.state.journal, lead, self.documents["goals"], override=WHY)
        school.phase(dana, self.meeting, "closed")
        self.dana, self.priya, self.tess, self.elena, self.peter = (school.browser(made[key]) for key in people)
        self.leader = dana
        self.url = f"/m/{self.meeting}/amendments"

    @property
    def amendment(self) -> Any:
        return self.school.rows(select(Amendment).order_by(Amendment.ordinal))[-1]

    def propose(self, more: str = "Jonah will read aloud.") -> str:
        """Begun and written; the address of its page."""
        form = {"sections": self.documents["goals"], "reason": "He reads more."}
        answer = self.dana.post(self.url, form, seen=self.url)
        assert answer.status_code == 303, words(answer.text)
        self.write(more)
        return f"{self.url}/{self.amendment.id}"

    def write(self, more: str) -> None:
        writer = Writer(self.school.state.journal, self.amendment.parts[0]["copy"], self.leader.id)
        self.school.call(_typed, writer, more)

    def offer(self, one: str, **form: str) -> Any:
        page = self.dana.get(one).text
        seen = page.split('name="seen" value="')[1].split('"')[0]
        return self.dana.post(f"{one}/offer", {"seen": seen, "reason": "He reads more.", "override": WHY, **form})

    def answer(self, browser: Any, one: str, answer: str = "agree", **form: str) -> Any:
        told = {"answer": answer, "understood": "yes", "seen": self.amendment.mark or "", **form}
        return browser.post(f"{one}/answer", told, seen=one)


async def _typed(writer: Writer, more: str) -> None:
    writer.write(more)
    await writer.journal.settle()
    assert writer.done[-1].entry is not None


@pytest.fixture
def team(tmp_path: Path) -> Any:
    settings = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "Roundtable <rt@example.org>"}
    with School(tmp_path / "data", settings) as school:
        yield Team(school)


def test_the_yearly_review_counts_from_the_day_the_plan_was_made(team: Team) -> None:
    """Set up for February, held and closed in November, late in the evening where the school is."""
    with team.school.state.database.sync.execution_options(writes=True).begin() as connection:
        connection.execute(update(Meeting).values(closed_at=datetime(2026, 11, 28, 3, 30, tzinfo=UTC)))
    assert "it stays due by November 27, 2027" in team.dana.text(team.url)
    assert re.search(r"34 CFR 300.324\(b\)\(1\) [^·]+ · Nov 27, 2027", team.dana.text("/"))


def test_from_the_proposal_to_the_changed_plan(team: Team) -> None:
    one = team.propose()
    # Until it is offered it is the school's own.
    assert team.elena.get(one).status_code == 404
    assert "Jonah will read aloud." not in team.elena.get(f"/m/{team.meeting}").text
    assert team.elena.get(f"{one}/edit").status_code == 404
    assert "Jonah will read aloud." in team.tess.text(one)
    assert team.priya.post(f"{one}/offer", {}).status_code == 403
    without = team.offer(one, override="")
    assert without.status_code == 422
    assert "Say why the change is proposed all the same" in words(without.text)
    assert team.offer(one).status_code == 303

    assert "Se propone un cambio del plan." in team.elena.text("/")
    page = team.elena.text(one)
    assert "Jonah will read aloud." in page
    assert "no tiene que aceptar" in page
    assert "sigue siendo a más tardar el" in page
    assert team.tess.post(f"{one}/answer", {"answer": "agree"}).status_code == 403
    unsaid = team.answer(team.elena, one, understood="", words="Gracias.")
    assert unsaid.status_code == 422
    assert "Gracias." in unsaid.text
    assert team.answer(team.elena, one, words="Gracias.").status_code == 303
    assert "No parent has agreed yet" not in team.dana.text(one)
    assert "has not agreed yet" in team.dana.text(one)
    early = team.dana.post(f"{one}/effect", {"seen": team.amendment.mark})
    assert early.status_code == 409
    assert team.answer(team.priya, one).status_code == 303
    assert "Se propone un cambio" not in team.elena.text("/")

    assert team.dana.post(f"{one}/effect", {"seen": team.amendment.mark}, seen=one).status_code == 303
    told = team.tess.text("/")
    assert "The plan was changed on" in told
    assert "Jonah will read aloud." in team.peter.text(f"/m/{team.meeting}")
    whole = team.peter.text(f"{one}/plan")
    assert "Jonah will read aloud." in whole
    assert "Changed by amendment A1" in whole
    assert "Present levels" in whole
    (notice,) = team.school.rows(select(Notice))
    assert notice.state == "draft"
    assert notice.parts[0]["reasons"] == "He reads more."
    assert "Jonah will read aloud." in notice.parts[0]["action"]
    assert team.elena.get(f"/m/{team.meeting}/notices/{notice.id}").status_code == 404
    assert "Jonah will read aloud." in team.dana.text(f"/m/{team.meeting}/notices/{notice.id}")
    history = team.peter.text(f"/m/{team.meeting}/sections/{team.documents['goals']}/history")
    assert "put an agreed amendment into effect" in history


def test_letters_go_to_who_is_asked_and_then_to_the_whole_team(team: Team) -> None:
    one = team.propose()
    team.offer(one)
    # The mother and the representative have an address; the teacher has no say.
    assert len({row.person_id for row in team.school.rows(select(Mailing))}) == 2
    for browser in (team.elena, team.priya):
        team.answer(browser, one)
    team.dana.post(f"{one}/effect", {"seen": team.amendment.mark}, seen=one)
    rows = team.school.rows(select(Mailing).where(Mailing.about == team.amendment.id))
    assert len(rows) == 2 + 3
    assert {row.purpose for row in rows} == {"amendment"}
    letters = [team.school.state.post.unsealed(row.content) for row in team.school.rows(select(Outbox))]
    spanish = next(one for one in letters if one.subject == "Se propone un cambio del plan")
    assert "no tiene que aceptar" in spanish.text
    assert f"{one}" in spanish.text
    assert "Jonah will read aloud." in spanish.text


def test_whose_page_shows_other_words_answers_nothing(team: Team) -> None:
    one = team.propose()
    stale = team.dana.get(one).text.split('name="seen" value="')[1].split('"')[0]
    team.write(" And again.")
    answer = team.offer(one, seen=stale)
    assert answer.status_code == 409
    assert "changed since you looked" in words(answer.text)
    team.offer(one)
    old = team.amendment.mark
    team.answer(team.elena, one)
    assert team.dana.post(f"{one}/take-back", {}, seen=one).status_code == 303
    page = team.elena.text(one)
    assert "La escuela está cambiando las palabras" in page
    assert "And again." not in page
    team.write(" And more.")
    team.offer(one)
    late = team.answer(team.priya, one, seen=old)
    assert late.status_code == 409
    assert "ya no vale" in team.elena.text(one)
    assert "No parent has agreed yet" in team.dana.text(one)
    assert len(team.school.rows(select(AmendmentAnswer))) == 1


def test_a_parent_asks_for_a_meeting_and_the_school_withdraws(team: Team) -> None:
    one = team.propose()
    team.offer(one)
    team.answer(team.elena, one)
    team.answer(team.priya, one)
    assert team.answer(team.peter, one, "meeting", words="Let us talk.").status_code == 303
    page = team.dana.text(one)
    assert "asks for a meeting instead" in page
    assert "Let us talk." in page
    assert team.dana.post(f"{one}/effect", {"seen": team.amendment.mark}).status_code == 409
    assert team.dana.post(f"{one}/withdraw", {"why_withdrawn": "We meet."}, seen=one).status_code == 303
    assert "We meet." in team.peter.text(one)
    assert "Jonah will read aloud." not in team.peter.get(f"/m/{team.meeting}").text
