"""What the family writes in their own words: kept as typed, given when they say so, changed by nobody else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.domain.own_words import MOST_TEXT, QUESTIONS
from server.domain.readiness import evaluate
from server.domain.roles import FAMILY, PARENT, ROLES, STUDENT
from server.journal.kinds import WORDS_GIVEN, WORDS_WRITTEN
from server.meeting import Target, Words, open_thread
from server.meeting.own_words import answers_of, give_words, given_words, wordings, write_words
from server.meeting.readiness import gather
from server.storage.tables import OwnWords, Thread
from tests.support.desk import Desk, refused

WORRY = "He cries over writing."


async def write(desk: Desk, text: str, *, role: str = PARENT, question: str = "worries", seen: int = 0) -> int:
    return await write_words(desk.journal, desk.actor(role), question, text, lang="es", seen=seen)


def lacks_concerns(desk: Desk) -> bool:
    with desk.database.sync.connect() as connection:
        points = evaluate(gather(connection, desk.documents["parent_input"]))
    return any(point.rule == "C07" for point in points.findings)


async def test_each_keeping_is_an_entry_and_the_newest_counts(prework: Desk) -> None:
    desk = prework
    before = len(desk.kinds())
    first = await write(desk, "He cries.")
    assert await write(desk, "  He cries.\r\n", seen=first) == first  # the same words
    second = await write(desk, WORRY, seen=first)
    assert desk.kinds()[before:] == [WORDS_WRITTEN] * 2
    (row,) = desk.rows(select(OwnWords.person_id, OwnWords.text, OwnWords.number, OwnWords.given_at))
    assert tuple(row) == (desk.people[PARENT], WORRY, second, None)
    with desk.database.sync.connect() as connection:
        answers = answers_of(connection, desk.meeting, desk.people[PARENT])
        assert [(one.question, one.text) for one in answers] == [
            (q, WORRY if q == "worries" else "") for q in QUESTIONS
        ]
        assert given_words(connection, desk.meeting) == []  # hers alone so far
    assert await refused(desk, write(desk, "An older window.", seen=first)) == "conflict: seen"
    assert await refused(desk, write(desk, "?" * (MOST_TEXT + 1), seen=second)) == "invalid: text"
    assert await refused(desk, write(desk, "?", question="income")) == "invalid: question"
    assert desk.faults() == []


async def test_given_words_are_read_with_every_later_wording(prework: Desk) -> None:
    desk = prework
    assert await refused(desk, give_words(desk.journal, desk.actor(PARENT))) == "invalid: words"
    first = await write(desk, "Something private.")
    second = await write(desk, WORRY, seen=first)
    assert lacks_concerns(desk)
    await give_words(desk.journal, desk.actor(PARENT))
    await give_words(desk.journal, desk.actor(PARENT))
    assert not lacks_concerns(desk)
    third = await write(desk, WORRY + " Every day.", seen=second)
    await write(desk, "Space.", question="good_at")
    assert desk.kinds().count(WORDS_GIVEN) == 1
    with desk.database.sync.connect() as connection:
        (given,) = given_words(connection, desk.meeting)
        assert [(one.question, one.text) for one in given.answers] == [
            ("good_at", "Space."),
            ("worries", WORRY + " Every day."),
        ]
        told = wordings(connection, desk.meeting, desk.people[PARENT], "worries")
    assert [one.number for one in told] == [third, second]  # what was hers alone stays so
    await write(desk, "", seen=third)
    with desk.database.sync.connect() as connection:
        assert [one.question for one in given_words(connection, desk.meeting)[0].answers] == ["good_at"]
    assert desk.faults() == []


async def test_a_students_words_are_no_parents_concerns(prework: Desk) -> None:
    await write(prework, "Reading out loud.", role=STUDENT)
    await give_words(prework.journal, prework.actor(STUDENT))
    assert lacks_concerns(prework)


@pytest.mark.parametrize("role", ROLES)
async def test_nobody_but_the_family_writes_and_each_their_own(prework: Desk, role: str) -> None:
    if role in FAMILY:
        await write(prework, WORRY, role=role)
        assert {row.person_id for row in prework.rows(select(OwnWords.person_id))} == {prework.people[role]}
    else:
        assert await refused(prework, write(prework, WORRY, role=role)) == "role"
        assert await refused(prework, give_words(prework.journal, prework.actor(role))) == "role"


async def test_what_is_final_takes_no_more_words(prework: Desk) -> None:
    prework.run("UPDATE document SET state = 'final' WHERE section = 'parent_input'")
    assert await refused(prework, write(prework, WORRY)) == "final"


async def test_an_answer_to_words_is_a_thread_once_they_are_given(prework: Desk) -> None:
    desk = prework
    section = desk.documents["parent_input"]
    target = Target("section", section, own_words=(desk.people[PARENT], "worries"))
    act = lambda: open_thread(desk.journal, desk.actor(), target, Words("Thank you. We will look at it."))  # noqa: E731
    await write(desk, WORRY)
    assert await refused(desk, act()) == "not_found: words"
    await give_words(desk.journal, desk.actor(PARENT))
    thread_id = await act()
    rows = desk.rows(select(Thread.id, Thread.document_id, Thread.words_of, Thread.words_question))
    assert [tuple(row) for row in rows] == [(thread_id, section, desk.people[PARENT], "worries")]
    elsewhere = Target("section", desk.documents["goals"], own_words=(desk.people[PARENT], "worries"))
    assert await refused(desk, open_thread(desk.journal, desk.actor(), elsewhere, Words("?"))) == "not_found: words"
    assert desk.faults() == []


@given(typed=st.lists(st.tuples(st.sampled_from(QUESTIONS), st.text("ab \n", max_size=6)), max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_what_was_typed_last_is_what_stands(prework: Desk, typed: list[tuple[str, str]]) -> None:
    def stands() -> dict[str, tuple[str, int]]:
        with prework.database.sync.connect() as connection:
            mine = answers_of(connection, prework.meeting, prework.people[PARENT])
        return {one.question: (one.text, one.number) for one in mine}

    expected = {question: text for question, (text, _) in stands().items()}
    for question, text in typed:
        await write(prework, text, question=question, seen=stands()[question][1])
        expected[question] = text.strip()
    assert {question: text for question, (text, _) in stands().items()} == expected
