"""Who has seen the record: noted of everybody, shown to the family, and the extract that the law asks for."""

import sqlite3

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from server.storage.tables import Access
from tests.support.school import School
from tests.web.test_sharing_pages import Team


def test_openings_once_a_day_and_papers_each_time(school: School) -> None:
    team = Team(school)
    parent, advocate = team.browsers["parent"], team.browsers["advocate"]
    for _ in range(2):
        advocate.get(team.url)
        assert parent.get(f"{team.url}/papers/iep.docx").status_code == 200
    school.call(school.state.accesses.flush)
    kept = school.rows(select(func.count()).where(Access.meeting_id == team.id, Access.what == "opened"))
    page = parent.text(f"{team.url}/access")
    assert page.count("took away: the plan (IEP)") == 2
    assert page.count("The advocate") == 1
    assert "helps the family" in page
    school.state.accesses._known.clear()  # as after a restart, or on another node
    advocate.get(team.url)
    school.call(school.state.accesses.flush)
    assert kept == school.rows(select(func.count()).where(Access.meeting_id == team.id, Access.what == "opened"))


def test_the_extract_leaves_out_parents_and_the_schools_own(school: School) -> None:
    team = Team(school)
    for role in ("advocate", "interpreter"):
        team.browsers[role].get(team.url)
    school.call(school.state.accesses.flush)
    extract = team.browsers["parent"].text(f"{team.url}/access?only=others")
    assert "The advocate" in extract
    assert "The interpreter" in extract
    assert "leads the meeting" not in extract
    for role in ("advocate", "interpreter", "observer"):
        assert team.browsers[role].get(f"{team.url}/access").status_code == 403


def test_a_paper_that_cannot_be_noted_is_not_given(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team(school)
    browser = team.browsers["case_manager"]

    async def fail(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(school.state.accesses, "taken", fail)
        answer = browser.get(f"{team.url}/papers/iep.docx")
    assert answer.status_code == 503
    assert not answer.content.startswith(b"PK")
