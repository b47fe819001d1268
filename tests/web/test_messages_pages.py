"""Messages on pages: a parent writes from the home page on, the case manager answers, mail says only that one came."""

import re
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select, update

from server.domain.calendar import Days
from server.domain.messages import answer_due
from server.domain.readiness import PROFILES
from server.storage.tables import Message, Outbox
from server.storage.tables.base import now
from tests.support.school import School


def test_a_parent_writes_and_is_answered(school: School) -> None:
    dana, elena = school.person("Dana Whitlock", is_staff=True), school.person("Elena Vasquez")
    luis, tom = school.person("Luis"), school.person("Tom", is_staff=True)
    meeting = school.meeting(dana)
    for person, role in ((elena, "parent"), (luis, "parent"), (tom, "team_staff")):
        school.seat(dana, meeting, person, role)
    url = f"/m/{meeting}/messages"
    mother, staff = school.browser(elena), school.browser(dana)
    assert f'href="{url}"' in mother.get("/").text
    wrong = mother.post(url, {"text": " "}, seen=url)
    assert wrong.status_code == 422
    assert "Write your message" in wrong.text
    assert mother.post(url, {"text": "He cries <b>at night</b>."}).status_code == 303
    assert "Not read yet" in mother.text(url)
    assert "Answer a message of the family, which came today" in staff.text("/")

    async def age() -> None:
        async with school.state.database.transaction() as session:
            await session.execute(update(Message).values(written_at=now() - timedelta(days=5)))

    school.call(age)
    assert "which has waited for 5 days" in staff.text("/")
    assert f"{url}#thread-{elena.id}" in staff.get("/").text
    assert "He cries &lt;b&gt;at night&lt;/b&gt;." in staff.get(url).text
    assert "Waiting for an answer of the school for 5 days." in staff.text(url)
    assert "First read by Dana Whitlock" in mother.text(url)
    assert "He cries" not in school.browser(luis).text(url)
    watching = school.browser(tom).get(url).text
    assert "He cries" in watching
    assert "<textarea" not in watching
    assert staff.post(url, {"text": "Since when?", "to": elena.id}, seen=url).status_code == 303
    assert "has waited" not in staff.text("/")
    assert "Read what the school wrote to you" in mother.text("/")
    assert "Since when?" in mother.text(url)
    assert "Read what the school wrote to you" not in mother.text("/")


def test_mail_says_that_something_came_and_not_what(tmp_path: Path) -> None:
    settings = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "iep@school.example", "base_url": "http://rt.example"}
    with School(tmp_path / "data", settings) as school:
        dana = school.person("Dana Whitlock", is_staff=True, email="dana@school.example")
        elena = school.person("Elena Vasquez", locale="es", email="elena@home.example")
        meeting = school.meeting(dana)
        school.seat(dana, meeting, elena, "parent")
        url = f"/m/{meeting}/messages"
        mother, staff = school.browser(elena), school.browser(dana)
        assert mother.post(url, {"text": "Jonah cries."}, seen=url).status_code == 303
        assert staff.post(url, {"text": "Since when?", "to": elena.id}, seen=url).status_code == 303
        waiting = school.rows(select(Outbox.content).order_by(Outbox.created_at))
        letters = [school.state.post.unsealed(bytes(one)) for one in waiting]
    assert [(one.to, one.language) for one in letters] == [("dana@school.example", "en"), ("elena@home.example", "es")]
    assert "Hay un mensaje" in letters[1].subject
    for one in letters:
        assert f"http://rt.example{url}" in one.text
        assert not re.search("Jonah|Vasquez-Lind|cries|Since", one.subject + one.text + one.html)


def test_days_to_answer_are_the_districts() -> None:
    assert answer_due(PROFILES["federal"], date(2026, 11, 2)) is None
    rules = PROFILES["ex"]
    assert rules.message == Days(3, "school")
    due = answer_due(rules, date(2027, 2, 1))
    assert due is None or due > date(2027, 2, 3)
    assert answer_due(rules, date(2060, 1, 1)) is None  # beyond the district's calendar
