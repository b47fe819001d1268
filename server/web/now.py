"""What one person needs of the meeting at this moment: where it is, what is being decided, and what waits for them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.decisions import OPEN
from server.domain.roles import CLOSED
from server.domain.sections import IN_DISCUSSION
from server.meeting.decision_reader import read_decisions
from server.meeting.decision_steps import words_changed
from server.meeting.position_view import said_before
from server.storage.tables import AgendaItem, Decision, Document, FollowUp, Position
from server.web.access import MeetingPage, enter_meeting
from server.web.board import covered
from server.web.i18n import N_
from server.web.templates import render
from server.web.visitor import visitor

# A position as its owner reads it.
MY_POSITIONS = {
    "agree": N_("I agree"),
    "agree_in_part": N_("I agree in part"),
    "disagree": N_("I disagree"),
    "not_present": N_("I was not there"),
    "no_position": N_("I have not said yet"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A decision, and the position on it that the reader has. `is_older`: said before its words were changed."""

    decision: Decision
    mine: Position
    is_older: bool


def place(page: MeetingPage) -> dict[str, Any]:
    """The current item, its place in the agenda, and the sections that it is about."""
    items = [item for item in page.items if item.state != "proposed"]
    current = next((item for item in items if item.id == page.current_item_id), None)
    return {
        "page": page,
        "meeting": page.meeting,
        "items": items,
        "item": current,
        "item_number": items.index(current) + 1 if current else 0,
        "discussed": discussed(page, current),
    }


async def being_decided(request: Request, page: MeetingPage) -> dict[str, Any]:
    held = await request.app.state.database.read(
        lambda session: read_decisions(session, page.meeting.id, Decision.state == OPEN)
    )
    return {"held": held, "log_url": f"{page.url}/decisions", "can_speak": page.may("record_position")}


def discussed(page: MeetingPage, item: AgendaItem | None) -> list[Document]:
    """The sections marked as being discussed; when none is, those of the current item.

    None once the meeting is over.
    """
    if page.meeting.phase == CLOSED:
        return []
    marked = [document for document in page.documents if document.state == IN_DISCUSSION]
    of_item = [document for document in page.documents if item and document.section in item.sections]
    return [document for document in marked if document in of_item] or marked or of_item


async def waiting(request: Request, page: MeetingPage) -> dict[str, Any]:
    """What the reader promised and has not done, and the positions they have said."""
    language = visitor(request).language

    def read(session: Session) -> tuple[list[FollowUp], list[Held]]:
        promises = session.scalars(
            select(FollowUp)
            .where(
                FollowUp.meeting_id == page.meeting.id,
                FollowUp.owner_id == page.actor.person_id,
                FollowUp.done_at.is_(None),
                FollowUp.removed_at.is_(None),
            )
            .order_by(FollowUp.due.is_(None), FollowUp.due, FollowUp.created_at)
        )
        rows = session.execute(
            select(Decision, Position)
            .join(Position, Position.decision_id == Decision.id)
            .where(Decision.meeting_id == page.meeting.id, Position.person_id == page.actor.person_id)
            .order_by(Decision.ordinal)
        ).all()
        changed = words_changed(session, page.meeting.id, (one.id for one, _mine in rows if one.revision > 1))
        said = [Held(one, mine, said_before(mine, changed.get(one.id))) for one, mine in rows]
        return covered(session, page, promises, language), said

    promises, said = await request.app.state.database.read(read)
    return {
        "page": page,
        "meeting": page.meeting,
        "promises": promises,
        "said": said,
        "my_positions": MY_POSITIONS,
    }


async def show_now(request: Request) -> Response:
    page = await enter_meeting(request)
    context = {**place(page), **await being_decided(request, page)}
    return render(request, "_now.html", context)


async def show_me(request: Request) -> Response:
    page = await enter_meeting(request)
    return render(request, "_me_waiting.html", await waiting(request, page))


ROUTES = [
    Route("/m/{meeting_id}/now", show_now),
    Route("/m/{meeting_id}/me", show_me),
]
