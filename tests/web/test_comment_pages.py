"""Comments on pages: who reads and writes what, filters in the address, what came of each, and both languages."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from server.documents.anchors import Reading
from server.domain.roles import ROLES, why_not
from server.meeting import comments
from server.storage.tables import Comment, Thread
from tests.support.school import Browser, School, words


class Table:
    """A meeting with its family, its case manager and a teacher; the services section says a few words."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.dana = school.person("Dana Whitlock", is_staff=True)
        self.meeting = school.meeting(self.dana)
        school.share(self.dana, self.meeting)
        self.url = f"/m/{self.meeting}/comments"
        self.documents = school.documents(self.meeting)
        self.people = {"case_manager": self.dana}
        for role in ROLES[1:]:
            self.people[role] = school.person(f"The {role}", is_staff=False)
            school.seat(self.dana, self.meeting, self.people[role], role)
        self.browsers: dict[str, Browser] = {}

    def browser(self, role: str) -> Browser:
        if role not in self.browsers:
            self.browsers[role] = self.school.browser(self.people[role])
        return self.browsers[role]

    def fragment(self, role: str, query: str = "") -> str:
        text: str = self.browser(role).get(self.url + query, headers={"HX-Request": "true"}).text
        return text

    def write(self, role: str = "parent", text: str = "Why thirty?", section: str = "services", **more: Any) -> str:
        """A comment on a section by its form. Returns the thread's id."""
        data = {"target": "section", "about": self.documents[section], "text": text, "lang": "en", **more}
        answer = self.browser(role).post(self.url, data, seen=self.url)
        assert answer.status_code == 303, words(answer.text)
        return self.threads()[-1].id

    def threads(self) -> list[Thread]:
        return self.school.rows(select(Thread).order_by(Thread.created_at))

    def said(self) -> list[Comment]:
        return self.school.rows(select(Comment).order_by(Comment.number))

    def post(self, role: str, thread: str, what: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        return self.browser(role).post(f"{self.url}/{thread}/{what}", data, seen=self.url, **options)


@pytest.fixture
def table(school: School) -> Table:
    return Table(school)


def test_a_parent_comments_without_script_and_sees_it_in_its_place(table: Table) -> None:
    page = table.browser("parent").get(f"{table.url}?section={table.documents['services']}&show=all")
    assert 'name="text"' in page.text
    thread = table.write(text="Why 30 minutes?\nHe needs more.", proposal="Reading, 60 minutes a day")
    answer = table.browser("parent").get(f"{table.url}?show=all&done=opened")
    assert "Your comment is saved." in words(answer.text)
    for role in ("parent", "case_manager", "interpreter"):
        shown = table.fragment(role)
        assert f'id="thread-{thread}"' in shown
        assert "Why 30 minutes?\nHe needs more." in shown
        assert "Reading, 60 minutes a day" in shown
        assert "The parent" in words(shown)
        assert "The team has not said yet" in words(shown)


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_is_offered(table: Table, role: str) -> None:
    table.write(proposal="Reading, 60 minutes a day")
    shown = table.fragment(role)
    may = {action: why_not(role, action, "prework") is None for action in ("comment", "dispose_comment")}
    assert ("/answer" in shown) == may["comment"]
    assert ("/outcome" in shown) == may["dispose_comment"]
    assert ("/adopt" in shown) == may["dispose_comment"]
    assert ("/state" in shown) == (may["dispose_comment"] or role == "parent")
    assert ("Change my words" in shown) == (role == "parent")


def test_each_form_is_fetched_when_it_is_opened_and_is_a_page_without_script(table: Table) -> None:
    """The list has no form for words in it: a full meeting would have hundreds."""
    thread = table.write(mention=table.people["student"].id)
    (comment,) = table.said()
    forms = {
        "answer": ("parent", {"text": "Thank you", "lang": "en"}),
        f"edit/{comment.id}": ("parent", {"text": "Better asked.", "lang": "en"}),
        "outcome": ("case_manager", {"disposition": "declined", "before": "", "reason": "Data."}),
    }
    for what, (role, data) in forms.items():
        shown = table.fragment(role, "?show=all")
        assert "<textarea" not in shown
        address = f"{table.url}/{thread}/{what}?show=all"
        assert f'<p class="form-later"><a href="{address}"' in shown
        part = table.browser(role).get(address, headers={"HX-Request": "true"}).text
        assert part.lstrip().startswith(f'<form method="post" action="{address}"')
        page = table.browser(role).get(address).text
        assert "<h1>" in page
        assert re.search(r"<blockquote[^>]*>(Why thirty\?|Better asked\.)</blockquote>", page)
        assert f'<form method="post" action="{address}"' in page
        names = set(re.findall(r'name="(\w+)"', page))
        assert set(data) <= names
        assert table.browser(role).post(address, data, seen=address).status_code == 303
    part = table.fragment("parent", f"/{thread}/edit/{comment.id}")
    assert ">Better asked.</textarea>" in part
    part = table.fragment("case_manager", f"/{thread}/outcome")
    assert re.search(r'value="declined" required checked', part)
    assert 'name="before" value="declined"' in part


def test_a_form_is_for_whoever_may_send_it(table: Table) -> None:
    thread = table.write()
    (comment,) = table.said()

    def status(role: str, what: str) -> int:
        return table.browser(role).get(f"{table.url}/{thread}/{what}").status_code

    for role in ROLES:
        for what, action in (("answer", "comment"), ("outcome", "dispose_comment")):
            assert (status(role, what) == 200) == (why_not(role, action, "prework") is None), (role, what)
    assert status("parent", f"edit/{comment.id}") == 200
    assert status("case_manager", f"edit/{comment.id}") == 403
    assert status("parent", "edit/c_none") == 404
    assert table.browser("parent").get(f"{table.url}/t_none/answer").status_code == 404
    elsewhere = table.school.meeting(table.dana)
    assert table.browser("case_manager").get(f"/m/{elsewhere}/comments/{thread}/answer").status_code == 404


def test_text_is_shown_as_it_was_typed_and_never_becomes_markup(table: Table) -> None:
    evil = "<script>alert(1)</script> & <b>bold</b>"
    thread = table.write(text=evil, proposal=evil, lang="es")
    table.post("case_manager", thread, "outcome", {"disposition": "declined", "reason": evil, "before": ""})
    shown = table.fragment("case_manager")
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert shown.count("&lt;script&gt;") >= 3
    assert '<div class="said-text keep-lines" lang="es">' in shown


def test_filters_are_in_the_address(table: Table) -> None:
    theirs = table.write(text="From the parent")
    ours = table.write("team_staff", "From a teacher", section="goals", mention=table.people["student"].id)
    assert table.post("case_manager", theirs, "answer", {"text": "Because.", "lang": "en"}).status_code == 303
    assert table.post("team_staff", ours, "state", {"state": "resolved"}).status_code == 303

    def shown(role: str, query: str) -> set[str]:
        return set(re.findall(r'id="thread-(t_[\w-]+)"', table.fragment(role, query)))

    assert shown("case_manager", "") == {theirs}
    assert shown("case_manager", "?show=all") == {theirs, ours}
    assert shown("case_manager", "?show=nonsense") == {theirs}
    assert shown("case_manager", "?show=family") == {theirs}
    assert shown("case_manager", "?show=unanswered") == {ours}
    assert shown("case_manager", "?show=unread") == {ours}  # one's own answer has read the other
    assert shown("student", "?show=mentions") == {ours}
    assert shown("parent", "?show=mentions") == set()
    assert shown("parent", f"?show=all&section={table.documents['goals']}") == {ours}
    assert shown("parent", "?show=all&section=d_none") == set()
    assert "Mentions you" in table.fragment("student", "?show=all")


def test_unread_until_read(table: Table) -> None:
    thread = table.write()
    dana = table.browser("case_manager")
    assert dana.get(f"{table.url}/anchors").json()["unread"] == 1
    assert dana.post(f"{table.url}/read", {"thread": thread}, seen=table.url).status_code == 204
    assert dana.get(f"{table.url}/anchors").json()["unread"] == 0
    assert table.browser("student").get(f"{table.url}/anchors").json()["unread"] == 1
    assert table.browser("student").post(f"{table.url}/read", {"all": "yes"}, seen=table.url).status_code == 303
    assert table.browser("student").get(f"{table.url}/anchors").json()["unread"] == 0


def test_a_passage_and_what_became_of_its_words(table: Table) -> None:
    document = table.documents["parent_input"]
    reading = Reading(table.school.call(table.school.state.journal.load_state, document))
    quote = next(said for said in reading.words if said.strip())[:12].strip()
    anchor = reading.anchor(quote).facts()
    data = {"target": "passage", "about": document, "text": "Here", "lang": "en", **anchor}
    answer = table.browser("advocate").post(table.url, {**data, "proposal": quote}, seen=table.url)
    assert answer.status_code == 303
    (thread,) = table.threads()
    assert thread.proposal is None  # the words as they are propose nothing
    shown = table.fragment("parent")
    assert f'data-passage="{thread.id}"' in shown
    assert re.search(rf'id="gone-{thread.id}" hidden', shown)
    told = json.loads(table.browser("parent").get(f"{table.url}/anchors").text)
    assert told["passages"] == [{"id": thread.id, "document": document, "anchor": anchor, "open": True}]
    lost = {**data, "quote": "words that never were there"}
    answer = table.browser("advocate").post(table.url, lost, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "select the words again" in words(answer.text)


def test_what_came_of_it_is_said_to_everybody(table: Table) -> None:
    thread = table.write()
    missing = table.post("team_staff", thread, "outcome", {"disposition": "declined", "before": ""})
    assert missing.status_code == 422
    assert "reason" in words(missing.text)
    done = table.post("team_staff", thread, "outcome", {"disposition": "declined", "before": "", "reason": "Data."})
    assert done.status_code == 303
    shown = words(table.fragment("parent", "?show=all"))
    assert "Declined" in shown
    assert "Noted by The team_staff." in shown
    assert "Data." in shown
    assert "has not said yet" not in shown
    stale = table.post("case_manager", thread, "outcome", {"disposition": "declined", "before": "", "reason": "No."})
    assert stale.status_code == 409
    parked = {
        "disposition": "parked",
        "before": "declined",
        "owner": table.people["team_staff"].id,
        "due": "2096-03-08",
    }
    assert table.post("case_manager", thread, "outcome", parked).status_code == 303
    assert "The team_staff takes care of it by March 8, 2096." in words(table.fragment("parent", "?show=all"))
    table.browser("parent").post("/language", {"locale": "es", "next": "/"}, seen=table.url)
    assert "se ocupa de esto" in words(table.fragment("parent", "?show=all"))


def test_an_adopted_wording_stands_in_the_history_with_both_names(table: Table) -> None:
    thread = table.write(proposal="Reading, 60 minutes a day")
    assert table.post("team_staff", thread, "adopt", {"seen": ""}).status_code == 303
    shown = table.fragment("parent", "?show=all")
    assert "The team_staff put the wording of The parent into the draft." in words(shown)
    history = f"/m/{table.meeting}/sections/{table.documents['services']}/history"
    number = table.threads()[0].adopted_number
    assert f'href="{history}/{number}"' in shown
    assert "adopted the wording that The parent proposed" in table.browser("parent").text(history)
    version = table.browser("parent").text(f"{history}/{number}")
    assert "after The team_staff had adopted the wording that The parent proposed." in version
    assert "Reading, 60 minutes a day" in version
    again = table.post("team_staff", thread, "adopt", {"seen": ""})
    assert again.status_code == 409


def test_own_words_are_changed_by_their_author_alone(table: Table) -> None:
    thread = table.write()
    (comment,) = table.said()
    change = {"text": "Better asked.", "lang": "en"}
    assert table.post("case_manager", thread, f"edit/{comment.id}", change).status_code == 403
    assert table.post("parent", thread, f"edit/{comment.id}", change).status_code == 303
    assert "Better asked." in words(table.fragment("student"))


def test_who_may_not_comment_is_refused_and_closing_does_not_end_it(table: Table) -> None:
    data = {"target": "section", "about": table.documents["goals"], "text": "Hm", "lang": "en"}
    assert table.browser("observer").post(table.url, data, seen=table.url).status_code == 403
    table.school.phase(table.dana, table.meeting, "live", "closed")
    thread = table.write(text="Seen afterwards")
    assert table.post("team_staff", thread, "answer", {"text": "Thank you", "lang": "en"}).status_code == 303
    assert table.post("team_staff", thread, "outcome", {"disposition": "declined", "reason": "x"}).status_code == 403


@pytest.mark.parametrize("field", ["target", "about", "text", "lang", "start", "proposal"])
def test_a_form_with_nonsense_is_refused(table: Table, field: str) -> None:
    data = {"target": "passage", "about": table.documents["goals"], "text": "Hm", "lang": "en", "quote": "words"}
    data |= {"start": "AAEBAA==", "end": "AAEBQQ==", "before": "", field: "x" * 5001}
    assert table.browser("parent").post(table.url, data, seen=table.url).status_code in (404, 409, 422)
    assert table.threads() == []


def test_a_meeting_full_of_comments_says_so(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = table.write()
    monkeypatch.setattr(comments, "MOST_COMMENTS", 1)
    refused = table.post("case_manager", thread, "answer", {"text": "Because.", "lang": "en"})
    assert refused.status_code == 403
    assert "A meeting holds at most 5,000 comments and answers." in words(refused.text)
    assert len(table.said()) == 1
