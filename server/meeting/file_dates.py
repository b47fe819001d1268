"""Dates from the student's file that a meeting's rules look at, noted by the case manager."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from server.domain.days import EARLIEST
from server.domain.errors import Refused
from server.domain.file_dates import FileDates
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
            select(Meeting.student_id, Meeting.time_zone).where(Meeting.id == actor.meeting_id)
        ).one()
        today = at.astimezone(ZoneInfo(row.time_zone)).date()
        for field, day in noted._asdict().items():
            if day is not None and not EARLIEST <= day <= today:
                raise Refused("invalid", field)
        before = file_dates(transaction.connection, row.student_id)
        if noted == before:
            return False
        transaction.append(actor.meeting_id, FILE_DATES, author, facts({**noted.facts(), "before": before.facts()}))
        return True

    return await journal.act(perform)


def file_dates(connection: Connection, student_id: str) -> FileDates:
    """What was noted last in any of the student's meetings: so what was noted wrongly can be mended in the next one."""
    newest = (
        select(Meeting.evaluated_on, Meeting.safeguards_on, Meeting.eligible_on)
        .where(Meeting.student_id == student_id, Meeting.file_noted_at.is_not(None))
        .order_by(Meeting.file_noted_at.desc())
        .limit(1)
    )
    row = connection.execute(newest).one_or_none()
    return FileDates(*map(_day, row)) if row else FileDates()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
