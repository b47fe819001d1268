"""The family writes at any time, the school answers: nobody changes anything, and each side knows what was read."""

import pytest
from sqlalchemy import select

from server.domain.roles import CASE_MANAGER, PARENT
from server.journal.kinds import MESSAGE_READ, MESSAGE_WRITTEN
from server.meeting.messages import Thread, note_read, threads, write_message
from server.storage.tables import Message
from tests.support.desk import Desk, refused


async def seen(desk: Desk, role: str) -> list[Thread]:
    who = desk.people[role]
    return await desk.journal.read(lambda connection: threads(connection, desk.meeting, who, role))


@pytest.mark.parametrize("phase", ["prework", "live", "closed"])
async def test_they_write_and_answer_in_any_phase(desk: Desk, phase: str) -> None:
    desk.run(f"UPDATE meeting SET phase = '{phase}'")
    mother = desk.people[PARENT]
    await write_message(desk.journal, desk.actor(PARENT), "He cries at night.")
    await note_read(desk.journal, desk.actor("team_staff"), 999)  # who does not answer has not read it for the school
    (thread,) = [one for one in await seen(desk, CASE_MANAGER) if one.said]
    assert thread.waits_since == thread.said[0].written_at
    assert thread.said[0].read_at is None
    await note_read(desk.journal, desk.actor(), 999)
    await note_read(desk.journal, desk.actor(), 999)
    await write_message(desk.journal, desk.actor(), "Since when?", to=mother)
    assert desk.kinds()[-3:] == [MESSAGE_WRITTEN, MESSAGE_READ, MESSAGE_WRITTEN]
    (own,) = await seen(desk, PARENT)
    assert [(one.name, one.text, one.is_family) for one in own.said] == [
        ("The parent", "He cries at night.", True),
        ("The case_manager", "Since when?", False),
    ]
    assert own.said[0].read_by == "The case_manager"
    assert own.waits_since is None
    await note_read(desk.journal, desk.actor(PARENT), 999)
    assert all(row.read_at for row in desk.rows(select(Message.read_at)))
    desk.run("UPDATE meeting SET phase = 'live'")
    assert desk.faults() == []


async def test_each_of_the_family_has_a_thread_of_their_own(desk: Desk) -> None:
    await write_message(desk.journal, desk.actor(PARENT), "From the mother.")
    await write_message(desk.journal, desk.actor("student"), "From me.")
    await note_read(desk.journal, desk.actor("student"), 999)
    assert [one.text for thread in await seen(desk, "student") for one in thread.said] == ["From me."]
    assert [one.text for thread in await seen(desk, PARENT) for one in thread.said] == ["From the mother."]
    assert {one.text for thread in await seen(desk, "team_staff") for one in thread.said} == {
        "From the mother.",
        "From me.",
    }
    assert await seen(desk, "advocate") == []
    # Whose thread it is, the server says: what a parent sends as `to` is not believed.
    await write_message(desk.journal, desk.actor(PARENT), "Again.", to=desk.people["student"])
    assert desk.rows(select(Message.thread).order_by(Message.number.desc()))[0].thread == desk.people[PARENT]


@pytest.mark.parametrize(
    ("role", "text", "to", "reason"),
    [
        ("team_staff", "Hello", PARENT, "role"),
        ("advocate", "Hello", PARENT, "role"),
        (PARENT, " ", "", "invalid: text"),
        (PARENT, "x" * 5001, "", "invalid: text"),
        (CASE_MANAGER, "Hello", "", "not_found: to"),
        (CASE_MANAGER, "Hello", "team_staff", "not_found: to"),
    ],
)
async def test_what_cannot_be_is_refused(desk: Desk, role: str, text: str, to: str, reason: str) -> None:
    act = write_message(desk.journal, desk.actor(role), text, to=desk.people.get(to, ""))
    assert await refused(desk, act) == reason
