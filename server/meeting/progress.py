"""Measured data on the goals of a plan, noted all year. Each act is one journal entry; nothing that stood is lost."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from server.domain import progress
from server.domain.errors import Refused
from server.domain.readiness import Block
from server.journal import kinds
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.section_texts import section_text
from server.storage.tables import Document, Meeting, ProgressPoint, new_id


@dataclass(frozen=True, slots=True)
class Measured:
    """As typed: `goal` its name, `day` an ISO 8601 date, `value` a number."""

    goal: str
    day: str
    value: str
    unit: str = ""
    note: str = ""


def named_goals(connection: Connection, meeting_id: str) -> list[tuple[str, Block]]:
    """The goals of the plan as it stands, each with the name its data is kept under. Raises `Damaged`, `Malformed`."""
    documents = select(Document.id).where(Document.meeting_id == meeting_id, Document.section == "goals")
    document_id = connection.scalar(documents)
    if document_id is None:
        return []
    goals = section_text(connection, "goals", document_id).of_kind("goal")
    names = progress.goal_names(goal.fields["area"] for goal in goals)
    return [(name, goal) for name, goal in zip(names, goals, strict=True) if name]


async def note_progress(
    journal: Journal, actor: Actor, measured: Measured, *, at: datetime, corrects: str = "", reason: str = ""
) -> str:
    """One value; with `corrects`, in the place of another, for a reason. Returns its id. `at`: now, with its zone.

    Raises `Refused`: "invalid" with the field (day, value, unit, note, reason), "not_found" for a goal that the plan
    does not have and a point that does not stand.
    """
    value = progress.written(progress.value_of(measured.value))
    told = {
        "value": value,
        "unit": clean.line(measured.unit, "unit", most=progress.UNIT_LENGTH, required=False),
        "note": clean.text(measured.note, "note", most=progress.NOTE_LENGTH, required=False),
        "reason": clean.text(reason, "reason", most=progress.NOTE_LENGTH, required=bool(corrects)),
        "day": clean.day(measured.day, "day", required=True),
        "corrects": corrects or None,
    }

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "log_progress")
        connection = transaction.connection
        zone = connection.scalar(select(Meeting.time_zone).where(Meeting.id == actor.meeting_id)) or "UTC"
        if date.fromisoformat(str(told["day"])) > at.astimezone(ZoneInfo(zone)).date():
            raise Refused("invalid", "day")
        goal = _standing(connection, actor.meeting_id, corrects) if corrects else measured.goal
        if not corrects and goal not in {name for name, _ in named_goals(connection, actor.meeting_id)}:
            raise Refused("not_found", "goal")
        held = select(func.count()).select_from(ProgressPoint).where(ProgressPoint.meeting_id == actor.meeting_id)
        if (connection.scalar(held) or 0) >= progress.MOST_POINTS:
            raise Refused("too_big", "points")
        point = new_id("pp")
        transaction.append(
            actor.meeting_id, kinds.PROGRESS_NOTED, author, facts({"point": point, "goal": goal, **told})
        )
        return point

    return await journal.act(perform)


async def remove_progress(journal: Journal, actor: Actor, point: str, reason: str) -> None:
    """Take one out, for a reason; the journal and the page keep it. Raises `Refused`."""
    reason = clean.text(reason, "reason", most=progress.NOTE_LENGTH)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "log_progress")
        _standing(transaction.connection, actor.meeting_id, point)
        transaction.append(actor.meeting_id, kinds.PROGRESS_REMOVED, author, facts({"point": point, "reason": reason}))

    await journal.act(perform)


def _standing(connection: Connection, meeting_id: str, point: str) -> str:
    """The goal of a point that still stands."""
    goal = connection.scalar(
        select(ProgressPoint.goal).where(
            ProgressPoint.id == point, ProgressPoint.meeting_id == meeting_id, ProgressPoint.ended_at.is_(None)
        )
    )
    if goal is None:
        raise Refused("not_found", "point")
    return goal
