"""Comments: the list beside the draft or on a page of its own, and the forms in it."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.meeting import (
    Target,
    Words,
    adopt_proposal,
    answer,
    dispose,
    edit_comment,
    open_thread,
    set_resolved,
)
from server.meeting.comment_reader import ThreadView, mark_read, threads
from server.meeting.comments import PASSAGE, TARGETS
from server.web import words, words_comments
from server.web.access import MeetingPage, enter_meeting
from server.web.comment_view import Choice, Member, comments_view
from server.web.errors import REFUSED_STATUS, problem
from server.web.forms import sent_once
from server.web.people import list_people
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

MOST_READ = 200  # threads marked as read at once


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _page(request, page, said=request.query_params.get("done", ""))


async def _page(request: Request, page: MeetingPage, *, said: str = "", of: str = "") -> Response:
    """`said`: what was just done; `of`: in which thread."""
    view = await comments_view(request, page, Choice.of(request.query_params))
    context = {
        **form_context(request, page),
        "view": view,
        "choice": view.choice,
        "members": view.members,
        "said": words_comments.SAID.get(said, ""),
        "said_of": of,
        "may_comment": page.may("comment"),
        "may_dispose": page.may("dispose_comment"),
        "kept": request.app.state.kept.part,
        "members_key": hash(tuple(view.members.values())),
    }
    return render(request, "_comments.html" if is_fragment(request) else "comments.html", context)


def form_context(_request: Request, page: MeetingPage) -> dict[str, Any]:
    """What the templates of comments need besides a view."""
    return {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "documents": page.documents,
        "dispositions": words_comments.DISPOSITIONS,
        "comment_filters": words_comments.FILTERS,
    }


async def dialog_context(request: Request, page: MeetingPage) -> dict[str, Any]:
    """What the workspace needs for the dialog that a comment is written in."""
    members = {
        seat.person.id: Member(
            seat.person.id, seat.person.name, seat.participant.color, seat.participant.title, here=True
        )
        for seat in await list_people(request, page)
    }
    return {"members": members, "may_comment": page.may("comment")}


async def open_(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    kind, text = _one(data, "target"), _one(data, "proposal")
    about = _one(data, "about")
    anchor = {name: _one(data, name) for name in ("start", "end", "quote", "before")} if kind == PASSAGE else None
    if kind not in TARGETS:
        raise Refused("invalid", "target")
    if kind == PASSAGE and anchor and text.split() == anchor["quote"].split():
        text = ""  # the words as they are propose nothing
    try:
        thread_id = await open_thread(
            request.app.state.journal,
            page.actor,
            Target(kind, about, anchor),
            _words(data),
            proposal=text,
            once=sent_once(request, data),
        )
    except Refused as refusal:
        return _refused(request, refusal)
    return await _after(request, page, "opened", thread_id)


async def answer_(request: Request) -> Response:
    page = await enter_meeting(request)
    thread_id, data = request.path_params["thread_id"], await request.form()
    try:
        await answer(request.app.state.journal, page.actor, thread_id, _words(data), once=sent_once(request, data))
    except Refused as refusal:
        return _refused(request, refusal)
    await mark_read(request.app.state.database, page.actor.person_id, page.meeting.id, [thread_id])
    return await _after(request, page, "answered", thread_id)


async def edit(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    try:
        await edit_comment(request.app.state.journal, page.actor, request.path_params["comment_id"], _words(data))
    except Refused as refusal:
        return _refused(request, refusal)
    return await _after(request, page, "edited", request.path_params["thread_id"])


async def change_state(request: Request) -> Response:
    page = await enter_meeting(request)
    thread_id, state = request.path_params["thread_id"], _one(await request.form(), "state")
    if state not in ("open", "resolved"):
        raise Refused("invalid", "state")
    try:
        await set_resolved(request.app.state.journal, page.actor, thread_id, resolved=state == "resolved")
    except Refused as refusal:
        return _refused(request, refusal)
    return await _after(request, page, "resolved" if state == "resolved" else "reopened", thread_id)


async def outcome(request: Request) -> Response:
    page = await enter_meeting(request)
    thread_id, data = request.path_params["thread_id"], await request.form()
    names = ("before", "reason", "owner", "due", "document", "decision")
    try:
        await dispose(
            request.app.state.journal,
            page.actor,
            thread_id,
            _one(data, "disposition"),
            **{name: _one(data, name) for name in names},
        )
    except Refused as refusal:
        return _refused(request, refusal)
    return await _after(request, page, "disposed", thread_id)


async def adopt(request: Request) -> Response:
    page = await enter_meeting(request)
    thread_id, data = request.path_params["thread_id"], await request.form()
    try:
        await adopt_proposal(
            request.app.state.journal, page.actor, thread_id, seen=_one(data, "seen").replace("\r\n", "\n")
        )
    except Refused as refusal:
        return _refused(request, refusal)
    return await _after(request, page, "adopted", thread_id)


async def read(request: Request) -> Response:
    """These threads (or with `all`, every one) have been read. Theirs alone: nobody is told."""
    page = await enter_meeting(request)
    data = await request.form()
    if _one(data, "all"):
        found = await _threads(request, page)
        wanted = [thread.id for thread in found]
    else:
        wanted = [str(value) for value in data.getlist("thread")][:MOST_READ]
    await mark_read(request.app.state.database, page.actor.person_id, page.meeting.id, wanted)
    if not _one(data, "all"):
        return Response(status_code=204)
    return await _after(request, page, "read", "")


async def anchors(request: Request) -> Response:
    page = await enter_meeting(request)
    return JSONResponse(await passages(request, page))


async def passages(request: Request, page: MeetingPage) -> dict[str, Any]:
    """For the scripts: which passages have open threads, and how many threads are new to the reader."""
    found = await _threads(request, page)
    shown = {document.id for document in page.shown}
    about = [
        {"id": thread.id, "document": thread.document_id, "anchor": thread.anchor, "open": thread.is_open}
        for thread in found
        if thread.anchor is not None and thread.document_id in shown
    ]
    unread = sum(
        thread.is_unread_by(page.actor.person_id)
        for thread in found
        if page.shows_thread(thread.document_id, thread.created_role)
    )
    return {"passages": about, "unread": unread}


async def _threads(request: Request, page: MeetingPage) -> list[ThreadView]:
    found: list[ThreadView] = await request.app.state.database.read(
        lambda session: threads(session.connection(), page.meeting.id, reader=page.actor.person_id)
    )
    return found


async def _after(request: Request, page: MeetingPage, said: str, thread_id: str) -> Response:
    """The list anew for htmx; without script, the page again at the thread."""
    if is_fragment(request):
        return await _page(request, page, said=said, of=thread_id)
    query = Choice.of(request.query_params).query(show="all")
    anchor = f"#thread-{thread_id}" if thread_id else ""
    return redirect(request, f"{page.url}/comments{query}&done={said}{anchor}")


def _refused(request: Request, refusal: Refused) -> Response:
    message = words_comments.REFUSALS.get(refusal.field or "") or words.REFUSALS[refusal.code]
    if refusal.code == "role" and refusal.field is None:
        message = words_comments.NOT_YOURS
    gettext = visitor(request).language.gettext
    return problem(request, REFUSED_STATUS.get(refusal.code, 403), message=gettext(message))


def _words(data: FormData) -> Words:
    return Words(_one(data, "text"), _one(data, "lang"), tuple(str(value) for value in data.getlist("mention")))


def _one(data: FormData, name: str) -> str:
    value = data.get(name, "")
    return value if isinstance(value, str) else ""


COMMENTS = "/m/{meeting_id}/comments"
THREAD = COMMENTS + "/{thread_id}"
ROUTES = [
    Route(COMMENTS, show),
    Route(COMMENTS, open_, methods=["POST"]),
    Route(COMMENTS + "/anchors", anchors),
    Route(COMMENTS + "/read", read, methods=["POST"]),
    Route(THREAD + "/answer", answer_, methods=["POST"]),
    Route(THREAD + "/edit/{comment_id}", edit, methods=["POST"]),
    Route(THREAD + "/state", change_state, methods=["POST"]),
    Route(THREAD + "/outcome", outcome, methods=["POST"]),
    Route(THREAD + "/adopt", adopt, methods=["POST"]),
]
