"""What a page missed between its rendering and its socket: the topics of the acts since then."""

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.journal.kinds import TOPICS
from server.storage.tables import Entry
from server.web.access import enter_meeting

MOST_ENTRIES = 5000  # looked at; a page that is older than that has everything anew


async def show(request: Request) -> Response:
    """`{"topics": [...]}` of the entries after `?since=`, as the event stream would have told them."""
    page = await enter_meeting(request)
    since = request.query_params.get("since", "")
    if not since.isascii() or not since.isdigit() or len(since) > 18:
        raise Refused("invalid", "since")
    if page.meeting.head_number - int(since) > MOST_ENTRIES:
        return JSONResponse({"topics": sorted({topic for topics in TOPICS.values() for topic in topics})})
    kinds = select(Entry.kind).where(Entry.meeting_id == page.meeting.id, Entry.number > int(since)).distinct()
    async with request.app.state.database.session() as session:
        found = list(await session.scalars(kinds))
    return JSONResponse({"topics": sorted({topic for kind in found for topic in TOPICS[kind]})})


ROUTES = [Route("/m/{meeting_id}/told", show)]
