"""The decision log of a meeting that was held: whole, narrowed, on paper, and open to words said afterwards."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from server.domain.notices import APPROVED
from server.meeting import answer, open_thread
from server.meeting.comments import Target, Words
from server.storage.tables import Notice, Person
from tests.support.held import DISSENT, Held, hold_and_tell
from tests.support.school import Browser, School, words


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with School(tmp_path_factory.mktemp("held") / "data") as opened:
        yield opened


@pytest.fixture(scope="module")
def held(school: School) -> Held:
    return school.call(hold_and_tell, school.state, "http://testserver")


def browser(school: School, held: Held, name: str) -> Browser:
    person = next(one for one in school.rows(select(Person)) if one.name == name)
    return school.browser(person)


def test_the_log_tells_each_decision_whole(school: School, held: Held) -> None:
    elena = browser(school, held, "Elena Vasquez")
    page = elena.get(f"/m/{held.id}/decisions").text
    text = words(page)
    for name in held.decisions:
        assert name in text
    assert DISSENT in text
    assert "It did not work." in text  # why an option was not chosen
    # The exact words of the section as they stood then: those of D1, and not yet those of D2.
    first = page.split('id="page-decision-1"')[1].split('id="page-decision-2"')[0]
    assert "five times a week, in a group of at most three" in words(first.split('class="words-then"')[1])
    assert "does not write the name of a program" not in words(first.split('class="words-then"')[1])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("outcome=refused", {"D2"}),
        ("section=services", {"D1", "D2"}),
        ("section=goals", {"D4"}),
        ("outcome=deferred", set()),
        ("person=elena", {"D1", "D2", "D3", "D4", "D5", "D6", "D7"}),
        ("person=marcus", set()),
    ],
)
def test_the_log_by_section_outcome_person(school: School, held: Held, query: str, shown: set[str]) -> None:
    query = query.replace("elena", held.elena.person_id)
    query = query.replace("marcus", held.people["Marcus Obi"].person_id)
    page = browser(school, held, "Dana Whitlock").get(f"/m/{held.id}/decisions?{query}").text
    assert {f"D{number}" for number in re.findall(r'id="page-decision-(\d+)"', page)} == shown


def test_what_is_said_after_the_close_is_marked(school: School, held: Held) -> None:
    about = Target("decision", held.decisions["D1"])
    thread = school.call(open_thread, held.journal, held.elena, about, Words("¿Y si no alcanza?", "es"))
    school.call(answer, held.journal, held.dana, thread, Words("Then we meet again."))
    page = browser(school, held, "Peter Lind").get(f"/m/{held.id}/decisions").text
    first = words(page.split('id="page-decision-1"')[1].split('id="page-decision-2"')[0])
    assert "¿Y si no alcanza?" in first
    assert first.count("After the meeting") == 2


def test_log_and_notice_are_papers_too(school: School, held: Held) -> None:
    elena = browser(school, held, "Elena Vasquez")
    notice: Any = school.rows(select(Notice))[0]
    assert notice.state == APPROVED
    for path in (f"/m/{held.id}/decisions/pdf", f"/m/{held.id}/notices/{notice.id}/pdf"):
        answer_ = elena.get(path)
        assert (answer_.status_code, answer_.headers["content-type"]) == (200, "application/pdf")
        assert answer_.content.startswith(b"%PDF-")
    assert elena.get(f"/m/{held.id}/notices/{notice.id}/pdf?lang=es").status_code == 404
