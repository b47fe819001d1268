"""The tab "To do": the parking lot and the follow-ups, with a small form for each act on them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.agenda import FOLLOW_UP_KINDS, LEAVES_AS, NEEDS_OWNER_AND_DAY, TASK
from server.domain.errors import Refused
from server.meeting import (
    Promise,
    add_follow_up,
    change_follow_up,
    mark_follow_up,
    park,
    remove_follow_up,
    unpark,
)
from server.storage.tables import FollowUp, ParkedItem, Participant, Person
from server.web import words_agenda
from server.web.access import MeetingPage, enter_meeting
from server.web.board import Board, count_parked, load_board
from server.web.forms import Form, read_form
from server.web.templates import is_fragment, redirect, render

MEETING = "/m/{meeting_id}"


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _board(request, page)


async def _board(request: Request, page: MeetingPage) -> Response:
    context = {
        **_common(page),
        "board": await load_board(request, page),
        "may_park": page.may("park"),
        "manages": page.may("manage_follow_ups"),
        "may_mark": page.may("mark_follow_up"),
        "today": datetime.now(UTC).date().isoformat(),
    }
    return render(request, "_follow_ups.html" if is_fragment(request) else "follow_ups.html", context)


async def parking_left(request: Request) -> Response:
    """In the dialog that closes the meeting: how many topics still wait."""
    page = await enter_meeting(request)
    return render(request, "_parking_left.html", {"page": page, "parked_count": await count_parked(request, page)})


def _common(page: MeetingPage) -> dict[str, Any]:
    return {"page": page, "meeting": page.meeting, "student": page.student}


async def _seated(request: Request, page: MeetingPage) -> list[tuple[str, str]]:
    """Id and name of everybody who is in the meeting now."""
    async with request.app.state.database.session() as session:
        found = await session.execute(
            select(Person.id, Person.name)
            .join(Participant, Participant.person_id == Person.id)
            .where(Participant.meeting_id == page.meeting.id, Participant.removed_at.is_(None))
            .order_by(Person.name)
        )
        return [(person_id, name) for person_id, name in found]


async def _after(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _board(request, page) if is_fragment(request) else redirect(request, f"{page.url}/to-do")


async def _form(request: Request, page: MeetingPage, name: str, form: Form, **more: Any) -> Response:
    board = await load_board(request, page)
    context = {
        **_common(page),
        "form": form,
        "form_name": f"_{name}.html",
        "form_url": request.url.path,
        "people": await _seated(request, page),
        "board": board,
        **more,
    }
    template = f"_{name}.html" if is_fragment(request) else "to_do_form.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _mend(request: Request, form: Form, refusal: Refused) -> None:
    """Say it at its field, or let the page of errors say it."""
    if refusal.field not in words_agenda.FIELDS:
        raise refusal
    form.add_refusal(request, refusal, words_agenda.FIELDS)


def _check(page: MeetingPage, action: str) -> None:
    refusal = page.why_not(action)
    if refusal is not None:
        raise Refused(refusal)


# --- the parking lot ---


async def park_form(request: Request) -> Response:
    page = await enter_meeting(request)
    _check(page, "park")
    return await _form(request, page, "park_form", Form({"raised_by": page.actor.person_id}))


async def submit_park(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    try:
        await park(
            request.app.state.journal,
            page.actor,
            text=form["text"],
            why=form["why"],
            raised_by=form["raised_by"] if page.is_staff else "",
        )
    except Refused as refusal:
        _mend(request, form, refusal)
        return await _form(request, page, "park_form", form)
    return await _after(request)


def _parked(board: Board, request: Request) -> ParkedItem:
    wanted = request.path_params["parked_id"]
    for item in board.parked:
        if item.id == wanted:
            return item
    raise HTTPException(404)


async def leave_form(request: Request) -> Response:
    page = await enter_meeting(request)
    item = _parked(await load_board(request, page), request)
    if not page.may("manage_follow_ups"):
        _check(page, "park")
    return await _form(request, page, "leave_form", Form({"what": item.text}), **_ways(page, item))


def _ways(page: MeetingPage, item: ParkedItem) -> dict[str, Any]:
    ways = [way for way in LEAVES_AS if way != "withdrawn" and page.may("manage_follow_ups")]
    if item.raised_by == page.actor.person_id:
        ways.append("withdrawn")
    return {"item": item, "ways": ways}


async def submit_leave(request: Request) -> Response:
    page = await enter_meeting(request)
    item = _parked(await load_board(request, page), request)
    form = await read_form(request)
    promise = Promise(form["what"] or item.text, form["owner"], form["due"])
    try:
        await unpark(request.app.state.journal, page.actor, item.id, leave_as=form["leave_as"], promise=promise)
    except Refused as refusal:
        _mend(request, form, refusal)
        return await _form(request, page, "leave_form", form, **_ways(page, item))
    return await _after(request)


# --- follow-ups ---


async def new_form(request: Request) -> Response:
    page = await enter_meeting(request)
    _check(page, "manage_follow_ups")
    form = Form({"kind": TASK, "decision": request.query_params.get("decision", "")})
    return await _form(request, page, "follow_up_form", form, promised=None, kinds=FOLLOW_UP_KINDS, may_remove=False)


async def submit_new(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    try:
        await add_follow_up(
            request.app.state.journal,
            page.actor,
            Promise(form["what"], form["owner"], form["due"]),
            kind=form["kind"],
            decision_id=form["decision"],
        )
    except Refused as refusal:
        _mend(request, form, refusal)
        return await _form(
            request, page, "follow_up_form", form, promised=None, kinds=FOLLOW_UP_KINDS, may_remove=False
        )
    return await _after(request)


def _promised(board: Board, request: Request) -> FollowUp:
    wanted = request.path_params["follow_up_id"]
    for one in board.promised:
        if one.id == wanted:
            return one
    raise HTTPException(404)


def _change(one: FollowUp, board: Board) -> dict[str, Any]:
    parked = any(item.follow_up_id == one.id for item in board.parked)
    return {
        "promised": one,
        "kinds": (one.kind,),
        "may_remove": not parked,
        "must": one.kind in NEEDS_OWNER_AND_DAY,
    }


async def change_form(request: Request) -> Response:
    page = await enter_meeting(request)
    _check(page, "manage_follow_ups")
    board = await load_board(request, page)
    one = _promised(board, request)
    form = Form({"kind": one.kind, "what": one.what, "owner": one.owner_id or "", "due": one.due or ""})
    return await _form(request, page, "follow_up_form", form, **_change(one, board))


async def submit_change(request: Request) -> Response:
    page = await enter_meeting(request)
    board = await load_board(request, page)
    one = _promised(board, request)
    form = await read_form(request)
    promise = Promise(form["what"], form["owner"], form["due"])
    try:
        if form["act"] == "remove":
            await remove_follow_up(request.app.state.journal, page.actor, one.id)
        else:
            await change_follow_up(request.app.state.journal, page.actor, one.id, promise)
    except Refused as refusal:
        _mend(request, form, refusal)
        return await _form(request, page, "follow_up_form", form, **_change(one, board))
    return await _after(request)


async def submit_mark(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    await mark_follow_up(
        request.app.state.journal,
        page.actor,
        request.path_params["follow_up_id"],
        done=form["done"] == "yes",
        note=form["note"],
    )
    return await _after(request)


ROUTES = [
    Route(MEETING + "/to-do", show),
    Route(MEETING + "/parking/left", parking_left),
    Route(MEETING + "/parking/new", park_form),
    Route(MEETING + "/parking/new", submit_park, methods=["POST"]),
    Route(MEETING + "/parking/{parked_id}", leave_form),
    Route(MEETING + "/parking/{parked_id}", submit_leave, methods=["POST"]),
    Route(MEETING + "/follow-ups/new", new_form),
    Route(MEETING + "/follow-ups/new", submit_new, methods=["POST"]),
    Route(MEETING + "/follow-ups/{follow_up_id}", change_form),
    Route(MEETING + "/follow-ups/{follow_up_id}", submit_change, methods=["POST"]),
    Route(MEETING + "/follow-ups/{follow_up_id}/mark", submit_mark, methods=["POST"]),
]
