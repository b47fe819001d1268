"""Reports of progress: the dates of the year, and what is issued on them. Each act is one journal entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from server.domain import reports
from server.domain.errors import Refused
from server.domain.progress import Line, line_of, written
from server.domain.readiness import Block
from server.domain.reports import OUTLOOKS
from server.journal import kinds
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.letters import Letters
from server.meeting.own_words import LANGUAGES
from server.meeting.progress import named_goals
from server.storage.tables import Meeting, Person, ProgressPoint, ProgressReport, new_id


@dataclass(frozen=True, slots=True)
class Issued:
    """A report, and the name of who issued it."""

    row: ProgressReport
    by: str


async def set_report_days(journal: Journal, actor: Actor, days: Sequence[str]) -> bool:
    """When reports are due this year, as ISO 8601 dates; "" is left out. Whether they are other ones than before.

    Raises `Refused`: "invalid" (field days) for what is no day, "too_big" for more than twelve.
    """
    wanted = sorted({str(clean.day(day, "days", required=True)) for day in days if day.strip()})
    if len(wanted) > reports.MOST_DAYS:
        raise Refused("too_big", "days")

    def perform(transaction: Transaction) -> bool:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        before = report_days(transaction.connection, actor.meeting_id)
        if wanted == before:
            return False
        transaction.append(actor.meeting_id, kinds.REPORT_DAYS, author, facts({"days": wanted, "before": before}))
        return True

    return await journal.act(perform)


async def issue_report(
    journal: Journal,
    actor: Actor,
    period: str,
    told: Mapping[str, tuple[str, str]],
    *,
    lang: str = "en",
    corrects: str = "",
    letters: Letters | None = None,
) -> str:
    """`told`: by goal an outlook and a sentence in plain words. Returns the report's id.

    With the goals goes their data as it stands now. Raises `Refused`: "invalid" with the field (period, goals, outlook,
    words, lang), "not_found" for a goal that the plan does not have and a report that does not stand, "too_big".
    """
    clean.choice(lang, "lang", LANGUAGES)
    if not told:
        raise Refused("invalid", "goals")
    said = {
        goal: (
            clean.choice(outlook, "outlook", OUTLOOKS),
            clean.text(words, "words", most=reports.MOST_WORDS),
        )
        for goal, (outlook, words) in told.items()
    }

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "issue_report")
        connection = transaction.connection
        rows = connection.execute(
            select(ProgressReport.id, ProgressReport.period, ProgressReport.goals, ProgressReport.corrected_by).where(
                ProgressReport.meeting_id == actor.meeting_id
            )
        ).all()
        standing = [row for row in rows if row.corrected_by is None and row.id != corrects]
        if corrects and not any(row.id == corrects and row.corrected_by is None for row in rows):
            raise Refused("not_found", "corrects")
        if period not in report_days(connection, actor.meeting_id):
            raise Refused("invalid", "period")
        if len(rows) >= reports.MOST_REPORTS:
            raise Refused("too_big", "reports")
        plan = dict(named_goals(connection, actor.meeting_id))
        if not said.keys() <= plan.keys():
            raise Refused("not_found", "goal")
        data = _data(connection, actor.meeting_id)
        start = _start(connection, actor.meeting_id)
        covered = {one["goal"] for row in standing if row.period == period for one in row.goals} | said.keys()
        about: dict[str, Any] = {
            "report": new_id("pr"),
            "period": period,
            "goals": [
                _told(goal, block, *said[goal], data.get(goal, []), start)
                for goal, block in plan.items()
                if goal in said
            ],
            "left": len(plan.keys() - covered),
            "lang": lang,
            "corrects": corrects or None,
        }
        about["mailings"] = letters.put(transaction, actor.meeting_id, author, about=about["report"]) if letters else []
        transaction.append(actor.meeting_id, kinds.REPORT_ISSUED, author, facts(about))
        return str(about["report"])

    return await journal.act(perform)


def _told(
    goal: str, block: Block, outlook: str, words: str, points: list[dict[str, str]], start: date
) -> dict[str, Any]:
    fields, units = block.fields, {point["unit"] for point in points}
    line = None
    if len(units) <= 1:
        unit = next(iter(units), "")
        line = line_of(fields["baseline"], fields["criterion"], unit=unit, start=start, end=block.days.get("date"))
    return {
        "goal": goal,
        "outlook": outlook,
        "words": words,
        "baseline": fields["baseline"],
        "criterion": fields["criterion"],
        "points": points,
        "line": None
        if line is None
        else {
            "start": line.start.isoformat(),
            "baseline": written(line.baseline),
            "end": line.end.isoformat(),
            "target": written(line.target),
        },
    }


def line_from(about: Mapping[str, str] | None) -> Line | None:
    """As a report keeps it."""
    if about is None:
        return None
    return Line(
        date.fromisoformat(about["start"]),
        Decimal(about["baseline"]),
        date.fromisoformat(about["end"]),
        Decimal(about["target"]),
    )


def _data(connection: Connection, meeting_id: str) -> dict[str, list[dict[str, str]]]:
    rows = connection.execute(
        select(ProgressPoint.goal, ProgressPoint.day, ProgressPoint.value, ProgressPoint.unit, ProgressPoint.note)
        .where(ProgressPoint.meeting_id == meeting_id, ProgressPoint.ended_at.is_(None))
        .order_by(ProgressPoint.day, ProgressPoint.noted_at, ProgressPoint.id)
    )
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        point = {"day": row.day, "value": row.value, "unit": row.unit, "note": row.note}
        found.setdefault(row.goal, []).append(point)
    return found


def _start(connection: Connection, meeting_id: str) -> date:
    row = connection.execute(select(Meeting.starts_at, Meeting.time_zone).where(Meeting.id == meeting_id)).one()
    day: date = row.starts_at.astimezone(ZoneInfo(row.time_zone)).date()
    return day


def report_days(connection: Connection, meeting_id: str) -> list[str]:
    return connection.scalar(select(Meeting.report_days).where(Meeting.id == meeting_id)) or []


def read_reports(connection: Connection, meeting_id: str) -> list[Issued]:
    """The newest period first; also those that were corrected."""
    rows = connection.execute(
        select(ProgressReport.__table__, Person.name.label("by"))
        .join(Person, Person.id == ProgressReport.issued_by)
        .where(ProgressReport.meeting_id == meeting_id)
        .order_by(ProgressReport.period.desc(), ProgressReport.number.desc())
    )
    found = []
    for row in rows:
        values = dict(row._mapping)
        by = values.pop("by")
        found.append(Issued(ProgressReport(**values), by))
    return found
