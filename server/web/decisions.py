"""The decision log: what is being decided, what was decided, each member's position, and the words read back."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.roles import LIVE
from server.meeting.agreement import agreement
from server.meeting.decision_reader import DecisionView, read_decision, read_decisions, read_read_back
from server.meeting.decision_steps import read_steps
from server.meeting.decision_words import Words
from server.meeting.decisions import propose_decision, put_off_decision, read_back_decision, settle_decision
from server.meeting.notices import review_decision
from server.meeting.positions import note_position, record_position
from server.storage.tables import AgendaItem, Base, Document
from server.web import chain, decision_form, decision_log, words, words_decisions
from server.web.access import MeetingPage, enter_meeting
from server.web.errors import REFUSED_STATUS, problem
from server.web.forms import sent_once
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

# The page's parts that show decisions fetch themselves anew, also where no socket is open.
CHANGED = {"HX-Trigger": "roundtable:decisions"}


async def show(request: Request) -> Response:
    """The whole log: a page to read and print (`decision_log`), or the panel beside the draft."""
    page = await enter_meeting(request)

    def read(session: Session) -> dict[str, Any]:
        return {"decisions": read_decisions(session, page.meeting.id), **_linked(session, page)}

    context = {**common(page), **await request.app.state.database.read(read)}
    if is_fragment(request):
        return render(
            request, "_decisions.html", context | {"kept": request.app.state.kept.part, "made_from": _made_from}
        )
    context |= {"contradictions": await _contradictions(request, page)}
    context |= await decision_log.context(request, page, context["decisions"])
    return render(request, "decisions.html", context)


def _made_from(decision: DecisionView) -> tuple[Hashable, ...]:
    """All of a decision that its card in the log tells, and of an open one also what its forms offer."""
    rows = tuple(_columns(row) for row in (decision.row, *decision.follow_ups))
    taken = tuple(position.row for position in decision.positions)
    linked = tuple(other and (other.id, other.ordinal) for other in (decision.supersedes, decision.superseded_by))
    people = decision.people.values()
    names = tuple((member.name, member.is_member) for member in people)
    there = tuple((member.person_id, member.present) for member in people) if decision.is_open else ()
    return (rows, taken, linked, names, there, decision.comments)


def _columns(row: Base) -> tuple[Hashable, ...]:
    plain, nested = _getters(type(row))
    values = vars(row)
    return (*plain(values), repr([values[name] for name in nested]))


@lru_cache
def _getters(kind: type[Base]) -> tuple[Callable[[Mapping[str, Any]], tuple[Hashable, ...]], list[str]]:
    """What takes the plain values out of a row's, and the names of those with lists and mappings in them."""
    columns = kind.__table__.columns
    nested = [one.name for one in columns if isinstance(one.type, JSON)]
    return itemgetter(*(one.name for one in columns if one.name not in nested)), nested


async def show_one(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _one(request, page)


async def reading(request: Request) -> Response:
    """What is being read back now, for everybody's screen."""
    page = await enter_meeting(request)
    read_back = await request.app.state.database.read(lambda session: read_read_back(session, page.meeting.id))
    return render(request, "_decision_reading.html", {**common(page), "reading": read_back})


def reading_context(page: MeetingPage, open_decisions: Sequence[DecisionView]) -> dict[str, Any]:
    """What `reading` shows, of the meeting's open decisions."""
    is_on = page.meeting.phase == LIVE
    return {**common(page), "reading": [one for one in open_decisions if is_on and one.is_read_back]}


async def _one(
    request: Request, page: MeetingPage, *, status: int = 200, message: str = "", typed: str = ""
) -> Response:

    def read(session: Session) -> dict[str, Any]:
        decision = find(session, page, request.path_params["decision_id"])
        steps = read_steps(session, page.meeting.id, decision.row.id)
        return {"decision": decision, "steps": steps, **_linked(session, page)}

    found = await request.app.state.database.read(read)
    context = {**common(page), **found, "message": message, "typed": typed}
    context |= await chain.after_decisions(request, page)
    if is_fragment(request):
        return render(request, "_decision.html", context)
    contradictions = await _contradictions(request, page)
    return render(request, "decision.html", {**context, "contradictions": contradictions}, status=status)


def common(page: MeetingPage) -> dict[str, Any]:
    return {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "log_url": f"{page.url}/decisions",
        "can_propose": page.may("propose_decision"),
        "can_settle": page.may("settle_decision"),
        "can_speak": page.may("record_position"),
    }


def find(session: Session, page: MeetingPage, decision_id: str) -> DecisionView:
    decision = read_decision(session, page.meeting.id, decision_id)
    if decision is None:
        raise HTTPException(404)
    return decision


def _linked(session: Session, page: MeetingPage) -> dict[str, Any]:
    """Names of what decisions are linked to."""
    items = session.execute(select(AgendaItem.id, AgendaItem.title).where(AgendaItem.meeting_id == page.meeting.id))
    documents = session.execute(select(Document.id, Document.section).where(Document.meeting_id == page.meeting.id))
    return {
        "item_titles": {row.id: row.title for row in items},
        "section_of": {row.id: row.section for row in documents},
    }


async def _contradictions(request: Request, page: MeetingPage) -> dict[str, list[Any]]:
    """What the draft says otherwise than it was decided, by decision."""
    found = await request.app.state.journal.read(lambda connection: agreement(connection, page.meeting.id))
    by_decision: dict[str, list[Any]] = {}
    for one in found:
        by_decision.setdefault(one.decision_id, []).append(one.difference)
    return by_decision


# Acts


async def quick(request: Request) -> Response:
    """The simple case: one sentence. Who may settle has it read back at once, and confirms in the next step."""
    page = await enter_meeting(request)
    data = await request.form()
    at_once = page.may("settle_decision")
    told = Words(action=str(data.get("action", "")), outcome="agreed" if at_once else None)
    try:
        if not told.action.strip():
            raise Refused("invalid", "action")  # noqa: TRY301 - answered below, as what the act itself refuses is
        made = await propose_decision(
            request.app.state.journal, page.actor, told, read_back=at_once, once=sent_once(request, data)
        )
    except Refused as refusal:
        return refused(request, refusal)
    if not is_fragment(request):
        return redirect(request, f"{page.url}/decisions/{made}")
    if not at_once:
        return Response(status_code=200, headers=CHANGED)
    return await _confirm(request, page, made)


async def _confirm(
    request: Request, page: MeetingPage, decision_id: str, *, refusal: Refused | None = None
) -> Response:
    """The quick dialog's second step: the exact words, and the button that settles them."""
    decision = await request.app.state.database.read(lambda session: find(session, page, decision_id))
    context = {**common(page), "decision": decision, "message": _message(request, refusal) if refusal else ""}
    status = REFUSED_STATUS.get(refusal.code, 403) if refusal else 200
    answer = render(request, "_decision_confirm.html", context, status=status)
    answer.headers.update(CHANGED)
    return answer


async def position(request: Request) -> Response:
    """One's own position, or with `person` that of somebody who said it aloud."""
    page = await enter_meeting(request)
    data = await request.form()
    decision_id = request.path_params["decision_id"]
    person_id, said = str(data.get("person", "")), str(data.get("position", ""))
    about = {"words": str(data.get("words", "")), "lang": visitor(request).language.code}
    journal = request.app.state.journal
    try:
        if "person" in data:
            await note_position(journal, page.actor, decision_id, person_id, said, **about)
        else:
            await record_position(journal, page.actor, decision_id, said, **about)
    except Refused as refusal:
        return await _refused_at(request, page, refusal)
    return _after(request, page, decision_id)


async def read_back(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    decision_id = request.path_params["decision_id"]
    journal = request.app.state.journal
    try:
        if data.get("stop") == "yes":
            await put_off_decision(journal, page.actor, decision_id)
        else:
            revision = number(data.get("revision"))
            await read_back_decision(journal, page.actor, decision_id, revision=revision)
    except Refused as refusal:
        return await _refused_at(request, page, refusal)
    return _after(request, page, decision_id)


async def review(request: Request) -> Response:
    """How a settled decision goes, after the meeting."""
    page = await enter_meeting(request)
    data = await request.form()
    decision_id = request.path_params["decision_id"]
    try:
        await review_decision(
            request.app.state.journal,
            page.actor,
            decision_id,
            str(data.get("state", "")),
            str(data.get("words", "")),
            str(data.get("on", "")),
            lang=visitor(request).language.code,
        )
    except Refused as refusal:
        return await _refused_at(request, page, refusal)
    return _after(request, page, decision_id)


async def settle(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    decision_id = request.path_params["decision_id"]
    absent = [str(value) for value in data.getlist("absent")]
    try:
        await settle_decision(
            request.app.state.journal,
            page.actor,
            decision_id,
            revision=number(data.get("revision")),
            seen=str(data.get("seen", "")),
            absent=absent,
        )
    except Refused as refusal:
        if data.get("step") == "dialog" and is_fragment(request) and refusal.code == "conflict":
            return await _confirm(request, page, decision_id, refusal=refusal)
        return await _refused_at(request, page, refusal)
    return _after(request, page, decision_id)


def number(value: object) -> int:
    """A revision as a form sends it; what is none is never the present one."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _after(request: Request, page: MeetingPage, decision_id: str) -> Response:
    if is_fragment(request):
        return Response(status_code=200, headers=CHANGED)
    return redirect(request, f"{page.url}/decisions/{decision_id}")


async def _refused_at(request: Request, page: MeetingPage, refusal: Refused) -> Response:
    """In the workspace a line beside the button; on a page of its own the page again, with what changed."""
    if is_fragment(request) or refusal.code in {"not_found", "role", "phase", "closed"}:
        return refused(request, refusal)
    status = REFUSED_STATUS.get(refusal.code, 403)
    typed = str((await request.form()).get("words", ""))
    return await _one(request, page, status=status, message=_message(request, refusal), typed=typed)


def refused(request: Request, refusal: Refused) -> Response:
    answer = problem(request, REFUSED_STATUS.get(refusal.code, 403), message=_message(request, refusal))
    answer.headers.update(CHANGED)
    return answer


def _message(request: Request, refusal: Refused) -> str:
    text = words_decisions.REFUSALS.get(refusal.field or "") or words.REFUSALS[refusal.code]
    return visitor(request).language.gettext(text)


LOG = "/m/{meeting_id}/decisions"
ONE = LOG + "/{decision_id}"

ROUTES = [
    Route(LOG, show),
    Route(LOG + "/reading", reading),
    Route(LOG + "/quick", quick, methods=["POST"]),
    *decision_log.ROUTES,
    *decision_form.ROUTES,
    Route(ONE, show_one),
    Route(ONE + "/position", position, methods=["POST"]),
    Route(ONE + "/read-back", read_back, methods=["POST"]),
    Route(ONE + "/settle", settle, methods=["POST"]),
    Route(ONE + "/review", review, methods=["POST"]),
]
