"""The workspace of one meeting: the draft by section, who is here, and the facilitator's controls."""

import asyncio
import hashlib
from typing import Any

import structlog
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from server.documents.render import render_html
from server.domain import roles
from server.domain.errors import Refused
from server.domain.sections import DRAFT, FINAL, IN_DISCUSSION, SECTION_STATES
from server.journal.snapshot import Damaged
from server.journal.writer import Journal
from server.meeting import (
    discuss_section,
    finalize_section,
    reopen_section,
    set_editing_paused,
    set_phase,
)
from server.people.accounts import clean_line
from server.web import (
    attendance,
    changes,
    closing,
    comments,
    decisions,
    excusals,
    gathering,
    now,
    own_words,
    review,
    sharing,
    stage,
    summary,
    ticket,
    words,
)
from server.web.access import MeetingPage, enter_meeting
from server.web.agenda_view import agenda_parts, load_agenda
from server.web.board import count_parked
from server.web.finalizing import read_back_context
from server.web.i18n import Language
from server.web.kept import Kept
from server.web.page_data import document_data, page_data
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

log = structlog.get_logger()

REASON_LENGTH = 500


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    journal = request.app.state.journal
    language = visitor(request).language
    gettext = language.gettext
    shown = page.shown
    await sharing.keep_opening(request, page, page.documents)
    states = await asyncio.gather(*(_state(journal, document.id) for document in shown))
    html = {
        document.id: None if state is None else _html(request.app.state.kept, state, language)
        for document, state in zip(shown, states, strict=True)
    }
    sections = [document_data(page, document, gettext(words.SECTIONS[document.section])) for document in shown]
    found = visitor(request).signed_in
    assert found is not None  # noqa: S101 - `enter_meeting` lets nobody else in
    decided = await now.being_decided(request, page)
    context = {
        **controls(page),
        **await gathering.gathering_context(request, page),
        **await excusals.asks_context(request, page),
        **await stage.on_stage(request, page),
        **decided,
        **decisions.reading_context(page, decided["held"]),
        **await now.waiting(request, page),
        **await read_back_context(request, page),
        **await own_words.own_words_context(request, page),
        "html": html,
        "partly": await sharing.partly_shown(request, page),
        **await closing.left(request, page),
        **await review.statements_context(request, page),
        "empty_seats": await attendance.empty_for(request, page),
        **await comments.dialog_context(request, page),
        "passages": await comments.passages(request, page),
        **agenda_parts(page, await load_agenda(request, page)),
        "parked_count": await count_parked(request, page),
        "page_data": {**page_data(request, page, sections), "ticket": await ticket.first(request, page)},
        "needs_password": found.meeting_id is None and found.person.password_hash is None,
    }
    # What is on the page now is what the reader has seen, unless they have looked before.
    first = BackgroundTask(changes.note_first_looks, request.app.state.database, page)
    return render(request, "workspace.html", context, background=first)


def _html(kept: Kept, state: bytes, language: Language) -> Markup:
    """A section's text, which is the same for everybody who comes in while nobody writes in it."""
    made_from = ("section", hashlib.sha256(state).digest(), language.code)
    return kept.part(made_from, lambda: render_html(state, gettext=language.gettext))


async def _state(journal: Journal, document_id: str) -> bytes | None:
    """A section's text, or None if it was changed where it is stored: then the others are shown all the same."""
    try:
        return await journal.load_state(document_id)
    except Damaged as error:
        log.error("what is stored of a document was changed", error=str(error))
        return None


def controls(page: MeetingPage) -> dict[str, Any]:
    """What the headings and the controls show; rendered with the page, and again when something changed."""
    return {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "documents": page.documents,
        "can": {
            "manage": page.may("manage_meeting"),
            "finalize": {document.id: page.may("finalize_section", document) for document in page.documents},
            "reopen": {document.id: page.may("reopen_section", document) for document in page.documents},
        },
        "refusals_by_document": {document.id: page.edit_refusal(document) for document in page.documents},
        "leads": page.actor.role in roles.LEADS,
    }


async def live(request: Request) -> Response:
    """The parts of the page that a phase, a state or a role decides: fetched when the socket says one changed."""
    page = await enter_meeting(request)
    return _controls(request, page)


def _controls(request: Request, page: MeetingPage) -> Response:
    return render(request, "workspace_live.html", controls(page))


async def _after(request: Request, anchor: str = "") -> Response:
    """The changed controls for htmx; without script, the page again at the place one came from."""
    page = await enter_meeting(request)
    return _controls(request, page) if is_fragment(request) else redirect(request, f"{page.url}{anchor}")


async def change_phase(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    phase, reason = str(data.get("phase", "")), _reason(data.get("reason", ""))
    if phase not in roles.PHASES:
        raise Refused("invalid", "phase")
    if page.meeting.phase == roles.CLOSED and not reason:
        raise Refused("invalid", "reason")
    seen = str(data.get("seen", "")) or None
    read_back = data.get("read_back") == "yes"
    letters = await summary.closing_letters(request, page) if phase == roles.CLOSED else None
    journal = request.app.state.journal
    await set_phase(journal, page.actor, phase, reason=reason, read_back=read_back, seen=seen, letters=letters)
    if phase == roles.CLOSED and not is_fragment(request):
        return redirect(request, f"{page.url}/review")
    return await _after(request)


async def change_pause(request: Request) -> Response:
    page = await enter_meeting(request)
    paused = (await request.form()).get("paused") == "yes"
    await set_editing_paused(request.app.state.journal, page.actor, paused)
    return await _after(request)


async def change_section(request: Request) -> Response:
    page = await enter_meeting(request)
    document = page.document(request.path_params["document_id"])
    data = await request.form()
    journal, state = request.app.state.journal, str(data.get("state", ""))
    if state == FINAL:
        await finalize_section(
            journal, page.actor, document.id, override=_reason(data.get("reason", "")), seen=_seen(data.get("seen"))
        )
    elif state == DRAFT and document.state == FINAL:
        await reopen_section(journal, page.actor, document.id, reason=_reason(data.get("reason", "")))
    elif state in SECTION_STATES:
        await discuss_section(journal, page.actor, document.id, discussing=state == IN_DISCUSSION)
    else:
        raise Refused("invalid", "state")
    return await _after(request, f"#section-{document.section}")


def _seen(value: object) -> str | None:
    """The mark of the points that the form was made for; a form without one speaks for what stands now."""
    return value if isinstance(value, str) and value else None


def _reason(value: object) -> str:
    return clean_line(str(value), "reason", limit=REASON_LENGTH, required=False)
