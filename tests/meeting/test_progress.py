"""Measured data on goals: each act an entry, corrections keep what stood, also when the meeting is over."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from server.domain.roles import PARENT
from server.journal.kinds import PROGRESS_NOTED, PROGRESS_REMOVED
from server.meeting.progress import Measured, note_progress, remove_progress
from server.storage.tables import ProgressPoint
from tests.support.desk import Desk, refused
from tests.support.measuring import add_goal

NOW = datetime(2027, 2, 2, 3, tzinfo=UTC)
GOOD = {"goal": "Reading", "day": "2027-02-01", "value": "84,50", "unit": "words"}


def note(desk: Desk, *, role: str = "case_manager", corrects: str = "", reason: str = "", **changes: str) -> Any:
    measured = Measured(**{**GOOD, **changes})
    return note_progress(desk.journal, desk.actor(role), measured, at=NOW, corrects=corrects, reason=reason)


async def test_what_was_corrected_or_taken_out_is_kept(prework: Desk) -> None:
    desk = prework
    await add_goal(desk.journal, desk.documents["goals"], desk.people["case_manager"])
    desk.run("UPDATE meeting SET phase = 'closed'")
    first = await note(desk)
    second = await note(desk, value="86", corrects=first, reason="Read from the wrong line.")
    assert await refused(desk, note(desk, corrects=first, reason="Again")) == "not_found: point"
    assert await refused(desk, note(desk, corrects=second)) == "invalid: reason"
    assert await refused(desk, remove_progress(desk.journal, desk.actor(), second, " ")) == "invalid: reason"
    await remove_progress(desk.journal, desk.actor(), second, "Another student’s.")
    assert desk.kinds()[-3:] == [PROGRESS_NOTED, PROGRESS_NOTED, PROGRESS_REMOVED]
    rows = desk.rows(select(ProgressPoint.value, ProgressPoint.corrects, ProgressPoint.reason, ProgressPoint.noted_by))
    dana = desk.people["case_manager"]
    assert {tuple(row) for row in rows} == {
        ("84.5", None, "Read from the wrong line.", dana),
        ("86", first, "Another student’s.", dana),
    }
    desk.run("UPDATE meeting SET phase = 'prework'")
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"role": PARENT}, "role"),
        ({"goal": "Math"}, "not_found: goal"),
        ({"day": "2027-02-03"}, "invalid: day"),
        ({"day": ""}, "invalid: day"),
        ({"value": "many"}, "invalid: value"),
        ({"unit": "x" * 41}, "invalid: unit"),
    ],
)
async def test_what_cannot_be_is_refused(prework: Desk, changes: dict[str, str], reason: str) -> None:
    await add_goal(prework.journal, prework.documents["goals"], prework.people["case_manager"])

    async def act() -> None:
        await note(prework, **changes)

    assert await refused(prework, act()) == reason
