"""Reports of progress on pages: the dates of the year, writing one, and reading it as a page and as a paper."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.domain import reports
from server.domain.errors import Refused
from server.domain.progress import Chart, Line, chart, written
from server.domain.readiness import PROFILES, Block
from server.journal.snapshot import Damaged
from server.meeting.letters import Letters
from server.meeting.notices import family_of
from server.meeting.progress import named_goals
from server.meeting.reports import Issued, issue_report, line_from, read_reports, report_days, set_report_days
from server.storage.tables.base import now
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import Form, read_form
from server.web.letters import base_url, is_address, pointer_letter
from server.web.paper_files import KINDS, paper_file
from server.web.progress_paper import chart_figure
from server.web.report_paper import report_paper
from server.web.templates import redirect, render
from server.web.visitor import visitor
from server.web.words_reports import LEAD, MISTAKES, OPEN, OUTLOOKS, SUBJECT

PROGRESS = "/m/{meeting_id}/progress"
ONE = PROGRESS + "/reports/{report_id}"


@dataclass(frozen=True, slots=True)
class Told:
    """A goal of a report, drawn from the data that went with it."""

    name: str
    outlook: str
    words: str
    baseline: str
    criterion: str
    points: list[dict[str, str]]
    line: Line | None
    chart: Chart | None


def _drawn(one: dict[str, Any]) -> Told:
    line = line_from(one["line"])
    alike = len({point["unit"] for point in one["points"]}) <= 1
    values = [(date.fromisoformat(point["day"]), Decimal(point["value"])) for point in one["points"]]
    drawn = chart(values, line) if alike else None
    return Told(
        one["goal"], one["outlook"], one["words"], one["baseline"], one["criterion"], one["points"], line, drawn
    )


def _today(page: MeetingPage) -> date:
    return now().astimezone(ZoneInfo(page.meeting.time_zone)).date()


def _check_reader(page: MeetingPage) -> None:
    """Whoever may read the goals reads their reports."""
    if not any(document.section == "goals" for document in page.shown):
        raise Refused("not_shared")


async def reports_of(request: Request, page: MeetingPage) -> dict[str, Any]:
    """What the page of progress shows of them."""
    found: list[Issued] = await request.app.state.journal.read(lambda one: read_reports(one, page.meeting.id))
    done = {one.row.period for one in found if one.row.left == 0 and one.row.corrected_by is None}
    days = page.meeting.report_days or []
    return {
        "reports": found,
        "reports_due": reports.still_due(days, done),
        "report_days": days,
        "today": _today(page),
        "may_set_days": page.may("manage_meeting"),
        "may_report": page.may("issue_report") and bool(days),
    }


def _context(page: MeetingPage) -> dict[str, Any]:
    return {"page": page, "meeting": page.meeting, "student": page.student, "outlooks": OUTLOOKS}


async def show_days(request: Request) -> Response:
    page = await enter_meeting(request)
    if (refusal := page.why_not("manage_meeting")) is not None:
        raise Refused(refusal)
    rules = PROFILES.get(page.meeting.profile, PROFILES["federal"])
    proposed = [day.isoformat() for day in reports.suggested(rules, _today(page))]
    days = page.meeting.report_days or proposed
    return _days_page(request, page, Form({f"day-{at}": day for at, day in enumerate(days)}), proposed=proposed)


def _days_page(request: Request, page: MeetingPage, form: Form, *, proposed: list[str] | None = None) -> Response:
    context = {
        **_context(page),
        "form": form,
        "most": reports.MOST_DAYS,
        "proposed": bool(proposed) and not page.meeting.report_days,
    }
    return render(request, "report_days.html", context, status=422 if form.errors else 200)


async def submit_days(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    if (refusal := page.why_not("manage_meeting")) is not None:
        raise Refused(refusal)
    days = [form[f"day-{at}"] for at in range(reports.MOST_DAYS)]
    try:
        await set_report_days(request.app.state.journal, page.actor, days)
    except Refused as refused:
        form.add_refusal(request, refused, MISTAKES)
        return _days_page(request, page, form)
    return redirect(request, f"{page.url}/progress?done=days#reports")


async def new(request: Request) -> Response:
    page = await enter_meeting(request)
    if (refusal := page.why_not("issue_report")) is not None:
        raise Refused(refusal)
    corrects = request.query_params.get("corrects", "")
    form = Form({"period": request.query_params.get("period", ""), "corrects": corrects})
    if corrects:
        old = await _find(request, page, corrects)
        told = {one["goal"]: one for one in old.row.goals}
        form = Form({"period": old.row.period, "corrects": corrects})
        for at, (name, _) in enumerate(await _goals(request, page)):
            if name in told:
                form.values[f"outlook-{at}"] = told[name]["outlook"]
                form.values[f"words-{at}"] = told[name]["words"]
    return await _form(request, page, form)


async def _goals(request: Request, page: MeetingPage) -> list[tuple[str, Block]]:
    """Raises `Refused` where the goals cannot be read."""
    try:
        found: list[tuple[str, Block]] = await request.app.state.journal.read(
            lambda connection: named_goals(connection, page.meeting.id)
        )
    except (Damaged, Malformed):
        raise HTTPException(404) from None
    return found


async def _form(request: Request, page: MeetingPage, form: Form) -> Response:
    days: list[str] = await request.app.state.journal.read(lambda one: report_days(one, page.meeting.id))
    context = {
        **_context(page),
        "form": form,
        "goals": await _goals(request, page),
        "days": days,
        "most": reports.MOST_WORDS,
    }
    return render(request, "report_form.html", context, status=422 if form.errors else 200)


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    if (refusal := page.why_not("issue_report")) is not None:
        raise Refused(refusal)
    told = {}
    for at, (name, _) in enumerate(await _goals(request, page)):
        outlook, words = form[f"outlook-{at}"], form[f"words-{at}"]
        if outlook or words.strip():
            told[name] = outlook, words
            missing = "outlook" if not outlook else "words" if not words.strip() else ""
            if missing:
                form.add_error(request, f"goal-{at}", MISTAKES[missing])
    if not told:
        form.add_error(request, "goal-0", MISTAKES["goals"])
    if form.errors:
        return await _form(request, page, form)
    try:
        report = await issue_report(
            request.app.state.journal,
            page.actor,
            form["period"],
            told,
            lang=visitor(request).language.code,
            corrects=form["corrects"],
            letters=await _letters(request, page),
        )
    except Refused as refused:
        if refused.field not in MISTAKES:
            raise
        form.add_refusal(request, refused, MISTAKES)
        return await _form(request, page, form)
    return redirect(request, f"{page.url}/progress/reports/{report}?done=issued")


async def _letters(request: Request, page: MeetingPage) -> Letters | None:
    """To each of the family, in their language."""
    post = request.app.state.post
    if not post.ready:
        return None

    def read(connection: Connection) -> list[Any]:
        return family_of(connection, page.meeting.id)

    family = await request.app.state.journal.read(read)
    link = f"{base_url(request)}{page.url}/progress#reports"
    to = [(one.id, pointer_letter(one, SUBJECT, LEAD, OPEN, link)) for one in family if is_address(one.email)]
    return Letters(post, to, "progress_report")


async def _find(request: Request, page: MeetingPage, report_id: str) -> Issued:
    found: list[Issued] = await request.app.state.journal.read(lambda one: read_reports(one, page.meeting.id))
    for one in found:
        if one.row.id == report_id:
            return one
    raise HTTPException(404)


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    _check_reader(page)
    issued = await _find(request, page, request.path_params["report_id"])
    context = {
        **_context(page),
        "issued": issued,
        "goals": [_drawn(one) for one in issued.row.goals],
        "written": written,
        "may_correct": page.may("issue_report") and issued.row.corrected_by is None,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "report.html", context)


async def as_file(request: Request) -> Response:
    page = await enter_meeting(request)
    _check_reader(page)
    issued = await _find(request, page, request.path_params["report_id"])
    language = visitor(request).language
    drawn = [_drawn(one) for one in issued.row.goals]
    charts = {
        one.name: chart_figure(one.name, one.chart, one.line, len(one.points), language) for one in drawn if one.chart
    }
    paper = report_paper(issued, charts, page.meeting, page.student, language)
    return await paper_file(request, page, paper, issued.row.issued_at, f"progress-{issued.row.period}")


ROUTES = [
    Route(PROGRESS + "/dates", show_days),
    Route(PROGRESS + "/dates", submit_days, methods=["POST"]),
    Route(PROGRESS + "/reports/new", new),
    Route(PROGRESS + "/reports/new", submit, methods=["POST"]),
    Route(ONE, show),
    *(Route(f"{ONE}/{kind}", as_file) for kind in KINDS),
]
