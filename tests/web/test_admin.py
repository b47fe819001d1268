import re

import pytest
from sqlalchemy import select

from server.storage.tables import Person
from tests.support.school import Browser, School, words


@pytest.fixture
def ada(school: School) -> Browser:
    return school.browser(school.person("Ada Admin", is_administrator=True, email="ada@example.org"))


@pytest.mark.parametrize("is_staff", [False, True])
def test_for_administrators_alone(school: School, is_staff: bool) -> None:
    browser = school.browser(school.person("Dana", is_staff=is_staff))
    browser.get("/account")
    assert browser.get("/admin").status_code == 404
    for url in ("/admin/people", "/admin/people/p_x/link", "/admin/people/p_x/disable", "/admin/people/p_x/enable"):
        assert browser.post(url, {"name": "X", "is_administrator": "yes"}).status_code == 404


def test_adding_a_colleague_who_comes_in_by_link(school: School, ada: Browser) -> None:
    form = {"name": "Dana Whitlock", "email": "dana@example.org", "locale": "en", "is_staff": "yes"}
    assert ada.post("/admin/people", form, seen="/admin").status_code == 303
    (dana,) = school.rows(select(Person).where(Person.email == "dana@example.org"))
    assert (dana.is_staff, dana.is_administrator) == (True, False)
    answer = ada.post(f"/admin/people/{dana.id}/link")
    link = re.search(r"http://testserver(/invite/[\w-]{43})", answer.text)
    assert link
    browser = school.browser()
    assert browser.post(link[1], seen=link[1]).headers["location"] == "/"
    assert "Set up a meeting" in browser.text("/")


def test_a_refused_form_keeps_what_was_typed(school: School, ada: Browser) -> None:
    form = {"name": "Other Ada", "email": "ada@example.org", "locale": "es", "is_staff": "yes"}
    answer = ada.post("/admin/people", form, seen="/admin")
    assert answer.status_code == 422
    assert 'value="Other Ada"' in answer.text
    assert 'value="ada@example.org"' in answer.text
    assert re.search(r'name="is_staff"[^>]* checked', answer.text)
    assert not re.search(r'name="is_administrator"[^>]* checked', answer.text)


def test_disabling_signs_out_at_once_and_enabling_lets_back_in(school: School, ada: Browser) -> None:
    dana = school.person("Dana")
    browser = school.browser(dana)
    assert ada.post(f"/admin/people/{dana.id}/disable", seen="/admin").status_code == 303
    assert browser.get("/").status_code == 303
    assert ada.post(f"/admin/people/{dana.id}/link").status_code == 404
    assert ada.post(f"/admin/people/{dana.id}/enable").status_code == 303
    assert school.browser(dana).get("/").status_code == 200


def test_nobody_locks_themselves_out(school: School, ada: Browser) -> None:
    (me,) = school.rows(select(Person))
    assert ada.post(f"/admin/people/{me.id}/disable", seen="/admin").status_code == 422
    assert ada.get("/admin").status_code == 200


def test_search(school: School, ada: Browser) -> None:
    school.person("Marcus Obi", email="marcus@example.org")
    school.person("100% Percent")
    assert "Marcus Obi" in ada.text("/admin?q=OBI")
    assert "Marcus Obi" in ada.text("/admin?q=marcus@")
    assert "Marcus Obi" not in ada.text("/admin?q=%25")
    assert "Nobody fits" in ada.text("/admin?q=zzz")


def test_no_student_is_shown(school: School, ada: Browser) -> None:
    school.meeting(school.person("Dana", is_staff=True), student="Jonah Vasquez-Lind")
    for url in ("/admin", "/"):
        assert "Jonah" not in words(ada.get(url).text)
