"""What came of each comment of the family, step by step, from the comment to the review and back."""

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.meeting.chain import Chain, chains
from server.meeting.decision_reader import read_members
from server.meeting.notice_reader import Reviewed, read_notices, read_reviews
from server.web import words_comments
from server.web.access import MeetingPage, enter_meeting
from server.web.notices import reads_drafts
from server.web.templates import render


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    found: list[Chain] = await request.app.state.journal.read(lambda connection: chains(connection, page.meeting.id))
    members = await request.app.state.database.read(lambda session: read_members(session, page.meeting.id))
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "chains": found,
        "members": members,
        "dispositions": words_comments.DISPOSITIONS,
        "reads_drafts": reads_drafts(page),
    }
    return render(request, "chain.html", context)


async def after_decisions(request: Request, page: MeetingPage) -> dict[str, Any]:
    """By decision: the notice that tells of it, as far as this reader may see it, and its reviews."""

    def read(connection: Connection) -> tuple[dict[str, Any], dict[str, list[Reviewed]]]:
        views = read_notices(connection, page.meeting.id)
        told = {one: view for view in views if view.is_approved or reads_drafts(page) for one in view.decisions}
        return told, read_reviews(connection, page.meeting.id)

    notices, reviews = await request.app.state.journal.read(read)
    return {"notice_of": notices, "reviews_of": reviews}


ROUTES = [Route("/m/{meeting_id}/chain", show)]
