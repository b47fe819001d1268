"""Dates from the student's file that a meeting's rules look at, noted by the case manager."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from server.domain.errors import Refused
from server.domain.file_dates import EARLIEST, FileDates
from server.domain.roles import CLOSED
from server.journal.kinds import FILE_DATES
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor
from server.storage.tables import Meeting


async def note_file_dates(journal: Journal, actor: Actor, noted: FileDates, *, at: datetime) -> bool:
    """Whether anything was changed: what stands so already makes no entry. `at`: now, with its zone.

    Raises `Refused`: "closed" for a meeting that is over, "invalid" with the field for a day that has not come yet
    where the meeting is, or is before 1990.
    """

    def perform(transaction: Transaction) -> bool:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        if transaction.rules(actor.meeting_id).phase == CLOSED:
            raise Refused("closed")
        row = transaction.connection.execute(
            select(Meeting.evaluated_on, Meeting.safeguards_on, Meeting.time_zone).where(Meeting.id == actor.meeting_id)
        ).one()
        today = at.astimezone(ZoneInfo(row.time_zone)).date()
        for field, day in noted._asdict().items():
            if day is not None and not EARLIEST <= day <= today:
                raise Refused("invalid", field)
        before = FileDates(_day(row.evaluated_on), _day(row.safeguards_on))
        if noted == before:
            return False
        transaction.append(actor.meeting_id, FILE_DATES, author, facts({**noted.facts(), "before": before.facts()}))
        return True

    return await journal.act(perform)


def file_dates(connection: Connection, student_id: str) -> FileDates:
    """The latest of each that was noted in any of the student's meetings."""
    row = connection.execute(
        select(func.max(Meeting.evaluated_on), func.max(Meeting.safeguards_on)).where(Meeting.student_id == student_id)
    ).one()
    return FileDates(_day(row[0]), _day(row[1]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
