"""Parts of pages that are kept: they are what they would be if they were put together now."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import select

from server.domain.decisions import seen_mark
from server.meeting import (
    Promise,
    Target,
    Words,
    add_follow_up,
    answer,
    dispose,
    mark_follow_up,
    open_thread,
    set_resolved,
)
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import propose_decision, settle_decision
from server.meeting.people import change_participant
from server.people.accounts import change_person
from server.storage.tables import Position
from server.web.kept import Kept
from tests.support.school import School

MOST = 100


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 60)), max_size=60))
def test_nothing_but_what_was_made_and_never_too_much(asked: list[tuple[int, int]]) -> None:
    kept = Kept(MOST)
    for what, length in asked:
        assert kept.part((what, length), lambda: Markup(str(what) * length)) == str(what) * length  # noqa: B023
        assert kept.size <= MOST


def test_made_once() -> None:
    kept, texts = Kept(), iter([Markup("first"), Markup("second")])
    assert [kept.part("what", lambda: next(texts)) for _ in range(2)] == ["first", "first"]


class Meeting:
    """A live meeting with the case manager's two panels, and a settled decision on a parent's comment in it."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.leader, self.parent = school.person("Dana Whitlock", is_staff=True), school.person("Elena Vasquez")
        self.id = school.meeting(self.leader)
        self.seat = school.seat(self.leader, self.id, self.parent, "parent")
        self.browsers = [school.browser(self.leader), school.browser(self.parent)]
        school.phase(self.leader, self.id, "live")
        goals = Target("section", school.documents(self.id)["goals"])
        self.dana, self.elena = school.actor(self.leader, self.id), school.actor(self.parent, self.id)
        self.thread = self.do(open_thread, self.elena, goals, Words("Why 30?"), proposal="45 minutes.")
        self.decision = self.settled(thread_id=self.thread)

    def do(self, act: Any, *arguments: Any, **named: Any) -> Any:
        return self.school.call(act, self.school.state.journal, *arguments, **named)

    def settled(self, **about: Any) -> str:
        words = DecisionWords(question="How long?", action="45 minutes a day", outcome="agreed")
        decision: str = self.do(propose_decision, self.dana, words, read_back=True, **about)
        rows = self.school.rows(select(Position).where(Position.decision_id == decision))
        seen = seen_mark(1, [vars(row) for row in rows])
        self.do(settle_decision, self.dana, decision, revision=1, seen=seen)
        return decision

    def panels(self) -> list[str]:
        found = []
        for browser in self.browsers:
            for name in ("comments", "decisions"):
                page = browser.client.get(f"/m/{self.id}/{name}?show=all", headers={"hx-request": "true"})
                assert page.status_code == 200
                found.append(re.sub(r' id="edit-[^"]*"', "", page.text))
        return found


def test_whatever_a_card_tells_it_tells_at_once(school: School) -> None:
    meeting = Meeting(school)
    before = meeting.panels()

    def changed() -> str:
        """Which of the four panels are others than before; none is what it was when it would not be so now."""
        nonlocal before
        now = meeting.panels()
        school.state.kept.forget()
        assert now == meeting.panels()
        told = "".join("*" if one != other else "." for one, other in zip(before, now, strict=True))
        before = now
        return told

    promise = Promise("Tell the bus company", meeting.parent.id, "2096-03-01")
    follow_up = meeting.do(add_follow_up, meeting.dana, promise, kind="task", decision_id=meeting.decision)
    assert changed() == ".*.*"
    meeting.do(mark_follow_up, meeting.dana, follow_up, done=True)
    assert changed() == ".*.*"
    meeting.do(open_thread, meeting.elena, Target("decision", meeting.decision), Words("Thank you."))
    assert changed() == "****"
    meeting.settled(supersedes=meeting.decision)
    assert changed() == "****"
    school.call(change_person, school.state.database, meeting.parent.id, name="Elena Vásquez")
    assert changed() == "****"
    meeting.do(change_participant, meeting.dana, meeting.seat, role="parent", title="Mother")
    assert changed() == "*.*."
    meeting.do(answer, meeting.dana, meeting.thread, Words("It is a start."))
    assert changed() == "*.*."
    meeting.do(set_resolved, meeting.elena, meeting.thread, resolved=True)
    assert changed() == "*.*."
    meeting.do(dispose, meeting.dana, meeting.thread, "declined", reason="Not this year.")
    assert changed() == "*.*."
