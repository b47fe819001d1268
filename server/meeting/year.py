"""The year of every student whose team somebody is on: what their meetings and their files say of dates due.

A handful of queries however many meetings there are: a page of a whole caseload costs what one student's does, and a
row for each.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from server.domain.decisions import NEEDS_NOTICE, SETTLED
from server.domain.file_dates import FileDates
from server.domain.notices import APPROVED, DRAFT, decisions_of
from server.domain.readiness import PROFILES
from server.domain.reports import still_due
from server.domain.roles import CLOSED, PARENT, may
from server.domain.signing import RECEIVED
from server.domain.year import MAKES_A_PLAN, SAFEGUARDS, Due, Year, dates_due, planned_on
from server.storage.tables import Decision, Meeting, Notice, Participant, ProgressReport, Signoff, Student


class Seat(NamedTuple):
    """One of the reader's meetings, and who they are there."""

    meeting_id: str
    student_id: str
    role: str
    phase: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class StudentYear:
    """What is due for one student. `seat`: of the reader's meetings the newest, where what is due can be seen to."""

    student_id: str
    name: str
    seat: Seat
    today: date
    due: list[Due]


def read_years(connection: Connection, person_id: str, at: datetime) -> list[StudentYear]:
    """By name. `at`: now, with its zone."""
    seats = [seat for seat in _seats(connection, person_id) if may(seat.role, "read_due", seat.phase)]
    newest = {seat.student_id: seat for seat in seats}
    if not newest:
        return []
    meetings = _meetings(connection, person_id)
    received = _received(connection, person_id)
    reported = _reported(connection, person_id)
    untold = _untold(connection, person_id, seats)
    names: dict[str, str] = dict(
        connection.execute(
            select(Student.id, Student.name).where(Student.id.in_(_students(person_id))).order_by(Student.name)
        ).all()
    )
    found = []
    for student_id, name in names.items():
        if student_id not in newest:
            continue
        rows = meetings[student_id]
        last = rows[-1]
        profile, today = PROFILES.get(last.profile, PROFILES["federal"]), at.astimezone(ZoneInfo(last.time_zone)).date()
        year = _year(rows, received, untold.get(student_id, []), reported)
        seat = newest[student_id]
        due = [one for one in dates_due(year, profile, today) if one.day or one.kind != SAFEGUARDS or _may_note(seat)]
        found.append(StudentYear(student_id, name, seat, today, due))
    return found


def _year(
    rows: list[Row[Any]],
    received: Collection[str],
    untold: Iterable[date | None],
    reported: Mapping[str, Collection[str]],
) -> Year:
    """`rows`: the student's meetings, the earliest first."""
    noted = max((row for row in rows if row.file_noted_at), key=lambda row: row.file_noted_at, default=None)
    plans = [row for row in rows if row.purpose in MAKES_A_PLAN and row.phase == CLOSED and row.closed_at]
    plan = max(plans, key=lambda row: row.closed_at, default=None)
    file = FileDates()
    if noted is not None:
        file = FileDates(*map(_day, (noted.evaluated_on, noted.safeguards_on, noted.eligible_on)))
    return Year(
        file=file,
        planned_on=planned_on(plan.closed_at, plan.time_zone) if plan else None,
        first_only=all(row.purpose in {"initial", "other"} for row in rows),
        copy_open=plan is not None and plan.id not in received,
        notices=tuple(untold),
        reports=still_due(plan.report_days or [], reported.get(plan.id, ())) if plan else (),
    )


def _may_note(seat: Seat) -> bool:
    """Whether the reader could write down a date of the file that nobody has noted: to others it is no news."""
    return may(seat.role, "manage_meeting", seat.phase) and seat.phase != CLOSED


def _seats(connection: Connection, person_id: str) -> list[Seat]:
    rows = connection.execute(
        select(Meeting.id, Meeting.student_id, Participant.role, Meeting.phase, Meeting.starts_at)
        .join(Participant, Participant.meeting_id == Meeting.id)
        .where(Participant.person_id == person_id, Participant.removed_at.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [Seat(*row) for row in rows]


def _students(person_id: str) -> Any:
    return (
        select(Meeting.student_id)
        .join(Participant, Participant.meeting_id == Meeting.id)
        .where(Participant.person_id == person_id, Participant.removed_at.is_(None))
    )


def _meetings(connection: Connection, person_id: str) -> Mapping[str, list[Row[Any]]]:
    """All of each student, the reader's or not: what is due follows from when a plan was made, not from who was there.

    Dates alone are read of them.
    """
    rows: Any = connection.execute(
        select(
            Meeting.id,
            Meeting.student_id,
            Meeting.purpose,
            Meeting.phase,
            Meeting.closed_at,
            Meeting.time_zone,
            Meeting.profile,
            Meeting.evaluated_on,
            Meeting.safeguards_on,
            Meeting.eligible_on,
            Meeting.file_noted_at,
            Meeting.report_days,
        )
        .where(Meeting.student_id.in_(_students(person_id)))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.student_id].append(row)
    return found


def _received(connection: Connection, person_id: str) -> set[str]:
    """Meetings of which a parent said that they got a copy."""
    return set(
        connection.scalars(
            select(Signoff.meeting_id)
            .join(Meeting, Meeting.id == Signoff.meeting_id)
            .where(
                Meeting.student_id.in_(_students(person_id)),
                Signoff.kind == RECEIVED,
                Signoff.role == PARENT,
                Signoff.revoked_at.is_(None),
            )
        )
    )


def _reported(connection: Connection, person_id: str) -> Mapping[str, set[str]]:
    """By meeting: the report dates for which every goal has its report."""
    rows = connection.execute(
        select(ProgressReport.meeting_id, ProgressReport.period)
        .join(Meeting, Meeting.id == ProgressReport.meeting_id)
        .where(
            Meeting.student_id.in_(_students(person_id)),
            ProgressReport.left == 0,
            ProgressReport.corrected_by.is_(None),
        )
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.meeting_id].add(row.period)
    return found


def _untold(connection: Connection, person_id: str, seats: Iterable[Seat]) -> Mapping[str, list[date | None]]:
    """By student: what a closed meeting decided and no approved notice tells of, where the reader may write one."""
    writes = {seat.meeting_id: seat.student_id for seat in seats if may(seat.role, "write_notice", seat.phase)}
    if not writes:
        return {}
    mine = select(Participant.meeting_id).where(Participant.person_id == person_id, Participant.removed_at.is_(None))
    effect: dict[str, date | None] = {}
    told: set[str] = set()
    for row in connection.execute(
        select(Notice.state, Notice.parts, Notice.takes_effect).where(
            Notice.meeting_id.in_(mine), Notice.state.in_((DRAFT, APPROVED))
        )
    ):
        for decision in decisions_of(row.parts):
            if row.state == APPROVED:
                told.add(decision)
            effect[decision] = _day(row.takes_effect)
    found: dict[str, list[date | None]] = defaultdict(list)
    for row in connection.execute(
        select(Decision.id, Decision.meeting_id).where(
            Decision.meeting_id.in_(mine), Decision.state == SETTLED, Decision.outcome.in_(sorted(NEEDS_NOTICE))
        )
    ):
        if row.meeting_id in writes and row.id not in told:
            found[writes[row.meeting_id]].append(effect.get(row.id))
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
