"""The pages about how long records are kept: an administrator's, without a word of any record; and the end of one."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.routing import Route

from server.meeting.messages import write_message
from server.storage.tables import Entry, Hold, Mailing, Outbox, Person, Student
from server.web.retention import ROUTES
from tests.support.school import Browser, School

SECRET = "Owls frighten him."


@pytest.fixture
def story(school: School) -> dict[str, Any]:
    leader = school.person("Dana", is_staff=True)
    meeting = school.meeting(leader)
    parent = school.person("Paola Lind", email="paola@example.org")
    school.seat(leader, meeting, parent, "parent")
    school.phase(leader, meeting, "live", "closed")
    school.call(write_message, school.state.journal, school.actor(parent, meeting), SECRET)
    ada = school.browser(school.person("Ada Admin", is_administrator=True))
    return {"meeting": meeting, "leader": leader, "parent": parent, "ada": ada, "url": f"/admin/records/{meeting}"}


def noted(browser: Browser, url: str, act: str, **form: str) -> Any:
    return browser.post(f"{url}/{act}", form, seen=url)


def test_for_administrators_alone(school: School, story: dict[str, Any]) -> None:
    for person in (story["leader"], story["parent"]):
        browser = school.browser(person)
        browser.get("/account")
        for route in ROUTES:
            assert isinstance(route, Route)
            path = route.path.format(meeting_id=story["meeting"], act="hold")
            if "GET" in (route.methods or ()):
                assert browser.get(path).status_code == 404, path
            else:
                form = {"kind": "legal", "words": "x", "unneeded": "yes", "sure": "yes"}
                assert browser.post(path, form).status_code == 404, path
    assert school.rows(select(Hold)) == []
    assert story["ada"].get("/admin/records/m_other").status_code == 404
    assert story["ada"].get(f"{story['url']}/destroyed.zip").status_code == 404


def test_from_a_request_to_the_end(school: School, story: dict[str, Any]) -> None:
    ada, url = story["ada"], story["url"]
    listed = ada.get("/admin/records").text
    assert "Jonah Vasquez-Lind" in listed
    assert "has not been informed" in listed or "have not been informed" in listed
    assert "Go on to destroy it" not in ada.text(url)
    assert noted(ada, url, "asked", on="2026-01-02", words="Both parents.").status_code == 303
    assert noted(ada, url, "hold", kind="inspection", words="Copy asked for").status_code == 303
    assert noted(ada, url, "informed", on="2026-01-02", how="letter").status_code == 303
    assert "It may not be destroyed today" in ada.text(url)
    bad = ada.post(f"{url}/destroy", {"unneeded": "yes", "sure": "yes"})
    assert bad.status_code == 422
    assert "nothing was changed" in bad.text
    (hold,) = school.rows(select(Hold))
    wrong = ada.post(f"{url}/lift", {"hold": hold.id, "words": ""})
    assert wrong.status_code == 422
    assert noted(ada, url, "lift", hold=hold.id, words="They have it.").status_code == 303
    assert "Go on to destroy it" in ada.text(url)
    page = ada.get(f"{url}/destroy").text
    assert "grade level" in page
    for text in (listed, page, ada.get(url).text):
        assert SECRET not in text
    assert ada.post(f"{url}/destroy", {"sure": "yes"}).status_code == 422
    assert ada.post(f"{url}/destroy", {"unneeded": "yes", "sure": "yes", "keep": "yes"}).status_code == 303
    assert "What is left" in ada.text("/admin/records?done=destroyed")
    assert ada.get(url).status_code == 404
    file = ada.get(f"{url}/destroyed.zip")
    assert file.content[:2] == b"PK"
    assert SECRET.encode() not in file.content
    (student,) = school.rows(select(Student))
    assert student.name == "Jonah Vasquez-Lind"
    assert all(entry.payload is None for entry in school.rows(select(Entry).order_by(Entry.number))[:-1])
    # Whoever comes by an old address is told, with an account or without one.
    for browser in (school.browser(story["leader"]), school.browser()):
        for path in ("", "/history", "/review", "/decisions"):
            gone = browser.get(f"/m/{story['meeting']}{path}")
            assert gone.status_code == 410, path
            assert "was destroyed" in gone.text
            assert "300.624(b)" in gone.text
            assert "Jonah" not in gone.text
    assert school.browser(story["leader"]).post(f"/m/{story['meeting']}/ticket").status_code in (403, 410)
    assert re.search("Paola", ada.get("/admin").text) is None
    (parent,) = school.rows(select(Person).where(Person.id == story["parent"].id))
    assert (parent.name, parent.email) == ("", None)


def test_parents_are_informed_by_mail_in_their_language(tmp_path: Path) -> None:
    settings = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "iep@school.example", "base_url": "http://testserver"}
    with School(tmp_path / "data", settings) as school:
        leader = school.person("Dana", is_staff=True)
        meeting = school.meeting(leader)
        ada = school.browser(school.person("Ada Admin", is_administrator=True))
        url = f"/admin/records/{meeting}"
        nobody = noted(ada, url, "informed", how="mail")
        assert nobody.status_code == 422
        assert "No parent of this meeting has an e-mail address" in nobody.text
        parent = school.person("Paola Lind", email="paola@example.org", locale="es")
        school.seat(leader, meeting, parent, "parent")
        assert noted(ada, url, "informed", how="mail").status_code == 303
        (waiting,) = school.rows(select(Outbox))
        letter = school.state.post.unsealed(waiting.content)
        assert (letter.to, letter.language) == ("paola@example.org", "es")
        assert "Ya no necesitamos el expediente" in letter.text
        assert "Jonah" not in letter.text + letter.subject
        (mailing,) = school.rows(select(Mailing))
        assert (mailing.id, mailing.purpose, mailing.person_id) == (waiting.id, "destruction", parent.id)
