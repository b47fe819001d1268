"""The pages of invitations and notice: the preview, what goes out, what is handed over, the answer, the PDF."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from sqlalchemy import select

from server.jobs.lease import claim
from server.meeting.reminders import due_reminders, planned_day
from server.storage.engine import Database
from server.storage.tables import Entry, Mailing, NoticeAnswer, Outbox, Person
from server.web.reminders import Reminders
from tests.support.mail import MailServer
from tests.support.school import Browser, School, words
from tests.support.wait import until

STUDENT = "Jonah Vasquez-Lind"


class Invited:
    """A meeting with a case manager, a parent with a mail address who reads Spanish, and a teacher without one."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.dana = school.person("Dana Whitlock", is_staff=True, email="dana@school.example")
        self.elena = school.person("Elena Vasquez", locale="es", email="elena@home.example")
        self.tom = school.person("Tom Obi", is_staff=True)
        self.id = school.meeting(self.dana, student=STUDENT)
        school.seat(self.dana, self.id, self.elena, "parent", "Mother")
        school.seat(self.dana, self.id, self.tom, "team_staff", "Grade 5 teacher")
        self.url = f"/m/{self.id}"
        self.leader = school.browser(self.dana)

    def parent(self) -> Browser:
        return self.school.browser(self.elena)

    def send(self, *people: Person, kind: str = "notice", **form: str) -> Any:
        query = "".join(f"&{name}={value}" for name, value in form.items()) + ("&typed=1" if form else "")
        page = self.leader.get(f"{self.url}/invitations/preview?kind={kind}{query}").text
        fields = dict(
            re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.partition("invitations/send")[2])
        )
        return self.leader.post(f"{self.url}/invitations/send", {**fields, "people": [one.id for one in people]})

    def mailings(self) -> list[Mailing]:
        return self.school.rows(select(Mailing).where(Mailing.meeting_id == self.id).order_by(Mailing.created_at))


@pytest.fixture
def invited(school: School) -> Invited:
    return Invited(school)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def mailed(tmp_path: Path, mail: MailServer) -> Iterator[Invited]:
    settings = {"smtp_url": mail.url, "mail_from": "Schools <iep@schools.example>", "base_url": "http://testserver"}
    with School(tmp_path / "mailed", settings) as school:
        yield Invited(school)


def test_a_notice_goes_out_by_mail_and_its_link_leads_to_the_answer(mailed: Invited, mail: MailServer) -> None:
    preview = mailed.leader.text(f"{mailed.url}/invitations/preview")
    assert "Le invitamos a esta reunión." in preview
    assert "You are invited to this meeting." in preview
    answer = mailed.send(mailed.elena)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{mailed.url}/invitations?done=notice")
    until(lambda: mail.inbox.got != [], "the letter")
    (message,) = mail.inbox.got
    assert message["To"] == "Elena Vasquez <elena@home.example>"
    assert message["Subject"] == "Invitación: reunión escolar del 25 de febrero de 2027"
    parts = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
    for content in (*parts.values(), message["Subject"]):
        assert "Jonah" not in content
        assert "Vasquez-Lind" not in content
    assert re.search(r"SUMMARY:Reunión escolar\r?\n", parts["text/calendar"])
    assert "IEP" not in parts["text/calendar"]
    for words_of_it in ("Room 12", "14:30", "Grade 5 teacher", "Puede venir con otras personas"):
        assert words_of_it in parts["text/plain"] or words_of_it == "14:30"
    (link,) = set(re.findall(r"http://testserver(/invite/[\w-]{43}\?to=notice)", parts["text/plain"]))
    assert f"http://testserver{link}" in parts["text/html"]
    until(lambda: mailed.mailings()[0].accepted_at is not None, "what the mail server said")

    elena = mailed.school.browser()
    came = elena.post(link.partition("?")[0], {"to": "notice"}, seen=link)
    assert came.headers["location"] == f"{mailed.url}/notice"
    page = elena.text(came.headers["location"])
    assert "Su respuesta" in page
    assert "aceptado por el servidor de correo" in page
    assert "usted lo abrió" in page
    assert "Read " in mailed.leader.text(f"{mailed.url}/invitations")


def test_an_address_that_does_not_exist_is_shown(mailed: Invited, mail: MailServer) -> None:
    mail.inbox.rcpt = lambda _: "550 5.1.1 no such mailbox"
    mailed.send(mailed.elena)
    until(lambda: mailed.mailings()[0].refused_at is not None, "what the mail server said")
    assert "550 5.1.1 no such mailbox" in mailed.leader.text(f"{mailed.url}/invitations")
    assert "550 5.1.1 no such mailbox" in mailed.parent().text(f"{mailed.url}/notice")


def test_without_mail_the_letter_and_its_link_are_there_to_copy(invited: Invited) -> None:
    assert "Mail is not set up here" in invited.leader.text(f"{invited.url}/invitations")
    answer = invited.send(invited.elena)
    assert answer.status_code == 200
    text = re.search(r'<textarea[^>]* lang="es"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)
    assert text is not None
    assert "Sala" not in text[1]
    (link,) = re.findall(r"http://testserver(/invite/[\w-]{43}\?to=notice)", text[1])
    assert [mailing.way for mailing in invited.mailings()] == ["hand"]
    assert link not in invited.leader.get(f"{invited.url}/invitations").text
    assert invited.school.browser().post(link, {"to": "notice"}, seen=link).status_code == 303


def test_a_parent_answers(invited: Invited) -> None:
    parent = invited.parent()
    assert "Your answer" not in parent.text(f"{invited.url}/notice")
    invited.send(invited.elena)
    wrong = parent.post(f"{invited.url}/notice/answer", {"bringing": "Mi hermana"}, seen=f"{invited.url}/notice")
    assert wrong.status_code == 422
    assert "Elija una de las tres respuestas." in words(wrong.text)
    assert "Mi hermana" in wrong.text
    typed = {"answer": "another_time", "other_time": "Los lunes", "interpreter": "Mam", "bringing": "Mi hermana"}
    assert parent.post(f"{invited.url}/notice/answer", typed).status_code == 303
    shown = invited.leader.text(f"{invited.url}/invitations")
    for told in ("Asks for another time", "Los lunes", "Mam", "Mi hermana"):
        assert told in shown
    assert len(invited.school.rows(select(NoticeAnswer))) == 1


def test_a_change_and_a_cancellation(invited: Invited) -> None:
    invited.send(invited.elena)
    form = {"date": "2027-02-26", "time": "14:30", "time_zone": "America/New_York", "place": "Room 5"}
    page = invited.leader.get(f"{invited.url}/arrangement").text
    known = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page))
    assert invited.leader.post(f"{invited.url}/arrangement", {**known, "place": "Room 5"}).status_code == 303, form
    assert "not what people were told" in invited.leader.text(f"{invited.url}/invitations")
    assert "cambió después de este aviso" in invited.parent().text(f"{invited.url}/notice")
    assert "Changed: school meeting" in invited.leader.text(f"{invited.url}/invitations/preview?kind=notice")
    assert invited.send(invited.elena).status_code == 200
    assert invited.send(invited.elena, kind="reminder").status_code == 200
    assert invited.send(invited.elena, kind="cancellation").status_code == 200
    assert "Esta reunión se canceló." in invited.parent().text(f"{invited.url}/notice")
    assert [one.purpose for one in invited.mailings()] == ["notice", "notice", "reminder", "cancellation"]


def test_nothing_goes_out_that_was_not_seen(invited: Invited) -> None:
    answer = invited.leader.post(
        f"{invited.url}/invitations/send", {"kind": "notice", "people": [invited.elena.id], "seen": "0-0"}
    )
    assert answer.status_code == 422
    assert "changed meanwhile" in words(answer.text)
    nobody = invited.send()
    assert "Choose at least one person." in words(nobody.text)
    assert invited.mailings() == []


def test_a_meeting_about_life_after_school(invited: Invited) -> None:
    invited.send(invited.elena, transition="yes", agencies="Vocational Rehabilitation")
    page = invited.parent().text(f"{invited.url}/notice")
    assert "La escuela invita al estudiante a esta reunión." in page
    assert "Vocational Rehabilitation" in page


def test_the_notice_on_paper(invited: Invited) -> None:
    assert invited.parent().get(f"{invited.url}/notice.pdf").status_code == 404
    invited.send(invited.elena)
    answer = invited.parent().get(f"{invited.url}/notice.pdf?language=es")
    assert answer.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert str(pdf.Root.Lang) == "es"
        assert str(pdf.docinfo["/Title"]) == "Aviso de una reunión escolar"


def test_only_the_case_manager_sees_who_was_told(invited: Invited) -> None:
    invited.send(invited.elena)
    for person in (invited.elena, invited.tom):
        browser = invited.school.browser(person)
        assert browser.get(f"{invited.url}/invitations").status_code == 403
        assert browser.get(f"{invited.url}/invitations/preview").status_code == 403
    kinds = invited.school.rows(select(Entry.kind).where(Entry.meeting_id == invited.id))
    assert kinds.count("meeting_notice.sent") == 1


def test_who_has_not_answered_is_reminded_on_the_day(invited: Invited) -> None:
    school, state = invited.school, invited.school.state
    rita = school.person("Rita Moss", email="rita@school.example")
    school.seat(invited.dana, invited.id, rita, "team_staff", "Speech")
    assert invited.send(invited.elena, invited.tom, rita).status_code == 200  # handed over
    state.post.ready = True
    school.browser(rita).post(f"{invited.url}/notice/answer", {"answer": "coming"}, seen=f"{invited.url}/notice")
    page = invited.leader.text(f"{invited.url}/invitations")
    assert "please call: Tom Obi" in words(page)
    late = invited.leader.post(f"{invited.url}/invitations/remind", {"on": "2027-02-25"})
    assert late.status_code == 422
    assert "before the meeting" in late.text
    assert invited.leader.post(f"{invited.url}/invitations/remind", {"on": "2027-02-23"}).status_code == 303
    assert "February 23, 2027" in invited.leader.text(f"{invited.url}/invitations")
    job = Reminders(state.database, state.journal, state.post, "school@x.example", "https://iep.example")

    def letters(at: datetime) -> list[str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("server.web.reminders.now", lambda: at)
            school.call(run_job, state.database, job)
        sent = select(Outbox).join(Mailing, Mailing.id == Outbox.id).where(Mailing.purpose == "reminder")
        return [state.post.unsealed(row.content).to for row in school.rows(sent)]

    eight = datetime(2027, 2, 23, 8, tzinfo=ZoneInfo("America/New_York"))
    assert letters(eight - timedelta(minutes=1)) == []
    assert letters(eight) == ["elena@home.example"]
    assert letters(eight + timedelta(minutes=1)) == ["elena@home.example"]  # once
    assert "whoever has not answered gets" not in invited.leader.text(f"{invited.url}/invitations")


def test_a_cancelled_meeting_reminds_of_nothing(invited: Invited) -> None:
    state = invited.school.state
    invited.send(invited.elena)
    invited.leader.post(f"{invited.url}/invitations/remind", {"on": "2027-02-23"})
    with state.database.sync.connect() as connection:
        assert len(due_reminders(connection, datetime(2027, 2, 24, tzinfo=UTC))) == 1
    invited.send(invited.elena, kind="cancellation")
    with state.database.sync.connect() as connection:
        assert due_reminders(connection, datetime(2027, 2, 24, tzinfo=UTC)) == []
        assert planned_day(connection, invited.id) is None


async def run_job(database: Database, job: Reminders) -> None:
    held = await claim(database, "reminders", "a", 60)
    assert held is not None
    await job(held)
