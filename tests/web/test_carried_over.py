"""The next meeting goes on where the last one stopped: its texts, what was not final, and the ways back."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from server.domain.agenda_templates import agenda_template
from server.domain.sections import SECTIONS
from server.meeting import (
    ItemPlan,
    Promise,
    add_follow_up,
    add_item,
    finalize_section,
    park,
    point_to,
    read_back_section,
    set_item_state,
    unpark,
)
from server.meeting.decision_words import Words
from server.meeting.decisions import propose_decision
from server.meeting.returns import due_returns
from server.storage.tables import AgendaItem, Document, Meeting
from tests.support.desk import Writer
from tests.support.school import School, words
from tests.web.test_meetings_new import GOOD

NEXT = {**GOOD, "locale": "en", "date": "2028-02-24"}


class Held:
    """A closed meeting that left most of it open, and its case manager's browser."""

    def __init__(self, school: School, *, closed: bool = True) -> None:
        self.school = school
        dana, priya = (school.person(name, is_staff=True) for name in ("Dana Whitlock", "Priya Raman"))
        self.priya_person, self.dana_person = priya, dana
        self.meeting = school.meeting(dana)
        school.seat(dana, self.meeting, priya, "lea_representative")
        self.documents = school.documents(self.meeting)
        school.phase(dana, self.meeting, "live")
        self.actor, self.lead = school.actor(dana, self.meeting), school.actor(priya, self.meeting)
        school.call(self._fill)
        if closed:
            school.phase(dana, self.meeting, "closed")
        self.dana = school.browser(dana)
        self.student = school.load_meeting(self.meeting).student_id

    async def _fill(self) -> None:
        journal = self.school.state.journal
        writer = Writer(journal, self.documents["goals"], self.actor.person_id)
        writer.write("Jonah will read aloud.")
        await journal.settle()
        for section in set(SECTIONS) - {"goals", "placement", "notes", "parent_input"}:
            await read_back_section(journal, self.lead, self.documents[section])
            await finalize_section(journal, self.lead, self.documents[section], override="Looked at.")
        self.decision = await propose_decision(journal, self.actor, Words(question="How many minutes?"))
        done, self.late = [
            await add_item(journal, self.actor, ItemPlan(title, 7, outcome="Clear")) for title in ("Seen", "The slides")
        ]
        await point_to(journal, self.actor, done, left_done=False)
        await set_item_state(journal, self.actor, done, "done")
        items = await self._items()
        for item in items:
            if item.id not in {done, self.late}:
                await point_to(journal, self.actor, item.id, left_done=False)
                await set_item_state(journal, self.actor, item.id, "done")
        parked = await park(journal, self.actor, text="The bus")
        await unpark(journal, self.actor, parked, leave_as="next_meeting")
        await add_follow_up(journal, self.actor, Promise("Talk about summer"), kind="next_meeting")

    async def _items(self) -> list[Any]:
        async with self.school.state.database.session() as session:
            query = select(AgendaItem).where(AgendaItem.meeting_id == self.meeting).order_by(AgendaItem.position)
            return list(await session.scalars(query))

    def set_up(self, **changes: str) -> str:
        answer = self.dana.post(
            "/meetings/new", {**NEXT, "student": self.student, "draft": "plan", **changes}, seen="/meetings/new"
        )
        assert answer.status_code == 303, words(answer.text)
        return str(answer.headers["location"].split("/")[2])

    def agenda(self, meeting: str) -> list[AgendaItem]:
        query = select(AgendaItem).where(AgendaItem.meeting_id == meeting).order_by(AgendaItem.position)
        return self.school.rows(query)


@pytest.fixture
def held(school: School) -> Held:
    return Held(school)


def test_what_was_left_stands_first_and_leads_back(held: Held) -> None:
    new = held.set_up()
    items = held.agenda(new)
    own = [item.title for item in agenda_template("annual_review")]
    first = [item.title for item in items if item.carried]
    assert [item.title for item in items] == [*first, *own]
    assert first == [
        "From the last meeting: sections that were not finished",
        "From the last meeting, to decide: How many minutes?",
        "The slides",
        "The bus",
        "Talk about summer",
    ]
    assert items[0].sections == ["goals", "placement"]
    with held.school.state.database.sync.connect() as connection:
        assert due_returns(connection, datetime(2027, 6, 1, tzinfo=UTC)) == []  # it is not brought back a second time
    page = held.dana.get(f"/m/{new}").text
    there = (f"/decisions/{held.decision}", f"/agenda/{held.late}", "/to-do")
    for link in ("#section-goals", "#section-placement", *there):
        assert f'href="/m/{held.meeting}{link}"' in page
    assert page.count("Carried over: it was not final when the last meeting closed.") == 2
    assert "Jonah will read aloud." in page
    marked = held.school.rows(select(Document).where(Document.meeting_id == new, Document.carried_from.is_not(None)))
    assert {one.section: one.carried_from for one in marked} == {
        section: held.documents[section] for section in ("goals", "placement")
    }
    for place in there:
        assert held.dana.get(f"/m/{held.meeting}{place}").status_code == 200


def test_who_was_not_there_is_led_nowhere(held: Held) -> None:
    new = held.set_up()
    school, tess = held.school, held.school.person("Tess Okafor", is_staff=True)
    school.seat(held.dana_person, new, tess, "team_staff")
    page = school.browser(tess).get(f"/m/{new}").text
    assert "Carried over from the last meeting." in page
    assert f'href="/m/{held.meeting}' not in page


def test_from_empty_sections_nothing_is_carried_over(held: Held) -> None:
    new = held.set_up(draft="template")
    assert not any(item.carried for item in held.agenda(new))
    assert held.school.rows(select(Meeting.follows).where(Meeting.id == new)) == [None]


def test_a_meeting_that_is_not_closed_carries_nothing_over(school: School) -> None:
    held = Held(school, closed=False)
    assert not any(item.carried for item in held.agenda(held.set_up()))


def chosen(page: str) -> str:
    (found,) = re.findall(r'name="draft" type="radio" value="(\w+)" checked', page)
    return str(found)


def test_a_student_with_a_plan_goes_on_with_it(held: Held) -> None:
    assert chosen(held.dana.get("/meetings/new").text) == "template"
    assert f'href="/meetings/new?student={held.student}"' in held.dana.get(f"/m/{held.meeting}/review").text
    page = held.dana.get(f"/meetings/new?student={held.student}").text
    assert chosen(page) == "plan"
    assert f'value="{held.student}" data-plan selected' in page
    # Without a script one says who it is, and the page answers with what it proposes; nothing is made.
    before = held.school.rows(select(Meeting.id))
    picked = held.dana.post("/meetings/new", {**NEXT, "student": held.student, "draft": "template", "choose": "yes"})
    assert (picked.status_code, chosen(picked.text)) == (200, "plan")
    assert held.school.rows(select(Meeting.id)) == before
    assert 'value="Room 12"' in picked.text
    other = held.dana.post("/meetings/new", {**NEXT, "student": held.student, "draft": "word", "place": "x" * 201})
    assert (other.status_code, chosen(other.text)) == (422, "word")
    # Somebody else's student is none that one can choose.
    strange = held.school.browser(held.school.person("Nora", is_staff=True))
    assert chosen(strange.get(f"/meetings/new?student={held.student}").text) == "template"
