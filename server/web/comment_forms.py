"""The forms about one thread: fetched when somebody opens one in the list, or a page of its own without script."""

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.meeting.comment_reader import ThreadView, threads
from server.web.access import enter_meeting
from server.web.comment_view import Choice, Member, decision_titles, members_of
from server.web.comments import THREAD, form_context
from server.web.i18n import N_
from server.web.templates import is_fragment, render

ANSWER, EDIT, OUTCOME = "answer", "edit", "outcome"
TITLES = {ANSWER: N_("Answer"), EDIT: N_("Change my words"), OUTCOME: N_("What came of this comment?")}


async def answer(request: Request) -> Response:
    return await _form(request, ANSWER)


async def edit(request: Request) -> Response:
    return await _form(request, EDIT)


async def outcome(request: Request) -> Response:
    return await _form(request, OUTCOME)


async def _form(request: Request, kind: str) -> Response:
    page = await enter_meeting(request)
    refusal = page.why_not("dispose_comment" if kind == OUTCOME else "comment")
    if refusal is not None:
        raise Refused(refusal)

    def read(session: Session) -> tuple[list[ThreadView], dict[str, Member], dict[str, str]]:
        found = threads(session.connection(), page.meeting.id, only=request.path_params["thread_id"])
        decisions = decision_titles(session, page.meeting.id) if kind == OUTCOME else {}
        return found, members_of(session, page.meeting.id), decisions

    found, members, decisions = await request.app.state.database.read(read)
    if not found or not page.shows_thread(found[0].document_id, found[0].created_role):
        raise HTTPException(404)
    (thread,) = found
    said = None
    if kind == EDIT:
        said = next((one for one in thread.said if one.id == request.path_params["comment_id"]), None)
        if said is None:
            raise HTTPException(404)
        if said.author_id != page.actor.person_id:
            raise Refused("role")
    context = {
        **form_context(request, page),
        "thread": thread,
        "said": said,
        "members": members,
        "decisions": decisions,
        "url": f"{page.url}/comments/{thread.id}",
        "query": Choice.of(request.query_params).query(),
        "form_name": f"_comment_form_{kind}.html",
        "form_title": TITLES[kind],
    }
    return render(request, str(context["form_name"]) if is_fragment(request) else "comment_form.html", context)


ROUTES = [
    Route(THREAD + "/answer", answer),
    Route(THREAD + "/edit/{comment_id}", edit),
    Route(THREAD + "/outcome", outcome),
]
