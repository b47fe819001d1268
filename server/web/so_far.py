"""For whoever comes late: where the meeting is, and what has happened so far."""

from datetime import UTC, datetime

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.sections import FINAL
from server.journal.kinds import AGENDA_POINTED, PHASE
from server.journal.payload import read_facts
from server.storage.tables import NO_EDIT, Decision, Entry
from server.web.access import MeetingPage, enter_meeting
from server.web.agenda_view import agenda_parts, load_agenda
from server.web.board import load_board
from server.web.templates import render


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    agenda = await load_agenda(request, page)
    decisions, began = await _decisions(request, page), await _first_stays(request, page)
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        **agenda_parts(page, agenda),
        "done": [view for view in agenda.items if view.is_over],
        "began": began,
        "to_come": [view for view in agenda.items if view.state == "open"],
        "final": [document for document in page.documents if document.state == FINAL],
        "decisions": decisions,
        "board": await load_board(request, page),
    }
    return render(request, "so_far.html", context)


async def _decisions(request: Request, page: MeetingPage) -> list[Decision]:
    """Settled ones, in their order."""
    settled = (
        select(Decision)
        .where(Decision.meeting_id == page.meeting.id, Decision.settled_at.is_not(None))
        .order_by(Decision.ordinal)
    )
    found: list[Decision] = await request.app.state.database.read(lambda session: list(session.scalars(settled)))
    return found


async def _first_stays(request: Request, page: MeetingPage) -> dict[str, datetime]:
    """When the meeting first came to each item."""
    async with request.app.state.database.session() as session:
        rows = await session.execute(
            select(Entry.time, Entry.payload)
            .where(Entry.meeting_id == page.meeting.id, NO_EDIT, Entry.kind.in_((AGENDA_POINTED, PHASE)))
            .order_by(Entry.number)
        )
        began: dict[str, datetime] = {}
        for time, payload in rows:
            facts = read_facts(payload)
            if facts.get("item") is not None:
                began.setdefault(facts["item"], datetime.fromtimestamp(time / 1_000_000, UTC))
        return began


ROUTES = [Route("/m/{meeting_id}/so-far", show)]
