"""Dates from the student's file: what stood before is told, and of all the student's meetings what was noted last."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from server.domain.file_dates import FileDates
from server.domain.roles import PREWORK
from server.journal.kinds import FILE_DATES
from server.journal.payload import read_facts
from server.meeting.file_dates import file_dates, note_file_dates
from server.storage.tables import Meeting
from tests.support.desk import Desk, add_meeting, refused

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2027, 2, 1, 22, tzinfo=NEW_YORK)  # where the meeting is, it is February 2
GOOD = FileDates(date(2024, 3, 1), date(2027, 2, 2))


async def test_the_entry_tells_what_is_and_what_was(prework: Desk) -> None:
    assert await note_file_dates(prework.journal, prework.actor(), FileDates(GOOD.evaluated_on), at=NOW)
    assert await note_file_dates(prework.journal, prework.actor(), GOOD, at=NOW)
    entry = prework.entries()[-1]
    assert entry.kind == FILE_DATES
    assert read_facts(entry.payload) == {
        "evaluated_on": "2024-03-01",
        "safeguards_on": "2027-02-02",
        "eligible_on": None,
        "before": {"evaluated_on": "2024-03-01", "safeguards_on": None, "eligible_on": None},
    }
    count = len(prework.entries())
    assert not await note_file_dates(prework.journal, prework.actor(), GOOD, at=NOW)
    assert len(prework.entries()) == count
    assert prework.faults() == []


@pytest.mark.parametrize("day", [date(2027, 2, 3), date(1989, 12, 31)])
async def test_a_day_that_cannot_be(prework: Desk, day: date) -> None:
    act = note_file_dates(prework.journal, prework.actor(), FileDates(safeguards_on=day), at=NOW)
    assert await refused(prework, act) == "invalid: safeguards_on"


async def test_what_another_meeting_of_the_student_knows_is_known(prework: Desk) -> None:
    student = prework.row().student_id
    await note_file_dates(prework.journal, prework.actor(), GOOD, at=NOW)
    await add_meeting(prework, phase=PREWORK)
    prework.run(update(Meeting).where(Meeting.id == prework.meeting).values(student_id=student))
    assert not await note_file_dates(prework.journal, prework.actor(), GOOD, at=NOW)
    mended = FileDates(date(2023, 1, 4), GOOD.safeguards_on)  # an earlier day: the first was a mistake
    await note_file_dates(prework.journal, prework.actor(), mended, at=NOW)
    assert read_facts(prework.entries()[-1].payload)["before"] == GOOD.facts()
    with prework.database.sync.connect() as connection:
        assert file_dates(connection, student) == mended
