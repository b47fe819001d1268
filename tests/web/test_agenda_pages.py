"""The agenda, its notes, the parking lot and follow-ups on pages: what each role finds there and may send."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from server.domain.agenda_templates import agenda_template
from server.storage.tables import AgendaItem, FollowUp, ParkedItem
from tests.support.school import Browser, School, words

HTMX = {"hx-request": "true"}
AUDIOBOOKS = "Audiobook accounts for home"


class Meeting:
    """A meeting with its template's agenda; browsers of the case manager, a teacher, a parent and an observer."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.leader = school.person("Dana Whitlock", is_staff=True)
        self.id = school.meeting(self.leader)
        self.url = f"/m/{self.id}"
        self.dana = school.browser(self.leader)
        self.ids: dict[str, str] = {}
        self.browsers: dict[str, Browser] = {"case_manager": self.dana}
        for name, role in (("Marcus Obi", "team_staff"), ("Peter Lind", "parent"), ("Olga Ober", "observer")):
            person = school.person(name)
            school.seat(self.leader, self.id, person, role)
            self.ids[role] = person.id
            self.browsers[role] = school.browser(person)
        self.marcus, self.peter = self.browsers["team_staff"], self.browsers["parent"]

    @property
    def items(self) -> list[AgendaItem]:
        return self.school.rows(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == self.id, AgendaItem.removed_at.is_(None))
            .order_by(AgendaItem.position)
        )

    def start(self) -> None:
        self.school.phase(self.leader, self.id, "live")

    def act(self, browser: Browser, item: AgendaItem, act: str, to: str = "", **options: Any) -> Any:
        return browser.post(f"{self.url}/agenda/{item.id}/act", {"act": act, "to": to}, seen="/account", **options)

    def parked(self) -> list[ParkedItem]:
        return self.school.rows(select(ParkedItem).where(ParkedItem.meeting_id == self.id))

    def promised(self) -> list[FollowUp]:
        return self.school.rows(select(FollowUp).where(FollowUp.meeting_id == self.id, FollowUp.removed_at.is_(None)))

    def park(self, browser: Browser, text: str = AUDIOBOOKS) -> str:
        answer = browser.post(f"{self.url}/parking/new", {"text": text, "why": ""}, seen="/account")
        assert answer.status_code == 303
        return next(item.id for item in self.parked() if item.text == text)


@pytest.fixture
def meeting(school: School) -> Meeting:
    return Meeting(school)


def test_a_new_meeting_has_the_agenda_of_its_purpose(meeting: Meeting) -> None:
    planned = agenda_template("annual_review")
    assert [(item.title, item.minutes) for item in meeting.items] == [(item.title, item.minutes) for item in planned]
    for browser in meeting.browsers.values():
        page = browser.text(meeting.url)
        assert "Planned: 90 minutes" in page
        assert all(item.title in page for item in meeting.items)


def test_in_the_language_of_whoever_makes_it(school: School) -> None:
    leader = school.person("Dana", is_staff=True, locale="es")
    values = {
        "student_name": "Jonah",
        "purpose": "initial",
        "date": "2027-02-25",
        "starts": "14:30",
        "ends": "",
        "time_zone": "America/New_York",
        "place": "",
        "locale": "es",
    }
    answer = school.browser(leader).post("/meetings/new", values, seen="/meetings/new")
    assert answer.status_code == 303
    titles = [item.title for item in school.rows(select(AgendaItem).order_by(AgendaItem.position))]
    assert len(titles) == len(agenda_template("initial"))
    assert titles[0].startswith("Bienvenida")


def test_the_meeting_is_led_from_the_rail(meeting: Meeting) -> None:
    meeting.start()
    first, second, third, *_ = meeting.items
    assert meeting.act(meeting.dana, second, "next").status_code == 303
    assert [item.state for item in meeting.items[:3]] == ["done", "current", "open"]
    answer = meeting.act(meeting.dana, third, "point", headers=HTMX)
    assert answer.status_code == 200
    assert f'data-current="{third.id}"' in answer.text
    assert "<html" not in answer.text
    assert meeting.act(meeting.dana, third, "more_time").status_code == 303
    assert "We go on with this in another meeting" in meeting.peter.text(meeting.url + "/agenda")
    assert [one.kind for one in meeting.promised()] == ["meeting"]
    assert meeting.act(meeting.dana, first, "open").status_code == 303
    assert meeting.items[0].state == "open"
    for browser in (meeting.dana, meeting.peter):
        assert meeting.items[2].title in words(browser.get(meeting.url).text)


def test_the_order_is_changed_by_button_and_by_dragging(meeting: Meeting) -> None:
    first, second, *_, last = meeting.items
    assert meeting.act(meeting.dana, second, "up").status_code == 303
    assert [item.id for item in meeting.items][:2] == [second.id, first.id]
    assert meeting.act(meeting.dana, second, "move", last.id).status_code == 303
    assert [item.id for item in meeting.items][-2:] == [second.id, last.id]
    refused = meeting.act(meeting.dana, last, "down", headers=HTMX)
    assert refused.status_code == 409
    assert "there already" in words(refused.text)
    assert meeting.act(meeting.dana, first, "dance").status_code == 422


@pytest.mark.parametrize("role", ["team_staff", "parent", "observer"])
def test_nobody_else_is_offered_or_allowed_to_lead(meeting: Meeting, role: str) -> None:
    meeting.start()
    browser = meeting.browsers[role]
    page = browser.get(meeting.url).text
    for act in ("next", "point", "gather", "up", "remove", "done"):
        assert f'name="act" value="{act}"' not in page
        assert meeting.act(browser, meeting.items[1], act).status_code == 403
    assert browser.get(f"{meeting.url}/agenda/{meeting.items[1].id}/edit").status_code == 403


def test_an_item_is_written_down_and_changed(meeting: Meeting) -> None:
    form = {"title": "Bus", "minutes": "5", "presenter": "P. Raman", "outcome": "A way home", "sections": "services"}
    answer = meeting.dana.post(f"{meeting.url}/agenda/new", form, seen=f"{meeting.url}/agenda/new")
    assert answer.status_code == 303
    item = meeting.items[-1]
    assert (item.title, item.minutes, item.sections, item.state) == ("Bus", 5, ["services"], "open")
    edit = f"{meeting.url}/agenda/{item.id}/edit"
    assert 'value="A way home"' in meeting.dana.get(edit).text
    for changes, said in (
        ({"title": " "}, "Enter a title"),
        ({"minutes": "0"}, "from 1 to 240"),
        ({"minutes": "ten"}, "from 1 to 240"),
        ({"sections": "nowhere"}, "Choose sections"),
    ):
        refused = meeting.dana.post(edit, {**form, **changes})
        assert refused.status_code == 422
        assert said in words(refused.text)
    assert meeting.dana.post(edit, {**form, "title": "The bus home"}).status_code == 303
    assert meeting.items[-1].title == "The bus home"


def test_the_family_proposes_and_reads_that_it_is_a_proposal(meeting: Meeting) -> None:
    form = {"title": "Could he have dysgraphia?", "minutes": "10"}
    answer = meeting.peter.post(f"{meeting.url}/agenda/new", form, seen=f"{meeting.url}/agenda/new")
    assert answer.status_code == 303
    assert "Proposed by the family" in meeting.peter.text(meeting.url)
    proposed = meeting.items[-1]
    assert "Put on the agenda" not in meeting.peter.text(meeting.url)
    assert "Put on the agenda" in meeting.dana.text(meeting.url)
    assert meeting.act(meeting.dana, proposed, "open").status_code == 303
    assert meeting.items[-1].state == "open"
    assert meeting.marcus.get(f"{meeting.url}/agenda/new").status_code == 403


def test_an_item_that_is_only_proposed_is_counted_nowhere(meeting: Meeting) -> None:
    first, count = meeting.items[0], len(meeting.items)
    meeting.peter.post(f"{meeting.url}/agenda/new", {"title": "The bus", "minutes": "5"}, seen="/account")
    meeting.start()
    place = f"1 of {count}"
    assert f"Now · {place}" in meeting.dana.text(f"{meeting.url}/agenda")
    for path in (f"agenda/{first.id}", "now", "stage"):
        assert f"Item {place}" in meeting.dana.text(f"{meeting.url}/{path}"), path
    proposed = meeting.dana.text(f"{meeting.url}/agenda/{meeting.items[-1].id}/facts")
    assert ("Item " in proposed, "The bus" in proposed) == (False, True)


def test_notes_beside_the_draft_and_on_a_page_of_their_own(meeting: Meeting) -> None:
    first, second, *_ = meeting.items
    part = meeting.peter.get(f"{meeting.url}/agenda/notes", headers=HTMX).text
    assert f'document="{first.notes_id}"' in part
    assert "<html" not in part
    meeting.start()
    meeting.act(meeting.dana, second, "next")
    assert f'document="{second.notes_id}"' in meeting.peter.get(f"{meeting.url}/agenda/notes", headers=HTMX).text
    page = meeting.peter.get(f"{meeting.url}/agenda/{first.id}").text
    assert 'id="page-data"' in page
    assert second.title in words(page)  # where the meeting is
    assert meeting.peter.get(f"{meeting.url}/sections/{first.notes_id}/history").status_code == 200
    assert (
        meeting.dana.post(f"{meeting.url}/sections/{first.notes_id}/state", {"state": "in_discussion"}).status_code
        == 404
    )
    assert meeting.dana.get(f"{meeting.url}/agenda/i_nowhere").status_code == 404


def test_everybody_is_asked_to_come_and_the_offer_passes(meeting: Meeting) -> None:
    meeting.start()
    item = next(item for item in meeting.items if item.sections == ["goals"])
    assert "asks everybody" not in meeting.peter.text(f"{meeting.url}/gathering")
    assert meeting.act(meeting.dana, item, "gather").status_code == 303
    bar = meeting.peter.get(f"{meeting.url}/gathering", headers=HTMX).text
    assert "Dana Whitlock asks everybody to come to “Goals”" in words(bar)
    assert f'href="{meeting.url}#section-goals"' in bar
    assert "You asked everybody" in meeting.dana.text(f"{meeting.url}/gathering")
    meeting.school.phase(meeting.leader, meeting.id, "closed")
    assert "asks everybody" not in meeting.peter.text(f"{meeting.url}/gathering")


def test_a_parked_topic_leaves_as_something(meeting: Meeting) -> None:
    meeting.start()
    parked = meeting.park(meeting.peter)
    page = meeting.dana.text(f"{meeting.url}/to-do")
    assert AUDIOBOOKS in page
    assert "brought up by Peter Lind" in page
    leave = f"{meeting.url}/parking/{parked}"
    assert 'value="withdrawn"' not in meeting.dana.get(leave).text
    assert 'value="withdrawn"' in meeting.peter.get(leave).text
    assert 'value="request"' not in meeting.peter.get(leave).text
    form = {"leave_as": "request", "what": "Answer about the accounts", "owner": meeting.ids["team_staff"], "due": ""}
    for changes, said in (
        ({}, "Enter the day"),
        ({"due": "2096-03-05", "owner": ""}, "Choose who does it"),
        ({"leave_as": ""}, "Choose what becomes of it"),
    ):
        refused = meeting.dana.post(leave, {**form, **changes})
        assert refused.status_code == 422
        assert said in words(refused.text)
    assert meeting.dana.post(leave, {**form, "due": "2096-03-05"}).status_code == 303
    page = meeting.peter.text(f"{meeting.url}/to-do")
    assert "Became a request that needs an answer" in page
    assert "Marcus Obi" in page
    assert meeting.dana.post(leave, {**form, "due": "2096-03-05"}).status_code == 409


def test_whoever_raised_it_withdraws_it(meeting: Meeting) -> None:
    meeting.start()
    leave = f"{meeting.url}/parking/{meeting.park(meeting.peter)}"
    assert meeting.marcus.post(leave, {"leave_as": "withdrawn"}, seen="/account").status_code == 403
    assert meeting.peter.post(leave, {"leave_as": "withdrawn"}).status_code == 303
    assert [item.left_as for item in meeting.parked()] == ["withdrawn"]


def test_the_meeting_does_not_close_over_parked_topics_and_says_why(meeting: Meeting) -> None:
    meeting.start()
    meeting.park(meeting.peter)
    page = meeting.dana.text(meeting.url)
    assert "1 topic is still in the parking lot" in page
    refused = meeting.dana.post(f"{meeting.url}/phase", {"phase": "closed"}, headers=HTMX)
    assert refused.status_code == 409
    assert "topics in the parking lot" in words(refused.text)
    leave = f"{meeting.url}/parking/{meeting.parked()[0].id}"
    assert meeting.dana.post(leave, {"leave_as": "next_meeting"}).status_code == 303
    assert "still in the parking lot" not in meeting.dana.text(f"{meeting.url}/parking/left")
    assert meeting.dana.post(f"{meeting.url}/phase", {"phase": "closed"}).status_code == 303


def test_a_follow_up_is_written_down_changed_done_and_undone(meeting: Meeting) -> None:
    meeting.start()
    new = f"{meeting.url}/follow-ups/new"
    form = {"kind": "task", "what": "Send the timetable", "owner": meeting.ids["parent"], "due": "2096-03-05"}
    refused = meeting.marcus.post(new, {**form, "owner": ""}, seen=new)
    assert refused.status_code == 422
    assert "Choose who does it" in words(refused.text)
    assert meeting.marcus.post(new, form).status_code == 303
    (made,) = meeting.promised()
    page = meeting.peter.get(f"{meeting.url}/to-do").text
    assert "by Mar 5, 2096" in words(page)
    assert f"/follow-ups/{made.id}/mark" in page
    assert f'href="{meeting.url}/follow-ups/{made.id}"' not in page
    change = f"{meeting.url}/follow-ups/{made.id}"
    assert meeting.marcus.post(change, {**form, "what": "Mail the timetable"}).status_code == 303
    meeting.school.phase(meeting.leader, meeting.id, "closed")
    assert meeting.peter.post(f"{change}/mark", {"done": "yes", "note": "On paper"}).status_code == 303
    page = meeting.dana.text(f"{meeting.url}/to-do")
    assert "Mail the timetable" in page
    assert "said Peter Lind : “On paper”" in page.replace("Lind:", "Lind :")
    assert meeting.peter.post(f"{change}/mark", {"done": "no"}, headers=HTMX).status_code == 200
    assert meeting.promised()[0].done_at is None
    assert meeting.browsers["observer"].post(f"{change}/mark", {"done": "yes"}, seen="/account").status_code == 403


def test_a_mistake_is_removed_but_nothing_that_was_parked(meeting: Meeting) -> None:
    meeting.start()
    form = {"kind": "task", "what": "Twice", "owner": meeting.ids["team_staff"], "due": "2096-03-05"}
    new = f"{meeting.url}/follow-ups/new"
    assert meeting.dana.post(new, form, seen=new).status_code == 303
    (made,) = meeting.promised()
    assert meeting.dana.post(f"{meeting.url}/follow-ups/{made.id}", {"act": "remove"}).status_code == 303
    assert meeting.promised() == []
    leave = f"{meeting.url}/parking/{meeting.park(meeting.peter)}"
    assert meeting.dana.post(leave, {"leave_as": "next_meeting"}).status_code == 303
    (made,) = meeting.promised()
    url = f"{meeting.url}/follow-ups/{made.id}"
    assert "remove it" not in meeting.dana.text(url)
    assert meeting.dana.post(url, {"act": "remove"}).status_code == 409


def test_whoever_comes_late_reads_what_happened(meeting: Meeting) -> None:
    for phase in ("prework", "live", "closed"):
        if phase == "live":
            assert "has not begun" in meeting.peter.text(f"{meeting.url}/so-far")
            meeting.start()
            meeting.act(meeting.dana, meeting.items[1], "next")
            meeting.park(meeting.peter)
            page = meeting.peter.text(f"{meeting.url}/so-far")
            assert re.search(rf"Where we are now {re.escape(meeting.items[1].title)}", page)
            assert f"Next: {meeting.items[2].title}" in page
            assert re.search(rf"{re.escape(meeting.items[0].title)} from [\d:]+", page)
            assert "1 topic waits in the parking lot" in page
            assert "Everything in the draft can still change" in page
        if phase == "closed":
            meeting.dana.post(
                f"{meeting.url}/parking/{meeting.parked()[0].id}", {"leave_as": "next_meeting"}, seen="/account"
            )
            meeting.school.phase(meeting.leader, meeting.id, "closed")
            page = meeting.peter.text(f"{meeting.url}/so-far")
            assert "The meeting is over" in page
            assert "Every section was left as a draft" in page
            assert not re.search(r"can still change|\byet\b", page)


def test_the_item_that_was_on_ends_with_the_meeting(meeting: Meeting) -> None:
    meeting.start()
    meeting.act(meeting.dana, meeting.items[1], "next")
    done, current, *_ = meeting.items
    for browser in meeting.browsers.values():
        assert "Now" in browser.text(f"{meeting.url}/follow/agenda")
    meeting.school.phase(meeting.leader, meeting.id, "closed")
    for role, browser in meeting.browsers.items():
        rail = browser.get(f"{meeting.url}/agenda", headers=HTMX).text
        assert re.search(rf"{re.escape(current.title)} Talked about · \d+ of {current.minutes} min", words(rail)), role
        assert "Now" not in words(rail), role
        assert 'aria-current="step"' not in rail, role
        follow = browser.text(f"{meeting.url}/follow/agenda")
        assert "Now" not in follow, role
        assert f"Talked about: {current.title}" in follow, role
        for path in ("stage", "now"):
            assert current.title not in browser.text(f"{meeting.url}/{path}"), (role, path)
        assert "The meeting is over." in browser.text(f"{meeting.url}/stage"), role
        talked = browser.text(f"{meeting.url}/so-far").partition("What we have talked about")[2]
        assert re.search(rf"{re.escape(done.title)} from .* {re.escape(current.title)} from ", talked), role
    answer = meeting.dana.post(f"{meeting.url}/phase", {"phase": "live", "reason": "one thing more"}, seen=meeting.url)
    assert answer.status_code == 303
    assert f'data-current="{current.id}"' in meeting.peter.get(f"{meeting.url}/agenda").text


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 minutes"), (10, "1 minute"), (89, "1 minute"), (365, "6 minutes"), (400, "7 minutes")]
)
def test_every_page_says_the_same_minutes_of_an_item(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch, seconds: int, said: str
) -> None:
    meeting.peter.get(meeting.url)  # the school is open: what it does from now on is done under this clock
    clock = 1_900_000_000 * 1_000_000_000
    monkeypatch.setattr("server.journal.transaction.time.time_ns", lambda: clock)
    meeting.start()
    clock += seconds * 1_000_000_000
    meeting.act(meeting.dana, meeting.items[1], "next")
    first = meeting.items[0]
    assert f"Done · {said.partition(' ')[0]} of {first.minutes} min" in meeting.peter.text(f"{meeting.url}/agenda")
    assert re.search(rf"{re.escape(first.title)} from [^·]+· {said} ·", meeting.peter.text(f"{meeting.url}/so-far"))


@pytest.mark.parametrize("path", ["agenda", "agenda/notes", "to-do", "so-far", "gathering", "parking/left"])
def test_everybody_in_the_meeting_reads_it_and_nobody_else(meeting: Meeting, path: str) -> None:
    for browser in meeting.browsers.values():
        assert browser.get(f"{meeting.url}/{path}").status_code == 200
    stranger = meeting.school.browser(meeting.school.person("Stranger", is_staff=True))
    assert stranger.get(f"{meeting.url}/{path}").status_code == 404
