"""What the family's pages show of a draft before it is shared, and how it is shared."""

import re

import pytest
from sqlalchemy import select, text

from server.domain.roles import STAFF
from server.storage.tables import Document, Meeting, Thread
from tests.support.desk import Writer
from tests.support.measuring import add_block
from tests.support.school import Browser, School, words
from tests.web.test_meetings_new import GOOD

SECRET = "Thirteen owls read aloud"


class Team:
    def __init__(self, school: School, profile: str = "ex") -> None:
        self.school = school
        roles = ("case_manager", "parent", "student", "advocate", "interpreter", "observer")
        self.people = {role: school.person(f"The {role}", is_staff=role in STAFF) for role in roles}
        self.leader = self.people["case_manager"]
        self.id = school.meeting(self.leader)
        for role in roles[1:]:
            school.seat(self.leader, self.id, self.people[role], role)
        with school.state.database.sync.execution_options(writes=True).begin() as connection:
            connection.execute(text(f"UPDATE meeting SET profile = '{profile}'"))
        self.documents = school.documents(self.id)
        self.browsers: dict[str, Browser] = {role: school.browser(person) for role, person in self.people.items()}
        school.call(self._write)

    async def _write(self) -> None:
        for section in ("goals", "services"):
            Writer(self.school.state.journal, self.documents[section], self.leader.id).write(SECRET)
        await self.school.state.journal.settle()

    @property
    def url(self) -> str:
        return f"/m/{self.id}"

    def share(self, *sections: str) -> None:
        form = {"document": [self.documents[section] for section in sections], "language": "en"}
        answer = self.browsers["case_manager"].post(f"{self.url}/sharing", form)
        assert answer.status_code == 303, answer.text


def ticked(page: str) -> set[str]:
    """The sections whose boxes are ticked."""
    return {
        section for section, rest in re.findall(r'<input id="share-(\w+)"([^>]*)>', page) if "checked" in rest.split()
    }


@pytest.mark.parametrize("role", ["parent", "student", "advocate", "interpreter", "observer"])
def test_no_page_shows_what_was_not_shared(school: School, role: str) -> None:
    team = Team(school)
    goals, browser = team.documents["goals"], team.browsers[role]
    team.browsers["case_manager"].post(
        f"{team.url}/comments", {"target": "section", "about": goals, "text": "Are thirteen owls enough?", "lang": "en"}
    )
    team.browsers["case_manager"].post(f"{team.url}/stage", {"kind": "section", "target": goals})
    paths = [
        "",
        "/live",
        "/comments",
        "/comments/anchors",
        "/project",
        "/follow",
        "/stage",
        "/sharing",
        "/said?since=0",
    ]
    paths += [f"/sections/{goals}/history", f"/sections/{goals}/history/9", f"/sections/{goals}/readiness"]
    for path in [*paths, "/decisions/new", "/so-far"]:
        answer = browser.get(team.url + path)
        assert SECRET not in answer.text, path
        assert "thirteen owls" not in answer.text.lower(), path
    page = browser.get(team.url).text
    assert f'"document": "{goals}"' not in page
    assert team.documents["parent_input"] in page
    assert SECRET in team.browsers["case_manager"].get(team.url).text
    team.share("goals")
    after = browser.get(team.url).text
    assert after.count(SECRET) == 1  # the goals, and not the services
    assert "Preliminary, for discussion; nothing here is decided." in after
    assert browser.get(f"{team.url}/sections/{goals}/history").status_code == 200


def test_the_first_opening_is_shown_to_both_sides(school: School) -> None:
    team = Team(school)
    leader, parent = team.browsers["case_manager"], team.browsers["parent"]
    assert "Nothing opened yet" in leader.text(f"{team.url}/sharing")
    team.share("goals", "placement")
    assert "Nothing opened yet" in leader.text(f"{team.url}/sharing")
    parent.get(team.url)
    for browser in (leader, parent):
        assert "2 sections opened" in browser.text(f"{team.url}/sharing")
    assert ", in English" in leader.text(f"{team.url}/sharing")
    parent.post("/language", {"locale": "es"})
    assert ", en inglés" in parent.text(f"{team.url}/sharing")
    heads = school.load_meeting(team.id).head_number
    parent.get(team.url)
    leader.get(team.url)
    assert school.load_meeting(team.id).head_number == heads


def test_what_somebody_says_of_a_section_is_for_them_and_the_case_manager(school: School) -> None:
    team = Team(school)
    second = school.person("The other parent")
    school.seat(team.leader, team.id, second, "parent")
    team.share("goals")
    parent = team.browsers["parent"]
    parent.get(team.url)
    said = parent.post(f"{team.url}/before/{team.documents['goals']}/say", {"view": "talk"}, seen=team.url)
    assert said.status_code == 303
    for role, browser in {**team.browsers, "the other parent": school.browser(second)}.items():
        page = browser.text(f"{team.url}/sharing")
        told = role in {"case_manager", "parent"}
        assert ("Wants to talk about: Goals" in page) is told, role
        assert ("I want to talk about this" in page) is told, role
        assert "1 section opened" in page, role


def test_the_day_by_which_it_is_due_is_on_the_page(school: School) -> None:
    team = Team(school)
    page = team.browsers["case_manager"].text(f"{team.url}/sharing")
    assert "State of EX: the draft is due by Thursday, February 18, 2027, 5 business days before the meeting." in page
    team = Team(school, "il")
    assert "please count them by hand" in team.browsers["case_manager"].text(f"{team.url}/sharing")


def test_nothing_ticked_is_told_on_the_page(school: School) -> None:
    team = Team(school)
    answer = team.browsers["case_manager"].post(f"{team.url}/sharing", {"language": "es"}, seen=f"{team.url}/sharing")
    assert answer.status_code == 422
    page = words(answer.text)
    assert "Sharing the draft" in page
    assert "Tick at least one section." in page
    assert ticked(answer.text) == set()
    assert '<option value="es" lang="es" selected>' in answer.text
    assert 'href="#field-sections"' in answer.text


def test_who_was_slower_reads_what_went_out_already_and_keeps_the_other_ticks(school: School) -> None:
    team = Team(school)
    leader = team.browsers["case_manager"]
    assert {"goals", "services", "placement"} < ticked(leader.get(f"{team.url}/sharing").text)
    team.share("goals")
    chosen = [team.documents[section] for section in ("goals", "placement")]
    answer = leader.post(f"{team.url}/sharing", {"document": chosen, "language": "en"})
    assert answer.status_code == 409
    assert "These went out already: Goals." in words(answer.text)
    assert ticked(answer.text) == {"placement"}
    (placement,) = school.rows(select(Document).where(Document.section == "placement"))
    assert placement.shared_number is None


def test_what_is_held_open_goes_out_blank(school: School) -> None:
    """Illinois: rows of services without their minutes, and no words that may say them."""
    team = Team(school, "il")
    leader, parent = team.browsers["case_manager"], team.browsers["parent"]
    assert "Goes out without: Minutes" in leader.text(f"{team.url}/sharing")
    answer = leader.post(f"{team.url}/sharing", {"document": team.documents["placement"], "language": "en"})
    assert answer.status_code == 409
    team.share("services")
    page = parent.get(team.url).text
    assert SECRET not in page
    assert "Open: the team talks about this in the meeting" in page or 'class="service"' not in page
    assert f'section-editor document="{team.documents["services"]}"' not in page
    assert parent.get(f"{team.url}/sections/{team.documents['services']}/history").status_code == 403


def test_a_page_is_told_that_more_is_open_now(school: School) -> None:
    team = Team(school)
    parent = team.browsers["parent"]
    had = re.search(r"/sharing/more\?had=(\d+)", parent.get(team.url).text)
    assert had is not None
    more = f"{team.url}/sharing/more?had={had[1]}"
    assert "More of the draft" not in parent.get(more).text
    team.share("goals")
    assert "More of the draft" in parent.get(more).text


THOUGHT = "We shall not offer fourteen owls"


class Hidden:
    """A thought of the school's on the goals, which nobody else was shown; a decision was proposed to answer it."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.leader = team.browsers["case_manager"]
        form = {"target": "section", "about": team.documents["goals"], "text": THOUGHT, "lang": "en"}
        assert self.leader.post(f"{team.url}/comments", form).status_code == 303
        self.id = team.school.rows(select(Thread.id))[0]
        self.url = f"{team.url}/comments/{self.id}"
        proposed = self.leader.post(f"{team.url}/decisions/new", {"question": "Which goal?", "thread": self.id})
        self.decision = proposed.headers["location"]

    def park(self, owner: str) -> None:
        form = {"disposition": "parked", "before": "", "owner": self.team.people[owner].id, "due": "2096-05-05"}
        assert self.leader.post(f"{self.url}/outcome", form).status_code == 303


@pytest.fixture
def hidden(school: School) -> Hidden:
    return Hidden(Team(school))


@pytest.mark.parametrize("role", ["parent", "student", "advocate", "interpreter", "observer"])
def test_no_page_quotes_a_comment_on_what_was_not_shared(hidden: Hidden, role: str) -> None:
    team, browser = hidden.team, hidden.team.browsers[role]
    hidden.park("parent")
    log = f"{team.url}/decisions"
    quoting = [hidden.decision, log, f"{team.url}/to-do", f"{team.url}/so-far"]
    for path in [*quoting, f"{hidden.url}/answer", f"{log}/new?thread={hidden.id}", f"{team.url}/me", team.url, "/"]:
        shown = browser.get(path).text
        assert THOUGHT not in shown, path
        assert hidden.id in path or hidden.id not in shown, path
    assert "A comment on a section that is not shared yet" in browser.get(f"{team.url}/to-do").text
    for path in quoting:
        assert THOUGHT in hidden.leader.get(path).text, path
    team.share("goals")
    for path in quoting:
        assert THOUGHT in browser.get(path).text, path


@pytest.mark.parametrize("role", ["parent", "student", "advocate"])
def test_nobody_writes_into_a_comment_that_they_are_not_shown(hidden: Hidden, role: str) -> None:
    team, browser = hidden.team, hidden.team.browsers[role]
    answer = {"text": "What is this?", "lang": "en"}
    assert browser.get(f"{hidden.url}/answer").status_code == 404
    assert browser.post(f"{hidden.url}/answer", answer, seen=team.url).status_code == 404
    if role != "advocate":
        log = f"{team.url}/decisions/new"
        assert browser.get(f"{log}?thread={hidden.id}").status_code == 404
        assert browser.post(log, {"question": "What is this?", "thread": hidden.id}, seen=log).status_code == 404
    team.share("goals")
    assert browser.get(f"{hidden.url}/answer").status_code == 200
    assert browser.post(f"{hidden.url}/answer", answer, seen=team.url).status_code == 303


def test_who_promised_is_told_what_once_the_section_is_shared(hidden: Hidden) -> None:
    hidden.park("parent")
    parent = hidden.team.browsers["parent"]
    for path in ("/", f"{hidden.team.url}/me"):
        assert THOUGHT not in parent.get(path).text, path
    hidden.team.share("goals")
    for path in ("/", f"{hidden.team.url}/me"):
        assert THOUGHT in parent.get(path).text, path


def test_the_history_of_a_shared_section_names_no_hidden_comment(hidden: Hidden) -> None:
    """A thought on the goals was taken up in the services: their history tells the family nothing of it."""
    team = hidden.team
    services = team.documents["services"]
    team.share("services")
    team.school.call(team._write)
    form = {"disposition": "adopted", "before": "", "document": services}
    assert hidden.leader.post(f"{hidden.url}/outcome", form).status_code == 303
    number = team.school.rows(select(Thread.adopted_number))[0]
    version = f"{team.url}/sections/{services}/history/{number}"
    assert THOUGHT in hidden.leader.get(version).text
    shown = team.browsers["parent"].get(version)
    assert shown.status_code == 200
    assert THOUGHT not in shown.text


@pytest.mark.parametrize("role", ["parent", "advocate", "observer"])
def test_the_points_of_a_shared_section_tell_nothing_of_another(school: School, role: str) -> None:
    """What Placement says is held against the rows of services, which are not the family's to read yet."""
    team = Team(school)
    row = {"service": "Speech", "frequency": "5 times a week", "minutes": "77 minutes", "location": "Resource room"}
    said = Writer(school.state.journal, team.documents["placement"], team.leader.id)

    async def write() -> None:
        await add_block(school.state.journal, team.documents["services"], team.leader.id, "service", row)
        said.write("The student is inside the regular class 90% of the week.")
        await school.state.journal.settle()

    school.call(write)
    team.share("placement")
    points = f"{team.url}/sections/{team.documents['placement']}/readiness"
    leader, browser = team.browsers["case_manager"], team.browsers[role]
    assert "385 of " in leader.text(points)
    shown = browser.text(points)
    assert "385" not in shown
    assert "Another section that it needs cannot be read just now." in shown
    team.share("services")
    assert "385 of " in browser.text(points)


@pytest.mark.parametrize("role", ["parent", "observer", "team_staff"])
def test_a_new_meeting_copies_only_a_draft_that_its_maker_may_read(school: School, role: str) -> None:
    """Somebody who has an account of the school's may sit in a meeting as anything."""
    team = Team(school)
    nora = school.person("Nora Bell", is_staff=True)
    school.seat(team.leader, team.id, nora, role)
    browser = school.browser(nora)
    form = {**GOOD, "student": school.load_meeting(team.id).student_id, "draft": "plan", "date": "2028-02-24"}
    answer = browser.post("/meetings/new", form, seen="/meetings/new")
    if role == "team_staff":
        assert SECRET in browser.get(f"/m/{answer.headers['location'].split('/')[2]}").text
        return
    assert answer.status_code == 422
    assert "whose whole draft you may read" in answer.text
    assert school.rows(select(Meeting.id)) == [team.id]
    school.phase(team.leader, team.id, "live", "closed")
    answer = browser.post("/meetings/new", form, seen="/meetings/new")
    assert SECRET in browser.get(f"/m/{answer.headers['location'].split('/')[2]}").text
