"""From each of the family's comments to what is done about it and back, by nothing but the links on the pages."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from server.domain.notices import APPROVED
from server.meeting import answer, open_thread
from server.meeting.comments import Target, Words
from server.meeting.notices import approve_notice, compose_notice, review_decision
from server.sample.load import load_sample
from server.storage.tables import Notice, Person
from tests.support.held import CAME_OF_IT, DISSENT, Held, hold_sample
from tests.support.school import Browser, School, words

LINK = re.compile(r'<a [^>]*?data-chain="(\w+)"[^>]*?>')


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with School(tmp_path_factory.mktemp("held") / "data") as opened:
        yield opened


@pytest.fixture(scope="module")
def held(school: School) -> Held:
    """The sample's meeting, closed; its decisions told in one notice, each of them reviewed once."""
    meeting = load_sample(school.state.database, "http://testserver", None)["id"]
    found: Held = school.call(hold_sample, school.state.journal, school.state.database, meeting)
    made = school.call(
        compose_notice, found.journal, found.dana, list(found.decisions.values()), safeguards="Rights.", contacts="Us."
    )
    school.call(approve_notice, found.journal, found.priya, made, revision=1)
    for decision in found.decisions.values():
        school.call(review_decision, found.journal, found.dana, decision, "on_course", "On its way.", "2027-05-12")
    return found


def browser(school: School, held: Held, name: str) -> Browser:
    person = next(one for one in school.rows(select(Person)) if one.name == name)
    return school.browser(person)


def links(html: str, kind: str) -> list[str]:
    """Where the links of the chain lead to, that are of this kind."""
    return [
        unescape(re.search(r'href="([^"]+)"', found[0])[1])  # type: ignore[index]
        for found in LINK.finditer(html)
        if found[1] == kind
    ]


def article(page: str, thread: str) -> str:
    return page.split(f'id="chain-{thread}"')[1].split("</article>", maxsplit=1)[0]


def test_each_comment_of_the_family_is_walked_both_ways(school: School, held: Held) -> None:
    elena = browser(school, held, "Elena Vasquez")
    page = elena.get(f"/m/{held.id}/chain").text
    for thread, (_, _, decided) in zip(held.threads, CAME_OF_IT, strict=True):
        steps = article(page, thread)
        (comment,) = links(steps, "comment")
        assert f'id="thread-{thread}"' in elena.get(comment).text  # the comment itself
        versions = links(steps, "words")
        assert versions, thread
        for version in versions:  # from the words back to the comment
            assert comment in links(elena.get(version).text, "comment")
        if not decided:
            continue
        (decision,) = links(steps, "decision")
        decision_page = elena.get(decision).text
        assert comment in links(decision_page, "comment")
        assert set(links(decision_page, "words")) <= set(versions)
        for version in links(decision_page, "words"):
            assert decision in links(elena.get(version).text, "decision")
        (notice,) = links(steps, "notice")
        assert links(decision_page, "notice") == [notice]
        assert decision in links(elena.get(notice).text, "decision")
        (review,) = links(steps, "review")
        assert review.split("#")[0] == decision
        assert f'id="{review.split("#")[1]}"' in decision_page
        assert thread in elena.get(f"/m/{held.id}/comments?show=all").text


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
