"""Which day it is where a meeting is, and days that it names for what is still to be done."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from server.domain.errors import Refused
from server.meeting import clean
from server.storage.tables import Meeting, now


def today_at(connection: Connection, meeting_id: str) -> date:
    zone = connection.scalar(select(Meeting.time_zone).where(Meeting.id == meeting_id))
    return now().astimezone(ZoneInfo(zone or "UTC")).date()


def day_to_come(
    connection: Connection, meeting_id: str, value: str, field: str, *, before: str | None, required: bool = False
) -> str | None:
    """A day from today on, or the one that stands already (`before`): that may be over by now."""
    found = clean.day(value, field, required=required)
    if found is not None and found != before and date.fromisoformat(found) < today_at(connection, meeting_id):
        raise Refused("invalid", field)
    return found
