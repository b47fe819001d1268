"""What the final plan asks of each teacher and provider, that they have read it, and who has not yet."""

from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.labels import FIELD_LABELS
from server.domain.duties import Row
from server.domain.errors import Refused
from server.meeting.duties import Duties, acknowledge, read_duties
from server.web.access import MeetingPage, enter_meeting
from server.web.errors import REFUSED_STATUS
from server.web.forms import Form, read_form
from server.web.templates import redirect, render
from server.web.words_duties import KINDS, MISTAKES

URL = "/m/{meeting_id}/duties"


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _page(request, page)


async def _page(request: Request, page: MeetingPage, *, form: Form | None = None, status: int = 200) -> Response:
    if not page.may("read_duties"):
        raise HTTPException(404)

    def read(connection: Connection) -> Duties:
        return read_duties(connection, page.meeting.id)

    duties: Duties = await request.app.state.journal.read(read)
    sheet = duties.sheets[page.actor.person_id]
    context: dict[str, Any] = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "duties": duties,
        "sheet": sheet,
        "own": _by_kind(sheet.own),
        "unsaid": _by_kind(sheet.unsaid),
        "kinds": KINDS,
        "field_labels": FIELD_LABELS,
        "may_acknowledge": page.may("acknowledge_duties"),
        # Whoever runs the meeting sees to it that everybody is told.
        "everybody": list(duties.sheets.values()) if page.may("manage_meeting") else [],
        "form": form or Form(),
        "done": request.query_params.get("done", ""),
    }
    return render(request, "duties.html", context, status=status)


def _by_kind(rows: tuple[Row, ...]) -> dict[str, list[Row]]:
    """In the order of `KINDS`, kinds without a row left out."""
    found = {kind: [row for row in rows if row.kind == kind] for kind in KINDS}
    return {kind: rows for kind, rows in found.items() if rows}


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    try:
        await acknowledge(request.app.state.journal, page.actor, form["seen"])
    except Refused as refusal:
        if refusal.field != "versions":
            raise
        form.add_refusal(request, refusal, MISTAKES)
        return await _page(request, page, form=form, status=REFUSED_STATUS.get(refusal.code, 409))
    return redirect(request, f"{page.url}/duties?done=read")


ROUTES = [Route(URL, show), Route(URL, submit, methods=["POST"])]
