"""The parents' door: the next thing to do first, and the draft in cards, one section a page."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.documents.held import with_held_open
from server.documents.render import render_tree
from server.documents.tree import read_tree, text_of
from server.domain.errors import Refused
from server.domain.roles import FAMILY
from server.journal.snapshot import Damaged
from server.meeting import Target, Words, open_thread
from server.meeting.asked import OWN_WORDS, READ_DRAFT, Asked, read_asked
from server.meeting.sharing import say_about_section
from server.storage.tables import Document
from server.storage.tables.base import now
from server.web import words, words_home
from server.web.access import MeetingPage, enter_meeting
from server.web.changes import since_last_look, words_context
from server.web.errors import REFUSED_STATUS
from server.web.home import Line, asked_lines
from server.web.people import list_people
from server.web.sharing import OPEN_UNTIL_THE_MEETING, keep_opening, language_shared, readers
from server.web.templates import redirect, render
from server.web.visitor import visitor
from server.web.words_comments import REFUSALS as COMMENT_REFUSALS
from server.web.words_door import MEANINGS, VIEWS, terms_in


async def show(request: Request) -> Response:
    """When, who, why, and the one thing to do next."""
    page = await enter_meeting(request)
    said = await _said(request, page)
    shared = _shared(page)
    left = [document for document in shared if document.id not in said]
    context = {
        **_common(page),
        "shared": shared,
        "said": said,
        "left": left,
        "seats": await list_people(request, page),
        "may_say": page.may("say_about_section"),
        "may_write": page.may("edit_parent_input"),
        "may_propose": page.may("propose_item"),
        "asked": await _asked(request, page),
        "nearness": words_home.NEARNESS,
    }
    return render(request, "before.html", context)


async def _asked(request: Request, page: MeetingPage) -> list[Line]:
    """What else waits for the reader in this meeting; reading and writing of themselves are what the page leads to."""

    def read(session: Session) -> list[Asked]:
        return read_asked(session.connection(), page.actor.person_id)

    found = await request.app.state.database.read(read)
    here = [one for one in found if one.meeting_id == page.meeting.id and one.kind not in {READ_DRAFT, OWN_WORDS}]
    places = {page.meeting.id: (page.student.name, page.meeting.time_zone)}
    return asked_lines(here, places, now(), visitor(request).language)


async def card(request: Request) -> Response:
    """One section: what it says, what it means, and a place to ask."""
    page = await enter_meeting(request)
    return await _card(request, page, _section(request, page))


async def _card(
    request: Request, page: MeetingPage, document: Document, *, typed: dict[str, str] | None = None, error: str = ""
) -> Response:
    language = visitor(request).language
    await keep_opening(request, page, [document])
    since = await since_last_look(request, page, document)
    said, shared = await _said(request, page), _shared(page)
    written_in = await language_shared(request, document)
    at = shared.index(document)
    html, terms = None, list[tuple[str, str]]()
    try:
        tree = read_tree(await request.app.state.journal.load_state(document.id))
        if document.held and not page.shows(document):
            tree = with_held_open(tree, document.held, language.gettext(OPEN_UNTIL_THE_MEETING))
        lang = written_in if written_in != language.code else ""
        html = render_tree(tree, gettext=language.gettext, lang=lang)
        terms = terms_in(text_of(tree), language.code)
    except (Damaged, Malformed):
        pass  # the page says that it cannot be shown
    context = {
        **_common(page),
        **words_context(request, page),
        "since": since,
        "document": document,
        "number": at + 1,
        "total": len(shared),
        "earlier": shared[at - 1] if at else None,
        "later": shared[at + 1] if at + 1 < len(shared) else None,
        "html": html,
        "terms": terms,
        "meaning": MEANINGS[document.section],
        "view": said.get(document.id, ""),
        "views": VIEWS,
        "may_say": page.may("say_about_section"),
        "may_comment": page.may("comment"),
        "typed": {"text": "", "proposal": "", **(typed or {})},
        "error": error,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "before_card.html", context, status=422 if error else 200)


async def say(request: Request) -> Response:
    page = await enter_meeting(request)
    document = _section(request, page)
    view = (await request.form()).get("view", "")
    await say_about_section(request.app.state.journal, page.actor, document.id, view if isinstance(view, str) else "")
    return redirect(request, f"{page.url}/before/{document.id}?done=said#your-word")


async def ask(request: Request) -> Response:
    """A question or a wish about the section; a wording of one's own may come with it. What was typed is never lost."""
    page = await enter_meeting(request)
    document = _section(request, page)
    data = await request.form()
    typed = {name: value for name in ("text", "proposal") if isinstance(value := data.get(name, ""), str)}
    language = visitor(request).language
    try:
        await open_thread(
            request.app.state.journal,
            page.actor,
            Target("section", document.id),
            Words(typed.get("text", ""), language.code),
            proposal=typed.get("proposal", ""),
        )
    except Refused as refusal:
        if REFUSED_STATUS.get(refusal.code) != 422 and refusal.code != "too_big":
            raise
        message = COMMENT_REFUSALS.get(refusal.field or "") or words.REFUSALS[refusal.code]
        return await _card(request, page, document, typed=typed, error=language.gettext(message))
    return redirect(request, f"{page.url}/before/{document.id}?done=asked#ask")


def _common(page: MeetingPage) -> dict[str, Any]:
    return {"page": page, "meeting": page.meeting, "student": page.student, "documents": page.documents}


def _shared(page: MeetingPage) -> list[Document]:
    return [document for document in page.documents if document.shared_number is not None]


def _section(request: Request, page: MeetingPage) -> Document:
    """The section in the address, once it was shared. Raises `Refused`."""
    found = next((one for one in page.documents if one.id == request.path_params["document_id"]), None)
    if found is None:
        raise Refused("not_found")
    if found.shared_number is None:
        raise Refused("not_shared")
    return found


async def _said(request: Request, page: MeetingPage) -> dict[str, str]:
    """What the reader said of each section, by the document's id."""
    if page.actor.role not in FAMILY:
        return {}
    mine = [one for one in await readers(request, page) if one.person.id == page.actor.person_id]
    return mine[0].said if mine else {}


CARD = "/m/{meeting_id}/before/{document_id}"
ROUTES = [
    Route("/m/{meeting_id}/before", show),
    Route(CARD, card),
    Route(CARD + "/say", say, methods=["POST"]),
    Route(CARD + "/ask", ask, methods=["POST"]),
]
