"""A sign-in link opens no more than its issuer may see: now, later, and by whatever password was set after it."""

import pytest

from server.people.accounts import set_password
from server.people.invitations import issue_account_link
from server.storage.tables import Person
from tests.support.school import Browser, School, words

OLD, NEW = "four quiet herons", "five noisy ravens"
EMAIL = "elena@example.org"


class Two:
    """Two case managers, each with a meeting of her own, and Elena, a parent in the first."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.dana, self.other = (school.person(name, is_staff=True) for name in ("Dana Whitlock", "Olga Other"))
        self.here, self.elsewhere = school.meeting(self.dana), school.meeting(self.other)
        self.elena = school.person("Elena Vasquez")
        school.seat(self.dana, self.here, self.elena, "parent")

    def by_link(self, browser: Browser | None = None, *, of_other: bool = False) -> Browser:
        """Elena's browser, or whoever opened the link of the first meeting (or the second)."""
        leader, meeting = (self.other, self.elsewhere) if of_other else (self.dana, self.here)
        return self.follow(f"/invite/{self.school.invite(leader, meeting, self.elena)}", browser)

    def follow(self, path: str, browser: Browser | None = None) -> Browser:
        found = browser or self.school.browser()
        assert found.post(path, seen=path).status_code == 303
        found.token = ""
        return found

    def by_administrator(self) -> Browser:
        token = self.school.call(issue_account_link, self.school.state.database, self.elena.id, created_by=None)
        return self.follow(f"/invite/{token}")

    def by_password(self, password: str, browser: Browser | None = None) -> Browser:
        found = browser or self.school.browser()
        answer = found.post("/sign-in", {"email": EMAIL, "password": password}, seen="/sign-in")
        assert answer.status_code == 303
        found.token = ""
        return found

    def choose(self, browser: Browser, password: str, **more: str) -> int:
        about = {"name": "Elena Vasquez", "email": EMAIL, "locale": "en", **more}
        browser.post("/account/profile", about, seen="/account")
        status: int = browser.post("/account/password", {"new_password": password, **more}).status_code
        return status

    def seat_elsewhere(self) -> None:
        self.school.seat(self.other, self.elsewhere, self.elena, "parent")

    def opens(self, browser: Browser) -> tuple[int, int, int]:
        """The answers of the first meeting, the second, and the account."""
        pages = (f"/m/{self.here}", f"/m/{self.elsewhere}", "/account")
        first, second, account = (browser.get(page).status_code for page in pages)
        return first, second, account


@pytest.fixture
def two(school: School) -> Two:
    return Two(school)


def test_who_opens_a_link_she_made_reads_no_meeting_that_comes_later(two: Two) -> None:
    thief = two.by_link()
    assert two.choose(thief, OLD) == 303
    assert two.opens(thief) == (200, 404, 200)
    two.seat_elsewhere()
    assert two.opens(thief) == (200, 403, 403)
    assert thief.post("/account/password", {"current_password": OLD, "new_password": NEW}).status_code == 403
    assert two.opens(two.by_password(OLD)) == (200, 403, 403)


def test_who_comes_by_a_link_chooses_a_password_and_signs_in_with_it(two: Two) -> None:
    assert two.choose(two.by_link(), OLD) == 303
    browser = two.by_password(OLD)
    assert browser.get("/").status_code == 200
    assert two.opens(browser) == (200, 404, 200)
    second = two.school.meeting(two.dana)
    two.school.seat(two.dana, second, two.elena, "parent")
    assert browser.get(f"/m/{second}").status_code == 200
    assert two.opens(browser) == (200, 404, 200)


def test_who_has_come_by_both_links_opens_both(two: Two) -> None:
    browser = two.by_link()
    two.choose(browser, OLD)
    two.seat_elsewhere()
    assert two.opens(two.by_link(of_other=True)) == (403, 200, 403)
    assert two.opens(two.by_link(browser, of_other=True)) == (200, 200, 200)
    assert two.opens(two.by_password(OLD)) == (200, 403, 403)  # somebody else may know it
    assert two.choose(browser, NEW, current_password=OLD, profile_password=OLD) == 303
    assert two.opens(two.by_password(NEW)) == (200, 200, 200)


def test_the_password_adds_what_it_opens_to_what_a_link_has_opened(two: Two) -> None:
    two.choose(two.by_link(), OLD)
    two.seat_elsewhere()
    browser = two.by_link(of_other=True)
    assert "opens one meeting" in words(browser.get(f"/m/{two.here}").text)
    assert two.opens(two.by_password(OLD, browser)) == (200, 200, 200)


def test_after_an_administrators_link_a_password_opens_all(two: Two) -> None:
    two.choose(two.by_link(), OLD)
    two.seat_elsewhere()
    browser = two.by_administrator()
    assert two.opens(browser) == (200, 200, 200)
    # Who set the old one is not known: Elena need not know it.
    assert "Present password" not in words(browser.get("/account").text).partition("Change my password")[2]
    assert two.choose(browser, NEW) == 303
    assert two.opens(two.by_password(NEW)) == (200, 200, 200)


def test_a_link_takes_nothing_from_who_is_wholly_signed_in(two: Two) -> None:
    two.seat_elsewhere()
    browser = two.school.browser(two.elena)
    browser.get("/account")
    assert two.opens(two.by_link(browser)) == (200, 200, 200)


def limited(two: Two, person: Person) -> bool:
    browser = two.follow(f"/invite/{two.school.invite(two.dana, two.here, person)}")
    assert browser.get(f"/m/{two.here}").status_code == 200
    return bool(browser.get("/account").status_code == 403)


def test_a_case_managers_link_opens_no_account_that_is_more_than_hers(two: Two) -> None:
    school = two.school
    admin = school.person("Admin", is_administrator=True)
    teacher = school.person("Marcus", is_staff=True, email="marcus@example.org")
    school.call(set_password, school.state.database, school.state.bus, teacher.id, OLD, keep_session=None)
    for person in (admin, teacher):
        school.seat(two.dana, two.here, person, "team_staff")
    assert not limited(two, two.elena)
    assert not limited(two, two.dana)
    assert limited(two, admin)
    assert limited(two, teacher)
    two.seat_elsewhere()
    assert limited(two, two.elena)


def test_who_leads_by_somebody_elses_link_gives_links_that_open_no_more(two: Two) -> None:
    """Dana seats Olga as case manager and opens her link herself: what she issues as Olga opens nothing of hers."""
    two.school.seat(two.dana, two.here, two.other, "case_manager")
    two.seat_elsewhere()
    thief = two.follow(f"/invite/{two.school.invite(two.dana, two.here, two.other)}")
    assert thief.get(f"/m/{two.elsewhere}").status_code == 403
    thief.get(f"/m/{two.here}/people")
    seats = {one.person_id: one.id for one in two.school.participants(two.here)}
    for person in (two.elena, two.other):
        answer = thief.post(f"/m/{two.here}/people/{seats[person.id]}/link")
        token = answer.text.partition("http://testserver/invite/")[2].partition('"')[0]
        assert two.opens(two.follow(f"/invite/{token}")) == (200, 403, 403)


def test_who_came_by_a_link_sets_up_no_meeting_that_its_issuer_could_not_see(two: Two) -> None:
    teacher = two.school.person("Marcus", is_staff=True)
    two.school.seat(two.dana, two.here, teacher, "team_staff")
    browser = two.follow(f"/invite/{two.school.invite(two.dana, two.here, teacher)}")
    refused = browser.get("/meetings/new")
    assert refused.status_code == 403
    assert "ask an administrator for a link" in words(refused.text)
    assert "New meeting" not in browser.text("/")  # nothing leads there
    leader = two.follow(f"/invite/{two.school.invite(two.dana, two.here, two.dana)}")
    assert leader.get("/meetings/new").status_code == 200
    assert "New meeting" in leader.text("/")
