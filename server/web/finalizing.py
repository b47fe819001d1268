"""How a section becomes final on the page: the points to settle, the words read back to everybody, the seal."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.render import render_html
from server.domain.errors import Refused
from server.domain.readiness import RULES, WARN, Finding, Readiness, evaluate
from server.domain.roles import LEA_REPRESENTATIVE, LIVE
from server.domain.sections import FINAL
from server.meeting import Target, Words, clean, open_thread, read_back_section
from server.meeting.readiness import gather
from server.meeting.sealed import ReadBack, Seal, read_backs, seals
from server.storage.tables import Document
from server.web import words_readiness as words
from server.web.access import MeetingPage, enter_meeting
from server.web.i18n import Language
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

MOST_WISH = 2000  # characters of a wish to reopen a section
ABOUT_DATES = {"evaluation_unknown", "reevaluation_late", "safeguards_unknown", "safeguards_old"}  # codes of points
MEETING = "/m/{meeting_id}"
SECTION = MEETING + "/sections/{document_id}"


@dataclass(frozen=True, slots=True)
class Point:
    """One finding as the page shows it. `place` is what the page's script finds, `url` the way there without it."""

    rule: str
    level: str
    overridable: bool
    about: str
    citation: str
    text: str
    url: str
    place: str
    panel: str
    link: str


async def show(request: Request) -> Response:
    """The points of a section, and for those who may, the steps to its seal; of a final one, what was sealed."""
    page = await enter_meeting(request)
    return await _readiness(request, page, page.document(request.path_params["document_id"]))


async def read_back(request: Request) -> Response:
    page = await enter_meeting(request)
    document = page.document(request.path_params["document_id"])
    await read_back_section(request.app.state.journal, page.actor, document.id)
    if not is_fragment(request):
        return redirect(request, _url(page, document))
    page = await enter_meeting(request)
    return await _readiness(request, page, page.document(document.id))


async def ask_reopening(request: Request) -> Response:
    """A parent's wish that a final section be opened again: a comment on it, in their own words."""
    page = await enter_meeting(request)
    document = page.document(request.path_params["document_id"])
    if (reason := page.why_not("ask_reopening", document)) is not None:
        raise Refused(reason)
    if document.state != FINAL:
        raise Refused("conflict", "state")
    text = clean.text(str((await request.form()).get("text", "")), "text", most=MOST_WISH)
    said = Words(text, visitor(request).language.code)
    await open_thread(request.app.state.journal, page.actor, Target("section", document.id), said)
    if is_fragment(request):
        return render(request, "_asked_reopening.html")
    return redirect(request, f"{page.url}/comments?section={document.id}&show=all")


async def show_read_backs(request: Request) -> Response:
    """What is being read back just now, on everybody's screen."""
    page = await enter_meeting(request)
    return render(request, "_read_back.html", await read_back_context(request, page))


async def read_back_context(request: Request, page: MeetingPage) -> dict[str, Any]:
    """None once the meeting is over: a read-back that was under way then leads to no seal."""
    found: list[ReadBack] = []
    if page.meeting.phase == LIVE:
        found = await request.app.state.journal.read(lambda connection: read_backs(connection, page.meeting.id))
    gettext = visitor(request).language.gettext
    return {
        "page": page,
        "meeting": page.meeting,
        "read_backs": [(one, render_html(one.state, gettext=gettext, heading_offset=2)) for one in found],
    }


async def _readiness(request: Request, page: MeetingPage, document: Document) -> Response:
    shown = {one.id for one in page.shown}

    def look(connection: Connection) -> tuple[Readiness, list[ReadBack], list[Seal]]:
        return (
            evaluate(gather(connection, document.id, readable=shown)).told_to(page.actor.role),
            read_backs(connection, page.meeting.id, document.id),
            seals(connection, document.id),
        )

    readiness, backs, sealed = await request.app.state.journal.read(look)
    language = visitor(request).language
    leads_past = page.actor.role == LEA_REPRESENTATIVE
    context: dict[str, Any] = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "document": document,
        "readiness_url": _url(page, document),
        "may_ask": document.state == FINAL and page.may("ask_reopening", document),
        "may_finalize": page.may("finalize_section", document),
        "points": [_point(page, document, finding, language) for finding in readiness.findings],
        "unchecked": [words.unchecked_text(one, language) for one in readiness.unchecked],
        "wants_dates": any(one.code in ABOUT_DATES for one in (*readiness.findings, *readiness.unchecked)),
        "fingerprint": readiness.fingerprint,
        "blocked": bool(readiness.final_blocks) or (bool(readiness.blocking) and not leads_past),
        "needs_reason": bool(readiness.findings),
        "read_back": backs[0] if backs else None,
        "seal": sealed[-1] if sealed and document.state == FINAL else None,
        **seal_words(language),
    }
    return render(request, "_readiness.html" if is_fragment(request) else "readiness.html", context)


def seal_words(language: Language) -> dict[str, Any]:
    """What `_seal.html` puts a seal's codes into words with."""
    return {
        "rule_words": words.RULES,
        "level_words": words.LEVELS,
        "unchecked_words": lambda one: (
            f"{language.gettext(words.RULES[one['rule']])}: {language.gettext(words.UNCHECKED[one['code']])}"
        ),
    }


def section_words(state: bytes, language: Language, *, heading_offset: int = 1) -> Markup:
    """The words of a section as everybody reads them (`_section_words.html`)."""
    return render_html(state, gettext=language.gettext, heading_offset=heading_offset)


def _point(page: MeetingPage, document: Document, finding: Finding, language: Language) -> Point:
    rule, place = RULES[finding.rule], finding.place
    spot = ""
    if place.kind:
        spot = f"{place.section}-{place.kind}-{place.ordinal}-{place.field}"
    elif place.heading:
        spot = f"{place.section}-heading-{place.heading}"
    url, panel = f"{page.url}?at={spot}#section-{place.section}", ""
    if place.thread_id:
        url, panel = f"{page.url}/comments?section={document.id}&show=all#thread-{place.thread_id}", "comments"
    elif place.decision_id and not spot:
        url, panel = f"{page.url}/decisions/{place.decision_id}", "decisions"
    return Point(
        rule=rule.id,
        level=finding.level,
        overridable=rule.overridable or finding.level == WARN,
        about=language.gettext(words.RULES[rule.id]),
        citation=f"34 CFR 300{rule.citation}" if rule.citation else page.meeting.profile.upper(),
        text=words.finding_text(finding, language),
        url=url,
        place=spot,
        panel=panel,
        link=words.place_text(place, language),
    )


def _url(page: MeetingPage, document: Document) -> str:
    return f"{page.url}/sections/{document.id}/readiness"


ROUTES = [
    Route(MEETING + "/read-back", show_read_backs),
    Route(SECTION + "/readiness", show),
    Route(SECTION + "/read-back", read_back, methods=["POST"]),
    Route(SECTION + "/ask-reopening", ask_reopening, methods=["POST"]),
]
