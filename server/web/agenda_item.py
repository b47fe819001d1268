"""One item of the agenda: its facts and notes, beside the draft or as a live page of its own, and its form."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.render import render_html
from server.domain import agenda
from server.domain.errors import Refused
from server.domain.roles import CLOSED
from server.domain.sections import SECTIONS
from server.journal.snapshot import Damaged
from server.meeting import ItemPlan, add_item, change_item, clean
from server.storage.tables import AgendaItem
from server.web import words_agenda
from server.web.access import MeetingPage, enter_meeting
from server.web.agenda_view import agenda_parts, load_agenda
from server.web.forms import Form, typed
from server.web.page_data import document_data, page_data
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

AGENDA = "/m/{meeting_id}/agenda"


async def notes(request: Request) -> Response:
    """The tab of notes: those of the item that the meeting is at, or of the first one."""
    page = await enter_meeting(request)
    wanted = page.meeting.current_item_id or (page.items[0].id if page.items else None)
    if wanted is None:
        context = {"page": page, "meeting": page.meeting, "student": page.student}
        return render(request, "_no_items.html" if is_fragment(request) else "no_items.html", context)
    return await _item(request, page, wanted)


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _item(request, page, request.path_params["item_id"])


async def _item(request: Request, page: MeetingPage, item_id: str, *, facts: bool = False) -> Response:
    item = page.item(item_id)
    shown = await load_agenda(request, page)
    context: dict[str, Any] = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "view": next(view for view in shown.items if view.id == item.id),
        **agenda_parts(page, shown),
    }
    if facts:
        return render(request, "_item_facts.html", context)
    notes_document = next(document for document in page.notes if document.id == item.notes_id)
    context["document"] = notes_document
    context["refusal"] = page.edit_refusal(notes_document)
    try:
        state = await request.app.state.journal.load_state(item.notes_id)
        context["html"] = render_html(state, gettext=visitor(request).language.gettext)
    except Damaged:
        context["html"] = None
    if is_fragment(request):
        return render(request, "_item.html", context)
    label = item.title
    context["page_data"] = page_data(request, page, [document_data(page, notes_document, label)])
    return render(request, "item.html", context)


async def facts(request: Request) -> Response:
    """What of an item changes while somebody writes its notes."""
    page = await enter_meeting(request)
    return await _item(request, page, request.path_params["item_id"], facts=True)


def _check(page: MeetingPage, action: str) -> None:
    refusal = page.why_not(action)
    if refusal is not None:
        raise Refused(refusal)
    if page.meeting.phase == CLOSED:
        raise Refused("closed")


async def new(request: Request) -> Response:
    page = await enter_meeting(request)
    _check(page, "propose_item")
    return _form(request, page, None, Form({"minutes": "10"}), ())


async def edit(request: Request) -> Response:
    page = await enter_meeting(request)
    _check(page, "manage_meeting")
    item = page.item(request.path_params["item_id"])
    form = Form(
        {"title": item.title, "minutes": str(item.minutes), "presenter": item.presenter, "outcome": item.outcome}
    )
    return _form(request, page, item, form, item.sections)


async def submit_new(request: Request) -> Response:
    page = await enter_meeting(request)
    _check(page, "propose_item")
    return await _submit(request, page, None)


async def submit_edit(request: Request) -> Response:
    page = await enter_meeting(request)
    _check(page, "manage_meeting")
    return await _submit(request, page, page.item(request.path_params["item_id"]))


async def _submit(request: Request, page: MeetingPage, item: AgendaItem | None) -> Response:
    data = await request.form()
    form = typed(data)
    sections = tuple(str(section) for section in data.getlist("sections"))
    journal = request.app.state.journal
    try:
        minutes = clean.number(form["minutes"], "minutes", least=1, most=agenda.MOST_MINUTES)
        plan = ItemPlan(form["title"], minutes, form["presenter"], form["outcome"], sections)
        if item is None:
            item_id = await add_item(journal, page.actor, plan)
        else:
            item_id = item.id
            await change_item(journal, page.actor, item.id, plan)
    except Refused as refusal:
        if refusal.code != "invalid":
            raise
        form.add_refusal(request, refusal, words_agenda.FIELDS)
        return _form(request, page, item, form, sections)
    if not is_fragment(request):
        return redirect(request, f"{page.url}/agenda")
    return await _item(request, await enter_meeting(request), item_id)


def _form(
    request: Request, page: MeetingPage, item: AgendaItem | None, form: Form, sections: tuple[str, ...] | list[str]
) -> Response:
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "item": item,
        "form": form,
        "chosen": sections,
        "all_sections": SECTIONS,
        "manages": page.may("manage_meeting"),
        "form_url": f"{page.url}/agenda/{item.id}/edit" if item else f"{page.url}/agenda/new",
    }
    name = "_item_form.html" if is_fragment(request) else "item_form.html"
    return render(request, name, context, status=422 if form.errors else 200)


ROUTES = [
    Route(AGENDA + "/new", new),
    Route(AGENDA + "/new", submit_new, methods=["POST"]),
    Route(AGENDA + "/notes", notes),
    Route(AGENDA + "/{item_id}", show),
    Route(AGENDA + "/{item_id}/facts", facts),
    Route(AGENDA + "/{item_id}/edit", edit),
    Route(AGENDA + "/{item_id}/edit", submit_edit, methods=["POST"]),
]
