"""Reading attendance: who was there, who is, and which required seats are empty. For pages and for other rules."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from server.domain import seats
from server.domain.excusals import seat_standing
from server.domain.roles import LIVE
from server.domain.seats import EmptySeat, Participation
from server.domain.sections import IN_DISCUSSION
from server.meeting.excusals import list_excusals, start_of
from server.storage.tables import AgendaItem, Attendance, Document, Meeting, Participant


class Stay(NamedTuple):
    """One stay of one participant; `left_at` is None while they are there, `noted_by` who said so."""

    id: str
    person_id: str
    how: str
    source: str
    arrived_at: datetime
    left_at: datetime | None
    noted_by: str


_STAYS = (
    select(
        Attendance.id,
        Attendance.person_id,
        Attendance.how,
        Attendance.source,
        Attendance.arrived_at,
        Attendance.left_at,
        Attendance.noted_by,
    )
    .where(Attendance.meeting_id == bindparam("meeting_id"), Attendance.removed_at.is_(None))
    .order_by(Attendance.arrived_at, Attendance.id)
)
_STAYS_OF_ONE = _STAYS.where(Attendance.person_id == bindparam("person_id"))


def list_stays(connection: Connection, meeting_id: str, person_id: str | None = None) -> list[Stay]:
    """Every stay that counts, or one person's, in order of arrival; those of people who were taken out of the meeting
    too."""
    statement = _STAYS if person_id is None else _STAYS_OF_ONE
    rows = connection.execute(statement, {"meeting_id": meeting_id, "person_id": person_id})
    return [Stay(*row) for row in rows]


def who_is_here(connection: Connection, meeting_id: str) -> frozenset[str]:
    """The ids of those who have arrived and not left. Nobody before the meeting, or after it."""
    return frozenset(stay.person_id for stay in list_stays(connection, meeting_id) if stay.left_at is None)


def participations(connection: Connection, meeting_id: str) -> list[Participation]:
    rows = connection.execute(
        select(Participant.person_id, Participant.role, Participant.seats).where(
            Participant.meeting_id == meeting_id, Participant.removed_at.is_(None)
        )
    )
    return [Participation(row.person_id, row.role, row.seats or []) for row in rows]


def discussed_sections(connection: Connection, meeting_id: str) -> frozenset[str]:
    """What the meeting is at: the sections of the agenda item that is current, and those being discussed."""
    found = set(
        connection.scalars(
            select(Document.section).where(
                Document.meeting_id == meeting_id, Document.kind == "section", Document.state == IN_DISCUSSION
            )
        )
    )
    current = connection.execute(
        select(AgendaItem.sections)
        .join(Meeting, Meeting.current_item_id == AgendaItem.id)
        .where(Meeting.id == meeting_id, AgendaItem.removed_at.is_(None))
    ).scalar()
    return frozenset(found | set(current or ()))


def empty_seats(connection: Connection, meeting_id: str, sections: Collection[str] | None = None) -> list[EmptySeat]:
    """The required seats that are empty while `sections` (None: those under discussion) are talked about.

    None are while the meeting is not on: nobody is expected at the table then.
    """
    if connection.execute(select(Meeting.phase).where(Meeting.id == meeting_id)).scalar() != LIVE:
        return []
    discussed = discussed_sections(connection, meeting_id) if sections is None else sections
    if not discussed:
        return []
    excusals = list_excusals(connection, meeting_id)
    start = start_of(connection, meeting_id)

    def excused(holders: Collection[str], section: str) -> str:
        return seat_standing(holders, excusals, section, start)

    people, here = participations(connection, meeting_id), who_is_here(connection, meeting_id)
    return seats.empty_seats(people, here, discussed, excused)
