"""What the page sends on its socket: a ticket that lives a minute, asked for with the session's cookie."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.domain.errors import Refused
from server.people.limits import TICKET_PERSON
from server.sync.tickets import issue
from server.web.access import enter_meeting
from server.web.visitor import visitor


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    who = visitor(request)
    assert who.session_id is not None  # noqa: S101 - `enter_meeting` lets nobody else in
    await who.limiter.hit(TICKET_PERSON, page.actor.person_id)
    version = str((await request.form()).get("schema_version", ""))
    if not version.isascii() or not version.isdigit() or len(version) > 6:
        raise Refused("invalid", "schema_version")
    settings = request.app.state.settings
    token = issue(
        settings.secret_key,
        session_id=who.session_id,
        person_id=page.actor.person_id,
        meeting_id=page.meeting.id,
        schema_version=int(version),
        seconds=settings.ticket_seconds,
    )
    return JSONResponse({"token": token, "expires_in": settings.ticket_seconds})
