"""Changing a final plan without a meeting: proposed, read as a redline, answered in writing, put into effect."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.documents.render import render_html, render_tree
from server.domain.amendments import DRAFT, IN_EFFECT, OFFERED, offer_mark
from server.domain.errors import Refused
from server.domain.notices import empty_part
from server.domain.readiness import Finding
from server.domain.roles import CLOSED, STAFF
from server.domain.sections import FINAL
from server.journal.snapshot import Damaged, load
from server.meeting.agreement import Contradiction
from server.meeting.amendment_effect import put_into_effect
from server.meeting.amendment_reader import AmendmentView, read_amendment, read_amendments
from server.meeting.amendment_rules import check, decided_otherwise, has_say, later_plan
from server.meeting.amendments import (
    answer_amendment,
    offer_amendment,
    propose_amendment,
    take_back_amendment,
    withdraw_amendment,
)
from server.meeting.notices import Told
from server.storage.tables import Amendment, Document, Entry
from server.web import words_notices, words_readiness
from server.web.access import MeetingPage, enter_meeting
from server.web.amendment_letters import made_letters, offer_letters, review_day, what_changes
from server.web.changes import words_context
from server.web.errors import REFUSED_STATUS
from server.web.forms import Form, read_form
from server.web.i18n import language
from server.web.notices import NOTICE_LANGUAGE, school_contacts
from server.web.page_data import document_data, page_data
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor
from server.web.words import SECTIONS
from server.web.words_amendments import MISTAKES, SENTENCE

LIST = "/m/{meeting_id}/amendments"
ONE = LIST + "/{amendment_id}"
DONE = frozenset({"offered", "answered", "taken_back", "withdrawn", "made"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What stands against offering a draft: findings by section, and decisions whose numbers it changes.

    `mark`: of the words as they stand now. `blocked`: a point that nobody may pass over.
    """

    findings: list[tuple[str, Finding]]
    changed: list[Contradiction]
    mark: str
    blocked: bool


def reads_drafts(page: MeetingPage) -> bool:
    """A proposal is the school's until it is offered."""
    return page.actor.role in STAFF


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _list(request, page)


async def _list(request: Request, page: MeetingPage, *, form: Form | None = None, status: int = 200) -> Response:
    def read(connection: Connection) -> tuple[list[Amendment], str | None]:
        later = later_plan(connection, page.meeting.id) if page.meeting.phase == CLOSED else None
        return read_amendments(connection, page.meeting.id), later

    found, later = await request.app.state.journal.read(read)
    context = {
        **_common(page),
        "amendments": [one for one in found if one.offered_at or reads_drafts(page)],
        "final": [document for document in page.documents if document.state == FINAL],
        "is_writing": any(one.state == DRAFT for one in found),
        "later": later,
        "form": form or Form(),
        "chosen": [] if form is None else form["sections"].split(),
    }
    return render(request, "amendments.html", context, status=status)


def _common(page: MeetingPage) -> dict[str, Any]:
    return {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "may_propose": page.may("propose_amendment"),
        "review_day": review_day(page.meeting),
    }


async def propose(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    chosen = [str(one) for one in data.getlist("sections")]
    form = Form({"reason": str(data.get("reason", "")), "sections": " ".join(chosen)})
    try:
        made = await propose_amendment(
            request.app.state.journal, page.actor, chosen, reason=form["reason"], lang=visitor(request).language.code
        )
    except Refused as refusal:
        if refusal.field not in MISTAKES:
            raise
        form.add_refusal(request, refusal, MISTAKES)
        return await _list(request, page, form=form, status=REFUSED_STATUS.get(refusal.code, 403))
    return redirect(request, f"{page.url}/amendments/{made}/edit")


async def find(request: Request, page: MeetingPage) -> AmendmentView:
    """The amendment in the address; 404 as if there were none for who may not read it yet."""
    amendment_id = request.path_params["amendment_id"]
    view: AmendmentView | None = await request.app.state.journal.read(
        lambda connection: read_amendment(connection, page.meeting.id, amendment_id)
    )
    if view is None or not (view.row.offered_at or reads_drafts(page)):
        raise HTTPException(404)
    return view


async def show_one(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _one(request, page)


async def _one(request: Request, page: MeetingPage, *, form: Form | None = None, status: int = 200) -> Response:
    view = await find(request, page)
    gettext = visitor(request).language.gettext
    # Words that are being changed again are the school's until they are offered.
    shows_words = view.row.state != DRAFT or reads_drafts(page)
    writes = view.row.state == DRAFT and page.may("propose_amendment")
    may_answer = view.row.state == OFFERED and page.may("answer_amendment") and await _has_say(request, page)
    given = [one for one in view.answers if one.row.person_id == page.actor.person_id and not one.is_void]
    context = {
        **words_context(request, page),
        **_common(page),
        "view": view,
        "row": view.row,
        "url": f"{page.url}/amendments/{view.row.id}",
        "shows_words": shows_words,
        "writes": writes,
        "may_answer": may_answer,
        "mine": given[-1] if given else None,
        "html": _redlines(request, view) if shows_words else {},
        "checked": await _checked(request, page, view) if writes else None,
        "finding_text": lambda finding: words_readiness.finding_text(finding, visitor(request).language),
        "form": form or Form({"reason": view.row.reason, "override": view.row.override}),
        "done": done if (done := request.query_params.get("done", "")) in DONE else "",
    }
    if is_fragment(request):
        return render(request, "_amendment.html", context, status=status)
    sections = {part.section for part in view.parts}
    documents = [
        document_data(page, one, gettext(SECTIONS[one.section])) for one in page.shown if one.section in sections
    ]
    context["page_data"] = page_data(request, page, documents)
    return render(request, "amendment.html", context, status=status)


def _redlines(request: Request, view: AmendmentView) -> dict[str, Markup]:
    gettext = visitor(request).language.gettext
    return {
        part.section: render_tree(part.changed.tree, gettext=gettext, heading_offset=2)
        for part in view.parts
        if part.changed is not None
    }


async def _has_say(request: Request, page: MeetingPage) -> bool:
    said: bool = await request.app.state.journal.read(
        lambda connection: has_say(connection, page.meeting.id, page.actor.role)
    )
    return said


async def _checked(request: Request, page: MeetingPage, view: AmendmentView) -> Checked | None:
    """None where a text cannot be read."""

    def look(connection: Connection) -> Checked:
        parts = []
        for part in view.row.parts:
            newest = load(connection, part["copy"]).number
            digest = connection.scalar(
                select(Entry.hash).where(Entry.meeting_id == page.meeting.id, Entry.number == newest)
            )
            parts.append(part | {"number": newest, "hash": digest.hex() if digest else ""})
        changed = decided_otherwise(connection, page.meeting.id, parts)
        readiness = check(connection, parts, changed)
        findings = [(part["section"], one) for part in parts for one in readiness[part["document"]].findings]
        blocked = any(one.final_blocks for one in readiness.values())
        return Checked(findings, changed, offer_mark("", parts), blocked)

    try:
        found: Checked = await request.app.state.journal.read(look)
    except (Damaged, Malformed):
        return None
    return found


async def edit(request: Request) -> Response:
    """The proposed words in the editor, section by section."""
    page = await enter_meeting(request)
    view = await find(request, page)
    url = f"{page.url}/amendments/{view.row.id}"
    if (reason := page.why_not("propose_amendment")) is not None:
        raise Refused(reason)
    if view.row.state != DRAFT:
        return redirect(request, url)
    gettext = visitor(request).language.gettext
    copies = [part.copy_id for part in view.parts]
    async with request.app.state.database.session() as session:
        found = {one.id: one for one in await session.scalars(select(Document).where(Document.id.in_(copies)))}
    texts, documents = [], []
    for part in view.parts:
        try:
            state = await request.app.state.journal.load_state(part.copy_id)
            html: Markup | None = render_html(state, gettext=gettext, heading_offset=1)
        except (Damaged, Malformed):
            html = None
        label = gettext(SECTIONS[part.section])
        texts.append({"section": part.section, "document": part.copy_id, "label": label, "html": html})
        # The editor knows by a section's name which rows it may have.
        documents.append(document_data(page, found[part.copy_id], label) | {"section": part.section})
    context = {
        **_common(page),
        "view": view,
        "url": url,
        "texts": texts,
        "page_data": page_data(request, page, documents),
    }
    return render(request, "amendment_edit.html", context)


async def offer(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    amendment_id = request.path_params["amendment_id"]
    try:
        if (reason := page.why_not("propose_amendment")) is not None:
            raise Refused(reason)  # noqa: TRY301 - before anything is worked out for a letter
        view = await find(request, page)
        await offer_amendment(
            request.app.state.journal,
            page.actor,
            amendment_id,
            reason=form["reason"],
            override=form["override"],
            changes_decisions=form["changes_decisions"] == "yes",
            seen=form["seen"] or None,
            lang=visitor(request).language.code,
            letters=await offer_letters(request, page, view, form["reason"].strip()),
        )
    except Refused as refusal:
        return await _again(request, page, form, refusal)
    return redirect(request, f"{page.url}/amendments/{amendment_id}?done=offered")


async def take_back(request: Request) -> Response:
    page = await enter_meeting(request)
    form, amendment_id = await read_form(request), request.path_params["amendment_id"]
    try:
        await take_back_amendment(request.app.state.journal, page.actor, amendment_id)
    except Refused as refusal:
        return await _again(request, page, form, refusal)
    return redirect(request, f"{page.url}/amendments/{amendment_id}/edit")


async def withdraw(request: Request) -> Response:
    page = await enter_meeting(request)
    form, amendment_id = await read_form(request), request.path_params["amendment_id"]
    try:
        await withdraw_amendment(request.app.state.journal, page.actor, amendment_id, reason=form["why_withdrawn"])
    except Refused as refusal:
        return await _again(request, page, form, refusal)
    return redirect(request, f"{page.url}/amendments/{amendment_id}?done=withdrawn")


async def answer(request: Request) -> Response:
    page = await enter_meeting(request)
    form, amendment_id = await read_form(request), request.path_params["amendment_id"]
    spoken = visitor(request).language
    try:
        await answer_amendment(
            request.app.state.journal,
            page.actor,
            amendment_id,
            form["answer"],
            understood=form["understood"] == "yes",
            statement=spoken.gettext(SENTENCE),
            seen=form["seen"],
            words=form["words"],
            lang=spoken.code,
        )
    except Refused as refusal:
        return await _again(request, page, form, refusal)
    return redirect(request, f"{page.url}/amendments/{amendment_id}?done=answered#answers")


async def effect(request: Request) -> Response:
    page = await enter_meeting(request)
    form, amendment_id = await read_form(request), request.path_params["amendment_id"]
    try:
        if (reason := page.why_not("propose_amendment")) is not None:
            raise Refused(reason)  # noqa: TRY301 - before anything is worked out for a letter
        view = await find(request, page)
        spoken = language(NOTICE_LANGUAGE)
        first, contacts = await school_contacts(request, page)
        part = empty_part() | {"action": what_changes(view, spoken), "reasons": view.row.reason}
        await put_into_effect(
            request.app.state.journal,
            page.actor,
            amendment_id,
            seen=form["seen"],
            notice=Told([part], spoken.gettext(words_notices.SAFEGUARDS, name=first), contacts),
            lang=NOTICE_LANGUAGE,
            letters=await made_letters(request, page, view),
        )
    except Refused as refusal:
        return await _again(request, page, form, refusal)
    return redirect(request, f"{page.url}/amendments/{amendment_id}?done=made")


async def _again(request: Request, page: MeetingPage, form: Form, refusal: Refused) -> Response:
    """The page with what was typed, and why nothing was done."""
    if refusal.field not in MISTAKES:
        raise refusal
    form.add_refusal(request, refusal, MISTAKES)
    return await _one(request, page, form=form, status=REFUSED_STATUS.get(refusal.code, 403))


async def whole(request: Request) -> Response:
    """The whole plan with the change in it (34 CFR 300.324(a)(6)), as it read when the amendment came into effect."""
    page = await enter_meeting(request)
    view = await find(request, page)
    if view.row.state != IN_EFFECT:
        raise HTTPException(404)
    gettext = visitor(request).language.gettext
    amended = {part.section for part in view.parts}

    def read(connection: Connection) -> list[tuple[Document, Markup | None, bool]]:
        found: list[tuple[Document, Markup | None, bool]] = []
        for document in page.shown:
            try:
                state = load(connection, document.id, view.row.ended_number).state()
                html: Markup | None = render_html(state, gettext=gettext, heading_offset=1)
            except (Damaged, Malformed):
                html = None
            found.append((document, html, document.section in amended))
        return found

    texts = await request.app.state.journal.read(read)
    context = {**_common(page), "view": view, "row": view.row, "texts": texts}
    return render(request, "amended_plan.html", context)


ROUTES = [
    Route(LIST, show),
    Route(LIST, propose, methods=["POST"]),
    Route(ONE, show_one),
    Route(ONE + "/edit", edit),
    Route(ONE + "/plan", whole),
    Route(ONE + "/offer", offer, methods=["POST"]),
    Route(ONE + "/take-back", take_back, methods=["POST"]),
    Route(ONE + "/withdraw", withdraw, methods=["POST"]),
    Route(ONE + "/answer", answer, methods=["POST"]),
    Route(ONE + "/effect", effect, methods=["POST"]),
]
