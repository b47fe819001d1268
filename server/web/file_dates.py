"""Dates from the student's file: what is noted, what follows from it, and the case manager's form."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.file_dates import FileDates, reevaluation_due
from server.domain.readiness import PROFILES
from server.domain.roles import CLOSED
from server.meeting.file_dates import file_dates, note_file_dates
from server.storage.tables.base import now
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import Form, read_form
from server.web.i18n import N_
from server.web.templates import redirect, render

PAGE = "/m/{meeting_id}/file-dates"
MISTAKE = N_("Enter a day that has already been, or leave it empty.")


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _page(request, page, None)


async def _page(request: Request, page: MeetingPage, form: Form | None) -> Response:
    def read(session: Session) -> FileDates:
        return file_dates(session.connection(), page.student.id)

    found: FileDates = await request.app.state.database.read(read)
    evaluated = found.evaluated_on
    context: dict[str, Any] = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "found": found.facts(),
        "first_plan_due": _first_plan(page, found),
        "due": reevaluation_due(evaluated).isoformat() if evaluated else None,
        "may_note": page.may("manage_meeting") and page.meeting.phase != CLOSED,
        "form": form or Form({name: day or "" for name, day in found.facts().items()}),
        "done": request.query_params.get("done", ""),
    }
    return render(request, "file_dates.html", context, status=422 if form else 200)


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    refusal = page.why_not("manage_meeting")
    if refusal is not None:
        raise Refused(refusal)
    form = await read_form(request)
    days = {name: form.checked(request, name, _day, MISTAKE) for name in FileDates._fields}
    if form.errors:
        return await _page(request, page, form)
    try:
        changed = await note_file_dates(request.app.state.journal, page.actor, FileDates(**days), at=now())
    except Refused as refused:
        if refused.code != "invalid":
            raise
        form.add_refusal(request, refused, dict.fromkeys(FileDates._fields, MISTAKE))
        return await _page(request, page, form)
    return redirect(request, f"{page.url}/file-dates?done=" + ("changed#done" if changed else "same#done"))


def _first_plan(page: MeetingPage, found: FileDates) -> str | None:
    if found.eligible_on is None:
        return None
    rules = PROFILES.get(page.meeting.profile, PROFILES["federal"])
    return rules.days.after(found.eligible_on, rules.first_plan).isoformat()


def _day(value: str, field: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise Refused("invalid", field) from None


ROUTES = [Route(PAGE, show), Route(PAGE, submit, methods=["POST"])]
