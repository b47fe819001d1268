"""The history of a meeting: any section at any moment, what happened, and who wrote which words."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server.documents.tree import Node, Text, read_tree, text_of
from server.journal.kinds import PHASE, RESTORE
from server.meeting import restore_section
from server.storage.tables import Entry
from server.web.timeline import Happened, marks_of
from tests.support.desk import Writer
from tests.support.school import School, words
from tests.web.test_changes_pages import Plan
from tests.web.test_sharing_pages import SECRET, Team


def numbers(school: School, document: str) -> list[int]:
    return list(school.rows(select(Entry.number).where(Entry.document_id == document).order_by(Entry.number)))


def say(school: School, document: str, person: str, text: str) -> None:
    async def write() -> None:
        Writer(school.state.journal, document, person).write(text)
        await school.state.journal.settle()

    school.call(write)


def test_a_section_at_any_moment_by_its_address(school: School) -> None:
    team = Team(school)
    goals, browser = team.documents["goals"], team.browsers["case_manager"]
    before = numbers(school, goals)[-1]
    say(school, goals, team.leader.id, "Nine owls. ")
    after = numbers(school, goals)[-1]
    newest = browser.text(f"{team.url}/history?section=goals")
    assert "Nine owls." in newest
    assert "This is the present text" in newest
    earlier = browser.text(f"{team.url}/history?section=goals&at={before}")
    assert "Nine owls." not in earlier
    assert SECRET in words(earlier)
    part = browser.get(f"{team.url}/history/moment?section=goals&at={after + 5}&step=1&plain=1").text
    assert f'data-number="{after}"' in part
    assert f'data-previous="{before}"' in part
    assert "<html" not in part
    for wrong in ("section=gaols", "section=goals&at=0"):
        assert browser.get(f"{team.url}/history/moment?{wrong}").status_code == 404


def test_what_happened_stands_on_it_and_leads_to_its_moment(school: School) -> None:
    team = Team(school)
    browser = team.browsers["case_manager"]
    school.phase(team.leader, team.id, "live")
    page = browser.get(f"{team.url}/history?section=goals").text
    assert "The meeting has started." in page
    (event,) = re.findall(r'id="event-(\d+)".{0,600}The meeting has started', page, re.DOTALL)[-1:]
    there = browser.get(f"{team.url}/history?section=goals&at={event}").text
    assert f'at={event}" aria-current="true"' in there


def test_the_family_reads_what_was_shared_since_it_was(school: School) -> None:
    team = Team(school)
    parent, goals = team.browsers["parent"], team.documents["goals"]
    early = numbers(school, goals)[0]
    assert SECRET not in parent.text(f"{team.url}/history")
    assert parent.get(f"{team.url}/history?section=goals").status_code == 403
    team.share("goals")
    assert SECRET in words(parent.text(f"{team.url}/history?section=goals"))
    for path in ("moment", "who"):
        assert parent.get(f"{team.url}/history/{path}?section=goals&at={early}").status_code == 403
        assert parent.get(f"{team.url}/history/{path}?section=services&at=99").status_code == 403
    assert SECRET in words(parent.text(f"{team.url}/history?section=goals&at={early}"))  # as it went out, not earlier


def test_who_wrote_which_words_also_after_a_restore(school: School) -> None:
    team = Team(school)
    goals, browser = team.documents["goals"], team.browsers["case_manager"]
    before = numbers(school, goals)[-1]
    other = school.person("Marcus Obi", is_staff=True)
    school.seat(team.leader, team.id, other, "team_staff")
    say(school, goals, other.id, "Nine owls. ")
    at = numbers(school, goals)[-1]
    page = browser.get(f"{team.url}/history/who?section=goals&at={at}").text
    by = re.findall(r'class="legend-mark" aria-hidden="true"></span>([^<]+?) <.*?keep-lines">([^<]*)<', page, re.DOTALL)
    assert ("Marcus Obi", "Nine owls. ") in by
    assert any(name == "The case_manager" and SECRET in said for name, said in by)
    everything = "".join(said for _, said in by)
    start = everything.index("owls")
    some = browser.get(f"{team.url}/history/who?section=goals&at={at}&from={start}&to={start + 4}").text
    assert re.findall(r'keep-lines">([^<]*)<', some) == ["owls"]
    school.call(restore_section, school.state.journal, school.actor(other, team.id), goals, before)
    restored = numbers(school, goals)[-1]
    again = browser.text(f"{team.url}/history/who?section=goals&at={restored}")
    assert "Nine owls." not in again
    assert "Marcus Obi" not in again  # what he left as it was is still hers
    school.call(restore_section, school.state.journal, school.actor(team.leader, team.id), goals, at)
    back = browser.get(f"{team.url}/history/who?section=goals&at={numbers(school, goals)[-1]}").text
    assert "Nine owls." in back
    assert "Marcus Obi" not in back  # whoever brings words back answers for them


def test_a_passage_is_brought_back_by_who_may_edit_and_the_rest_stays(school: School) -> None:
    plan = Plan(school)
    start = plan.write("goals", plan.dana, *(Node("paragraph", {}, (Text(one),)) for one in ("One owl.", "Two owls.")))
    plan.write("goals", plan.omar, *(Node("paragraph", {}, (Text(one),)) for one in ("One owl.", "Nothing more here.")))
    page = f"{plan.url}/history/passages?section=goals&at={start}"
    assert (
        f"{plan.url}/history/passages?section=goals&amp;at={start}"
        in plan.leader.get(f"{plan.url}/history?section=goals&at={start}").text
    )
    html = plan.leader.get(page).text
    assert 'name="passage" value="1"' in html
    assert 'value="0"' not in html
    act = f"{plan.url}/sections/{plan.documents['goals']}/history/{start}/passages"
    for wrong in ({}, {"passage": "x"}, {"passage": "9"}):
        assert plan.leader.post(act, wrong, seen=page).status_code == 422
    answer = plan.leader.post(act, {"passage": "1"}, seen=page)
    assert answer.headers["location"].endswith("&done=place")
    assert "stands in the text again" in plan.leader.text(answer.headers["location"])
    state = school.call(school.state.journal.load_state, plan.documents["goals"])
    assert text_of(read_tree(state)).splitlines() == ["One owl.", "Two owls.", "Nothing more here."]
    (kind,) = school.rows(select(Entry.kind).where(Entry.meeting_id == plan.id).order_by(Entry.number.desc()).limit(1))
    assert kind == RESTORE
    assert plan.leader.post(act, {"passage": "1"}, seen=page).status_code == 409
    plan.share("goals")
    assert plan.parent.get(page).status_code == 403


@given(st.lists(st.integers(1, 500), max_size=40), st.integers(1, 300), st.integers(0, 300))
def test_every_event_since_the_first_moment_has_one_mark_in_order(numbers: list[int], first: int, length: int) -> None:
    at = datetime(2027, 2, 25, tzinfo=UTC)
    told = [Happened(number, at, "", PHASE) for number in numbers]
    for places, marks in marks_of(told, first, first + length).items():
        assert [one.number for mark in marks for one in mark.happened] == sorted(n for n in numbers if n >= first)
        assert all(1 <= mark.place <= places for mark in marks)
        assert [mark.place for mark in marks] == sorted({mark.place for mark in marks})


def test_the_slider_has_marks_for_what_happened_by_name(school: School) -> None:
    team = Team(school)
    browser = team.browsers["case_manager"]
    browser.post(
        f"{team.url}/comments",
        {"target": "section", "about": team.documents["goals"], "text": "How many owls?", "lang": "en"},
    )
    school.phase(team.leader, team.id, "live")
    page = browser.get(f"{team.url}/history?section=goals").text
    marks = re.findall(r'class="slider-marks marks-(\d+)".*?</ol>', page, re.DOTALL)
    assert marks == ["12", "36"]
    named = " ".join(re.findall(r'aria-label="([^"]*)" tabindex', page))
    assert "The meeting has started." in named
    assert "The case_manager made a comment." in named
