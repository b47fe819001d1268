"""Reminding who has not answered, on a day that the case manager chose: planning it, and what is due."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, exists, select

from server.domain.errors import Refused
from server.domain.meeting_notice import KINDS, NOTICE
from server.domain.roles import CASE_MANAGER, OBSERVER, PREWORK
from server.journal import kinds
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor
from server.storage.tables import Mailing, Meeting, MeetingNotice, NoticeAnswer, Participant, Person

FROM = time(8)  # where the meeting is: nobody is written to at night


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who was told of a meeting and has not answered. `email`: "" where there is none."""

    person_id: str
    name: str
    email: str
    locale: str


@dataclass(frozen=True, slots=True)
class Due:
    """`actor`: in whose name it goes out. `at`: the address of this installation."""

    actor: Actor
    day: str
    at: str
    silent: tuple[Silent, ...]


async def plan_reminder(journal: Journal, actor: Actor, day: date | None, *, at: str, today: date) -> bool:
    """Remind on this day, or (None) not any more. Whether that is another plan than before. `today`: at the meeting.

    Raises `Refused`: "phase" once the meeting is on, "not_found" (field notice) where nobody was told of it yet,
    "invalid" (field on) for a day that is over or not before the meeting's.
    """

    def perform(transaction: Transaction) -> bool:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        row = transaction.connection.execute(
            select(Meeting.phase, Meeting.starts_at, Meeting.time_zone, Meeting.remind_on).where(
                Meeting.id == actor.meeting_id
            )
        ).one()
        if row.phase != PREWORK:
            raise Refused("phase")
        if day is not None:
            if _newest_kind(transaction.connection, actor.meeting_id) != NOTICE:
                raise Refused("not_found", "notice")
            if not today <= day < row.starts_at.astimezone(ZoneInfo(row.time_zone)).date():
                raise Refused("invalid", "on")
        wanted = day.isoformat() if day else None
        if wanted == row.remind_on:
            return False
        transaction.append(
            actor.meeting_id, kinds.REMINDER_PLANNED, author, facts({"on": wanted, "at": at if day else None})
        )
        return True

    return await journal.act(perform)


def planned_day(connection: Connection, meeting_id: str) -> str | None:
    day: str | None = connection.scalar(select(Meeting.remind_on).where(Meeting.id == meeting_id))
    return day


def due_reminders(connection: Connection, at: datetime) -> list[Due]:
    """What is to go out by now (`at`, with its zone); of meetings that are still ahead and not cancelled."""
    rows = connection.execute(
        select(Meeting.id, Meeting.remind_on, Meeting.remind_by, Meeting.remind_at, Meeting.time_zone).where(
            Meeting.remind_on.is_not(None),
            # No zone is ahead of UTC by more than 14 hours; which day it is there is looked at below.
            Meeting.remind_on <= at.astimezone(ZoneInfo("Etc/GMT-14")).date().isoformat(),
            Meeting.phase == PREWORK,
            Meeting.starts_at > at,
        )
    )
    found = []
    for row in rows:
        there = at.astimezone(ZoneInfo(row.time_zone))
        sender = _sender(connection, row.id, row.remind_by)
        if (row.remind_on, FROM) > (there.date().isoformat(), there.time()) or sender is None:
            continue
        if _newest_kind(connection, row.id) == NOTICE:
            silent = tuple(silent_people(connection, row.id))
            found.append(Due(Actor(sender, row.id, CASE_MANAGER), row.remind_on, row.remind_at or "", silent))
    return found


def silent_people(connection: Connection, meeting_id: str) -> list[Silent]:
    """Who was told of the meeting and has not answered, by name."""
    told = exists().where(
        Mailing.meeting_id == meeting_id, Mailing.person_id == Participant.person_id, Mailing.purpose.in_(KINDS)
    )
    answered = exists().where(NoticeAnswer.meeting_id == meeting_id, NoticeAnswer.person_id == Participant.person_id)
    rows = connection.execute(
        select(Person.id, Person.name, Person.email, Person.locale)
        .join(Participant, Participant.person_id == Person.id)
        .where(
            Participant.meeting_id == meeting_id,
            Participant.removed_at.is_(None),
            Participant.role != OBSERVER,
            Person.disabled_at.is_(None),
            told,
            ~answered,
        )
        .order_by(Person.name, Person.id)
    )
    return [Silent(row.id, row.name, row.email or "", row.locale) for row in rows]


def _sender(connection: Connection, meeting_id: str, planner: str) -> str | None:
    """Who planned it; should they no longer lead the meeting, who does now."""
    leaders = list(
        connection.scalars(
            select(Participant.person_id)
            .where(
                Participant.meeting_id == meeting_id,
                Participant.role == CASE_MANAGER,
                Participant.removed_at.is_(None),
            )
            .order_by(Participant.person_id)
        )
    )
    return planner if planner in leaders else next(iter(leaders), None)


def _newest_kind(connection: Connection, meeting_id: str) -> str | None:
    newest = select(MeetingNotice.kind).where(MeetingNotice.meeting_id == meeting_id)
    kind: str | None = connection.scalar(newest.order_by(MeetingNotice.sequence.desc()).limit(1))
    return kind
