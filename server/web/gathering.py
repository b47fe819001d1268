"""The bar that asks everybody to come to one place. It offers; nobody is moved."""

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.roles import LIVE
from server.storage.tables import Person
from server.web import words
from server.web.access import MeetingPage, enter_meeting
from server.web.templates import render
from server.web.visitor import visitor

# Whoever opens the page later than this finds the meeting somewhere else already.
STANDS = timedelta(minutes=5)


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return render(request, "_gathering.html", {"page": page, **await gathering_context(request, page)})


async def gathering_context(request: Request, page: MeetingPage) -> dict[str, Any]:
    call = page.meeting.gathering
    gathering: dict[str, Any] | None = None
    if call is not None and page.meeting.phase == LIVE and _stands(call["at"]):
        async with request.app.state.database.session() as session:
            caller = await session.get(Person, call["by"])
        section, label, item_id = call["to"].get("section"), "", call["to"].get("item")
        if item_id is not None:
            item = next((item for item in page.items if item.id == item_id), None)
            if item is not None:
                label, section = item.title, item.sections[0] if item.sections else None
        elif section is not None:
            label = visitor(request).language.gettext(words.SECTIONS[section])
        if label:
            gathering = {
                "number": call["number"],
                "caller": caller.name if caller else "",
                "mine": call["by"] == page.actor.person_id,
                "label": label,
                "section": section,
                "item_id": item_id,
            }
    return {"gathering": gathering}


def _stands(at: str) -> bool:
    return datetime.now(UTC) - datetime.fromisoformat(at) < STANDS


ROUTES = [Route("/m/{meeting_id}/gathering", show)]
