"""Progress through the year: the data of each goal with its line; staff note it, who may read the goals reads it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.domain.errors import Refused
from server.domain.progress import Chart, Line, chart, line_of, written
from server.domain.readiness import Block
from server.journal.snapshot import Damaged
from server.meeting.progress import Measured, named_goals, note_progress, remove_progress
from server.storage.tables import Person, ProgressPoint
from server.storage.tables.base import now
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import Form, read_form
from server.web.i18n import N_
from server.web.reports import reports_of
from server.web.stage import listening
from server.web.templates import is_fragment, redirect, render

PAGE = "/m/{meeting_id}/progress"
MISTAKES = {
    "goal": N_("Choose a goal of the plan as it stands now."),
    "day": N_("Enter the day it was measured: today or earlier."),
    "value": N_("Enter one number, such as 82 or 7.5."),
    "unit": N_("Use at most 40 characters."),
    "note": N_("Use at most 1,000 characters."),
    "reason": N_("Say why, in at most 1,000 characters."),
}


@dataclass(frozen=True, slots=True)
class Followed:
    """A goal with its data, oldest first. `block` is None for one that the plan no longer has."""

    name: str
    block: Block | None
    points: list[tuple[ProgressPoint, str]]
    ended: list[tuple[ProgressPoint, str]]
    line: Line | None
    chart: Chart | None
    one_unit: bool


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    today = now().astimezone(ZoneInfo(page.meeting.time_zone)).date()
    return await _page(request, page, Form({"day": today.isoformat()}))


async def _page(request: Request, page: MeetingPage, form: Form, *, removed: str = "") -> Response:
    shown = any(document.section == "goals" for document in page.shown)
    goals: list[Followed] | None = []
    if shown:
        try:
            goals = await request.app.state.database.read(lambda session: followed(session, page))
        except (Damaged, Malformed):
            goals = None  # the page says that the goals cannot be shown
    asked = form["corrects"] or request.query_params.get("correct", "")
    standing = {point.id: point for goal in goals or () for point, _ in goal.points}
    corrected = standing.get(asked)
    if corrected is not None and not form.errors:
        form = Form({name: getattr(corrected, name) for name in ("day", "value", "unit", "note")})
    removed = removed or request.query_params.get("remove", "")
    may_log = shown and page.may("log_progress")
    context = {
        **await reports_of(request, page),
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "shown": shown,
        "goals": goals,
        "form": form,
        "corrected": corrected,
        "written": written,
        "removed": standing.get(removed) if may_log else None,
        "may_log": may_log,
        "stage_data": listening(request, page),
        "done": request.query_params.get("done", ""),
    }
    if is_fragment(request):
        return render(request, "_progress.html", context)
    return render(request, "progress.html", context, status=422 if form.errors else 200)


def followed(session: Session, page: MeetingPage) -> list[Followed]:
    rows = session.execute(
        select(ProgressPoint, Person.name)
        .join(Person, Person.id == ProgressPoint.noted_by)
        .where(ProgressPoint.meeting_id == page.meeting.id)
        .order_by(ProgressPoint.day, ProgressPoint.noted_at, ProgressPoint.id)
    )
    of_goal: dict[str, list[tuple[ProgressPoint, str]]] = {}
    for point, by in rows:
        of_goal.setdefault(point.goal, []).append((point, by))
    start = page.meeting.starts_at.astimezone(ZoneInfo(page.meeting.time_zone)).date()
    blocks: dict[str, Block | None] = dict(named_goals(session.connection(), page.meeting.id))
    names = [*blocks, *(name for name in of_goal if name not in blocks)]
    return [_one(name, blocks.get(name), of_goal.get(name, []), start) for name in names]


def _one(name: str, block: Block | None, rows: list[tuple[ProgressPoint, str]], start: date) -> Followed:
    points = [row for row in rows if row[0].ended_at is None]
    units = {point.unit for point, _ in points}
    line = None
    if block is not None and len(units) <= 1:
        fields, unit = block.fields, next(iter(units), "")
        line = line_of(fields["baseline"], fields["criterion"], unit=unit, start=start, end=block.days.get("date"))
    values = [(date.fromisoformat(point.day), Decimal(point.value)) for point, _ in points]
    drawn = chart(values, line) if len(units) <= 1 else None
    ended = [row for row in rows if row[0].ended_at is not None]
    return Followed(name, block, points, ended, line, drawn, len(units) <= 1)


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    measured = Measured(form["goal"], form["day"], form["value"], form["unit"], form["note"])
    corrects = form["corrects"]
    refusal = page.why_not("log_progress")
    if refusal is not None:
        raise Refused(refusal)
    try:
        await note_progress(
            request.app.state.journal, page.actor, measured, at=now(), corrects=corrects, reason=form["reason"]
        )
    except Refused as refused:
        if refused.field not in MISTAKES:
            raise
        form.add_refusal(request, refused, MISTAKES)
        return await _page(request, page, form)
    return redirect(request, f"{page.url}/progress?done=" + ("corrected#done" if corrects else "noted#done"))


async def remove(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    refusal = page.why_not("log_progress")
    if refusal is not None:
        raise Refused(refusal)
    point = request.path_params["point_id"]
    try:
        await remove_progress(request.app.state.journal, page.actor, point, form["reason"])
    except Refused as refused:
        if refused.field != "reason":
            raise
        form.add_refusal(request, refused, MISTAKES)
        return await _page(request, page, form, removed=point)
    return redirect(request, f"{page.url}/progress?done=removed#done")


ROUTES = [
    Route(PAGE, show),
    Route(PAGE, submit, methods=["POST"]),
    Route(PAGE + "/{point_id}/remove", remove, methods=["POST"]),
]
