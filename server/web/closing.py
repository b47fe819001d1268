"""Closing a meeting: what was decided is read back, what is not final is listed, who was there is confirmed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.roles import LIVE
from server.meeting.attended import Attended, who_attended
from server.meeting.closing import Left, left_over
from server.meeting.decision_reader import read_decisions
from server.meeting.signing_reader import statements
from server.web.access import MeetingPage, enter_meeting
from server.web.board import count_parked, load_board
from server.web.templates import redirect, render


async def show(request: Request) -> Response:
    """The page to read aloud from before the meeting is closed."""
    page = await enter_meeting(request)
    if page.meeting.phase != LIVE:
        return redirect(request, f"{page.url}/review")
    if (reason := page.why_not("manage_meeting")) is not None:
        raise Refused(reason)
    decisions = await request.app.state.database.read(lambda session: read_decisions(session, page.meeting.id))
    found = await request.app.state.journal.read(lambda connection: statements(connection, page.meeting.id))
    context = {
        **await left(request, page),
        "student": page.student,
        "decisions": sorted((one for one in decisions if one.is_settled), key=lambda one: one.row.ordinal),
        "undecided": sorted((one for one in decisions if one.is_open), key=lambda one: one.row.ordinal),
        "statements": found,
        "attended": await attended(request, page),
        "board": await load_board(request, page),
        "parked_count": await count_parked(request, page),
    }
    return render(request, "closing.html", context)


async def left(request: Request, page: MeetingPage) -> dict[str, Any]:
    """What closing would leave over, and the mark that the form sends back."""
    found: Left = await request.app.state.journal.read(lambda connection: left_over(connection, page.meeting.id))
    return {"page": page, "meeting": page.meeting, "left": found}


async def show_left(request: Request) -> Response:
    page = await enter_meeting(request)
    return render(request, "_closing_left.html", await left(request, page))


async def attended(request: Request, page: MeetingPage) -> list[Attended]:
    found: list[Attended] = await request.app.state.journal.read(
        lambda connection: who_attended(connection, page.meeting.id)
    )
    return found


ROUTES = [
    Route("/m/{meeting_id}/closing", show),
    Route("/m/{meeting_id}/closing/left", show_left),
]
