"""What the page sends on its socket: a ticket that lives a minute. The draft brings its first along, in what no cache
keeps; for each further connection one is asked for with the session's cookie.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.documents.schema import SCHEMA_VERSION
from server.domain.errors import Refused
from server.people.limits import TICKET_PERSON, TooOften
from server.sync.tickets import issue
from server.web.access import MeetingPage, enter_meeting
from server.web.visitor import visitor


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    version = str((await request.form()).get("schema_version", ""))
    if not version.isascii() or not version.isdigit() or len(version) > 6:
        raise Refused("invalid", "schema_version")
    return JSONResponse(await _issue(request, page, int(version)))


async def first(request: Request, page: MeetingPage) -> dict[str, Any] | None:
    """The page's own. None for who had too many: the page asks, and is told so."""
    try:
        return await _issue(request, page, SCHEMA_VERSION)
    except TooOften:
        return None


async def _issue(request: Request, page: MeetingPage, schema_version: int) -> dict[str, Any]:
    who = visitor(request)
    assert who.session_id is not None  # noqa: S101 - `enter_meeting` lets nobody else in
    await who.limiter.hit(TICKET_PERSON, page.actor.person_id)
    settings = request.app.state.settings
    token = issue(
        settings.secret_key,
        session_id=who.session_id,
        person_id=page.actor.person_id,
        meeting_id=page.meeting.id,
        schema_version=schema_version,
        seconds=settings.ticket_seconds,
    )
    return {"token": token, "expires_in": settings.ticket_seconds}
