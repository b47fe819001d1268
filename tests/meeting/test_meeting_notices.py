"""Telling people of a meeting: one entry, all or nothing; the chain of changes; opening and answering."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from server.domain.arrangement import Arrangement
from server.domain.meeting_notice import CANCELLATION, NOTICE, REMINDER
from server.journal import kinds
from server.mail import Letter, Post
from server.meeting import arrange_meeting
from server.meeting.meeting_notices import (
    Addressed,
    Answer,
    answer_notice,
    current_content,
    next_sequence,
    note_opened,
    send_notice,
)
from server.meeting.readiness import gather
from server.storage.tables import Invitation, Mailing, MeetingNotice, NoticeAnswer, Outbox
from tests.support.desk import Desk, refused
from tests.support.mail import letter

POST = Post(("k" * 40,), ready=True)


def addressed(desk: Desk, role: str = "parent", mail: Letter | None = None) -> Addressed:
    return Addressed(desk.people[role], "es", secrets.token_urlsafe(8), mail)


async def tell(desk: Desk, kind: str = NOTICE, *letters: Addressed, who: str = "case_manager") -> list[str]:
    with desk.database.sync.connect() as connection:
        content = current_content(connection, desk.meeting)
        sequence, _ = next_sequence(connection, desk.meeting, kind, content.digest())
    told: Sequence[Addressed] = letters or [addressed(desk)]
    return await send_notice(desk.journal, desk.actor(who), POST, kind, content, sequence, told)


async def move(desk: Desk, place: str) -> None:
    row = desk.row()
    await arrange_meeting(desk.journal, desk.actor(), Arrangement(row.starts_at, None, "UTC", place, ""))


def notices(desk: Desk) -> list[tuple[str, int]]:
    return [
        (row.kind, row.sequence)
        for row in desk.rows(select(MeetingNotice.kind, MeetingNotice.sequence).order_by(MeetingNotice.sequence))
    ]


async def test_a_notice_is_one_entry_with_letters_and_links(prework: Desk) -> None:
    before = len(prework.entries())
    ids = await tell(prework, NOTICE, addressed(prework, "parent", letter()), addressed(prework, "team_staff"))
    assert len(prework.entries()) == before + 1
    assert prework.kinds()[-1] == kinds.MEETING_NOTICE_SENT
    ways = {row.id: row.way for row in prework.rows(select(Mailing.id, Mailing.way))}
    assert [ways[one] for one in ids] == ["mail", "hand"]
    assert prework.rows(select(func.count()).select_from(Outbox))[0][0] == 1
    assert prework.rows(select(func.count()).select_from(Invitation))[0][0] == 2
    assert prework.faults() == []


async def test_the_sequence_grows_when_something_else_is_told(prework: Desk) -> None:
    await tell(prework)
    await tell(prework)  # the same again
    await tell(prework, REMINDER)
    assert notices(prework) == [(NOTICE, 0)]
    await move(prework, "Room 5")
    await tell(prework)
    await tell(prework, CANCELLATION)
    assert notices(prework) == [(NOTICE, 0), (NOTICE, 1), (CANCELLATION, 2)]
    assert await refused(prework, tell(prework, REMINDER)) == "not_found: notice"
    assert await refused(prework, answer_notice(prework.journal, prework.actor("parent"), Answer("coming"))) == (
        "not_found: notice"
    )
    await tell(prework)
    assert notices(prework)[-1] == (NOTICE, 3)
    assert prework.faults() == []


async def test_what_was_not_previewed_is_not_sent(prework: Desk) -> None:
    with prework.database.sync.connect() as connection:
        content = current_content(connection, prework.meeting)
    await move(prework, "Room 5")
    send = send_notice(prework.journal, prework.actor(), POST, NOTICE, content, 0, [addressed(prework)])
    assert await refused(prework, send) == "conflict: notice"


async def test_a_newer_letter_takes_the_place_of_one_that_still_waits(prework: Desk) -> None:
    await tell(prework, NOTICE, addressed(prework, "parent", letter()))
    await move(prework, "Room 5")
    await tell(prework, NOTICE, addressed(prework, "parent", letter()))
    states = prework.rows(select(Outbox.state, Outbox.content).order_by(Outbox.created_at))
    assert [row.state for row in states] == ["withdrawn", "waiting"]
    assert states[0].content is None
    open_links = select(func.count()).select_from(Invitation).where(Invitation.revoked_at.is_(None))
    assert prework.rows(open_links)[0][0] == 1


async def test_all_or_nothing(prework: Desk) -> None:
    good, bad = addressed(prework, "parent", letter()), addressed(prework, "student", letter("nobody"))
    assert await refused(prework, tell(prework, NOTICE, good, bad)) == "invalid: email"
    stranger = replace(good, person_id="p_stranger")
    assert (await refused(prework, tell(prework, NOTICE, stranger))).startswith("role")
    assert await refused(prework, tell(prework, REMINDER)) == "not_found: notice"
    assert (await refused(prework, tell(prework, who="team_staff"))).startswith("role")


async def test_opening_is_noted_once(prework: Desk) -> None:
    await tell(prework)
    assert await note_opened(prework.journal, prework.actor("parent"))
    assert not await note_opened(prework.journal, prework.actor("parent"))
    assert not await note_opened(prework.journal, prework.actor("student"))
    assert prework.kinds().count(kinds.MEETING_NOTICE_OPENED) == 1
    assert prework.rows(select(Mailing.opened_at))[0].opened_at is not None
    assert prework.faults() == []


async def test_an_answer_may_be_given_anew_and_both_stay(prework: Desk) -> None:
    parent = prework.actor("parent")
    assert await refused(prework, answer_notice(prework.journal, parent, Answer("coming"))) == "not_found: notice"
    await tell(prework)
    typed = Answer("another_time", other_time="Mondays", interpreter="Mam", bringing="My sister")
    await answer_notice(prework.journal, parent, typed)
    await answer_notice(prework.journal, parent, Answer("by_phone"))
    rows = prework.rows(select(NoticeAnswer.answer, NoticeAnswer.interpreter).order_by(NoticeAnswer.answered_at))
    assert [tuple(row) for row in rows] == [("another_time", "Mam"), ("by_phone", "")]
    assert await refused(prework, answer_notice(prework.journal, parent, Answer("perhaps"))) == "invalid: answer"
    long = Answer("coming", note="x" * 501)
    assert await refused(prework, answer_notice(prework.journal, parent, long)) == "invalid: note"
    assert prework.faults() == []


async def test_once_it_is_on_nobody_answers(desk: Desk) -> None:
    await tell(desk)
    assert await refused(desk, answer_notice(desk.journal, desk.actor("parent"), Answer("coming"))) == "phase"


@pytest.mark.parametrize("place", ["Room 12", ""])
async def test_the_finalize_check_sees_the_notice(prework: Desk, place: str) -> None:
    def facts():
        with prework.database.sync.connect() as connection:
            return gather(connection, prework.documents["goals"]).notice

    assert facts() is None
    await move(prework, place)
    await tell(prework, NOTICE, addressed(prework, "team_staff"))
    assert not facts().to_parents
    await tell(prework, NOTICE, addressed(prework, "parent"))
    assert facts().to_parents
    assert facts().lacks == (() if place else ("place",))
    assert not facts().outdated
    await move(prework, "Room 7")
    assert facts().outdated
