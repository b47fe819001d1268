"""Sharing the draft: what goes out to the family and when, what stays open, and who opened it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.documents.held import with_held_open
from server.documents.labels import FIELD_LABELS
from server.documents.render import render_tree
from server.documents.tree import read_tree
from server.domain import roles
from server.domain.calendar import Beyond
from server.domain.errors import Refused
from server.domain.readiness import PROFILES
from server.domain.readiness.profile import Profile
from server.domain.sharing import SHAREABLE, due_on
from server.journal.kinds import SHARED
from server.journal.payload import read_facts
from server.journal.snapshot import Damaged
from server.meeting.sharing import LANGUAGES, note_opening, share_sections
from server.storage.tables import Document, Entry, Opening, Participant, Person, SectionView
from server.web import words
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import Form
from server.web.i18n import LANGUAGE_NAMES, N_, time_zone
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor
from server.web.words_door import VIEWS
from server.web.words_readiness import span_text

OPEN_UNTIL_THE_MEETING = N_("Open: the team talks about this in the meeting")
MISTAKES = {
    "sections": N_("Tick at least one section."),
    "held": N_("One of these sections stays open until the meeting. Nothing was shared."),
    "language": N_("Choose a language."),
}
WENT_OUT = N_("These went out already: %(sections)s. Nothing more went out just now.")


@dataclass(frozen=True, slots=True)
class Row:
    """A section on the page: `kept_open` for one that stays out, `held` the labels of fields that go out blank."""

    document: Document
    kept_open: bool
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """A parent or the student: when they first opened each section, and what they say of it, by the document's id."""

    person: Person
    participant: Participant
    opened: dict[str, datetime]
    said: dict[str, str]


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _page(request, page)


async def _page(request: Request, page: MeetingPage, form: Form | None = None, *, status: int = 200) -> Response:
    profile, gettext = profile_of(page), visitor(request).language.gettext
    rows = [
        Row(
            document,
            document.section in profile.hold_sections,
            tuple(_labels(document, document.held or profile.hold_fields.get(document.section, ()), gettext)),
        )
        for document in page.documents
        if document.section in SHAREABLE
    ]
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "rows": rows,
        "readers": await readers(request, page),
        "sharers": await _sharers(request, page),
        "languages_of_draft": LANGUAGES,
        "language_names": LANGUAGE_NAMES,
        "profile": profile,
        "views": VIEWS,
        "may_share": page.may("share_draft"),
        "left": [row for row in rows if row.document.shared_number is None and not row.kept_open],
        "form": form or Form({"language": "en"}),
        "ticked": None if form is None else form["document"].split(),
        **due(request, page),
    }
    return render(request, "_sharing.html" if is_fragment(request) else "sharing.html", context, status=status)


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    wanted = [value for value in data.getlist("document") if isinstance(value, str)]
    form = Form({"document": " ".join(wanted), "language": str(data.get("language", ""))})
    try:
        await share_sections(request.app.state.journal, page.actor, wanted, language=form["language"])
    except Refused as refusal:
        if refusal.code not in {"invalid", "conflict"}:
            raise
        page = await enter_meeting(request)
        _say(request, page, form, wanted, refusal)
        return await _page(request, page, form, status=409 if refusal.code == "conflict" else 422)
    if is_fragment(request):
        return await _page(request, await enter_meeting(request))
    return redirect(request, f"{page.url}/sharing#sharing")


def _say(request: Request, page: MeetingPage, form: Form, wanted: list[str], refusal: Refused) -> None:
    """Why nothing went out; by name what somebody else was faster with."""
    if refusal.field != "shared":
        form.add_refusal(request, refusal, MISTAKES)
        return
    gettext = visitor(request).language.gettext
    gone = [
        gettext(words.SECTIONS[document.section])
        for document in page.documents
        if document.id in wanted and document.shared_number is not None
    ]
    form.errors["sections"] = gettext(WENT_OUT, sections=", ".join(gone))


async def more(request: Request) -> Response:
    """A line for a page that was loaded when less of the draft was open to its reader (`?had=`)."""
    page = await enter_meeting(request)
    had = request.query_params.get("had", "")
    known = int(had) if had.isascii() and had.isdigit() and len(had) < 6 else len(page.shown)
    return render(request, "_sharing_more.html", {"page": page, "had": known, "more": len(page.shown) > known})


def profile_of(page: MeetingPage) -> Profile:
    return PROFILES.get(page.meeting.profile, PROFILES["federal"])


def due(request: Request, page: MeetingPage) -> dict[str, Any]:
    """By which day the draft is due: `due` None where nothing is asked, or the calendar does not say."""
    profile, language = profile_of(page), visitor(request).language
    zone = time_zone(page.meeting.time_zone)
    found: date | None = None
    unknown = False
    try:
        found = due_on(profile, page.meeting.starts_at.astimezone(zone).date())
    except Beyond:
        unknown = True
    span = span_text(profile.draft.days, profile.draft.kind, language) if profile.draft else ""
    return {
        "due": found,
        "due_unknown": unknown,
        "due_span": span,
        "is_late": found is not None and datetime.now(zone).date() > found,
    }


async def readers(request: Request, page: MeetingPage) -> list[Reader]:
    """Everybody of the family, and what they opened; what each says of a section is for them and the case manager."""
    me = page.actor.person_id
    async with request.app.state.database.session() as session:
        people = await session.execute(
            select(Person, Participant)
            .join(Participant, Participant.person_id == Person.id)
            .where(
                Participant.meeting_id == page.meeting.id,
                Participant.removed_at.is_(None),
                Participant.role.in_(sorted(roles.FAMILY)),
            )
            .order_by(Participant.created_at, Participant.id)
        )
        found = [Reader(person, participant, {}, {}) for person, participant in people]
        openings = await session.execute(
            select(Opening.person_id, Opening.document_id, Opening.opened_at).where(
                Opening.meeting_id == page.meeting.id
            )
        )
        by_person = {reader.person.id: reader for reader in found}
        for person_id, document_id, opened_at in openings:
            if person_id in by_person:
                by_person[person_id].opened[document_id] = opened_at
        views = await session.execute(
            select(SectionView.person_id, SectionView.document_id, SectionView.view).where(
                SectionView.meeting_id == page.meeting.id
            )
        )
        for person_id, document_id, view in views:
            if person_id in by_person and (person_id == me or page.actor.role == roles.CASE_MANAGER):
                by_person[person_id].said[document_id] = view
    return found


async def language_shared(request: Request, document: Document) -> str:
    """The language of a shared section's words, as who shared it has said; "" where nobody has."""
    entry = select(Entry.payload).where(
        Entry.meeting_id == document.meeting_id, Entry.number == document.shared_number, Entry.kind == SHARED
    )
    async with request.app.state.database.session() as session:
        payload = await session.scalar(entry)
    return str(read_facts(payload)["language"]) if payload else ""


async def _sharers(request: Request, page: MeetingPage) -> dict[int, tuple[str, str]]:
    """Who shared, and in which language, by the entry's number."""
    numbers = {document.shared_number for document in page.documents if document.shared_number is not None}
    async with request.app.state.database.session() as session:
        rows = await session.execute(
            select(Entry.number, Entry.payload, Person.name)
            .join(Person, Person.id == Entry.author_id)
            .where(Entry.meeting_id == page.meeting.id, Entry.kind == SHARED, Entry.number.in_(numbers))
        )
        return {row.number: (row.name, str(read_facts(row.payload)["language"])) for row in rows}


def _labels(document: Document, held: Any, gettext: Any) -> list[str]:
    kinds = {"services": "service", "goals": "goal", "accommodations": "accommodation"}
    labels = FIELD_LABELS.get(kinds.get(document.section, ""), {})
    return [gettext(labels.get(name, name)) for name in held]


async def partly_shown(request: Request, page: MeetingPage) -> dict[str, Markup | None]:
    """Sections that went out with fields held open, as the reader sees them, by the document's id.

    None for one that cannot be read just now.
    """
    gettext = visitor(request).language.gettext
    found: dict[str, Markup | None] = {}
    for document in page.documents:
        if document.shared_number is None or page.shows(document):
            continue
        try:
            tree = read_tree(await request.app.state.journal.load_state(document.id))
            open_fields = with_held_open(tree, document.held or (), gettext(OPEN_UNTIL_THE_MEETING))
            found[document.id] = render_tree(open_fields, gettext=gettext)
        except (Damaged, Malformed):
            found[document.id] = None
    return found


async def keep_opening(request: Request, page: MeetingPage, documents: list[Document]) -> None:
    """The first time that somebody of the family opens what was shared is a fact; later times are nobody's business."""
    shared = [document.id for document in documents if document.shared_number is not None]
    if not shared or not page.may("note_opening"):
        return
    async with request.app.state.database.session() as session:
        before = set(
            await session.scalars(
                select(Opening.document_id).where(
                    Opening.meeting_id == page.meeting.id, Opening.person_id == page.actor.person_id
                )
            )
        )
    if not before.issuperset(shared):
        await note_opening(request.app.state.journal, page.actor, shared)


ROUTES = [
    Route("/m/{meeting_id}/sharing", show),
    Route("/m/{meeting_id}/sharing", submit, methods=["POST"]),
    Route("/m/{meeting_id}/sharing/more", more),
]
