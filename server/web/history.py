"""A section's history: who wrote when and how much, any earlier version, and how to bring one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from server.documents.render import render_html
from server.domain.errors import Refused
from server.domain.sections import edit_action
from server.journal.kinds import CREATED, SECTION, TEXT_KINDS
from server.journal.payload import read_facts
from server.journal.reader import Revision, revisions, state_at
from server.meeting import restore_section
from server.meeting.chain import what_led_to
from server.meeting.sealed import seals
from server.meeting.signing_reader import statements
from server.storage.tables import NO_EDIT, Document, Entry, Participant, Person
from server.web.access import MeetingPage, enter_meeting
from server.web.changes import readable_moment
from server.web.finalizing import seal_words
from server.web.i18n import N_
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

SHOWN = 60  # revisions on one page of the list
AHEAD = 400  # entries looked at to find the next newer revision


@dataclass(frozen=True, slots=True)
class StateChange:
    """A section finalized, reopened or put up for discussion, by whom and why."""

    last: int
    author_id: str
    author_role: str
    ended_at: datetime
    state: str
    before: str
    reason: str


async def show(request: Request) -> Response:
    """The list of revisions, newest first; `?before=<number>` pages on to older ones."""
    page = await enter_meeting(request)
    document = page.any_text(request.path_params["document_id"])
    before = _number(request.query_params.get("before"))
    async with request.app.state.database.session() as session:
        found = await revisions(session, document.id, before=before)
        shown = found[:SHOWN]
        older = len(found) > SHOWN or (shown and bool(await revisions(session, document.id, before=shown[-1].first)))
        oldest = await _oldest(session, page, document)
        if oldest:  # what was written before it was shared is not the family's to read
            older = older and shown[-1].first > oldest
            shown = [one for one in shown if one.last >= oldest]
        after = shown[-1].first if older else oldest or None
        changes = await _state_changes(session, document, before=before, after=after)
    entries: list[Revision | StateChange] = [*shown, *changes]
    entries.sort(key=lambda entry: entry.last, reverse=True)
    context = {
        **_common(request, page, document),
        "source": await _source(request, page),
        "entries": entries,
        "authors": await _authors(request, page, entries),
        "before": before,
        "older": shown[-1].first if older and shown else None,
    }
    return render(request, "_history.html" if is_fragment(request) else "history.html", context)


async def version(request: Request) -> Response:
    """The section as it was just after one entry of the journal."""
    page = await enter_meeting(request)
    document = page.any_text(request.path_params["document_id"])
    number = request.path_params["number"]
    async with request.app.state.database.session() as session:
        at = await revisions(session, document.id, before=number + 1)
        if not at:
            raise HTTPException(404)
        oldest = await _oldest(session, page, document)
        if number < oldest:
            raise Refused("not_shared")
        newer = await _newer(session, document, number)
        state = await state_at(session, document.id, number)
    sealed = await request.app.state.journal.read(lambda connection: seals(connection, document.id))
    context = {
        **_common(request, page, document),
        "revision": at[0],
        "number": number,
        "older": at[1].last if len(at) > 1 and at[1].last >= oldest else None,
        "newer": newer.last if newer else None,
        "authors": await _authors(request, page, at[:1]),
        "html": render_html(state, gettext=visitor(request).language.gettext),
        "seal": next((seal for seal in reversed(sealed) if seal.number == at[0].last), None),
        **seal_words(visitor(request).language),
        "statements": await request.app.state.journal.read(
            lambda connection: statements(connection, page.meeting.id, document.id)
        ),
        "led": await request.app.state.journal.read(
            lambda connection: what_led_to(connection, page.meeting.id, document.id, number, page.shows_thread)
        ),
        "may_restore": newer is not None and page.may(edit_action(document.section), document),
    }
    return render(request, "_version.html" if is_fragment(request) else "version.html", context)


async def restore(request: Request) -> Response:
    page = await enter_meeting(request)
    document = page.any_text(request.path_params["document_id"])
    number = request.path_params["number"]
    async with request.app.state.database.session() as session:
        if number < await _oldest(session, page, document):
            raise Refused("not_shared")
    await restore_section(request.app.state.journal, page.actor, document.id, number)
    if is_fragment(request):
        return await show(request)  # the draft itself changes through its live connection
    place = f"#section-{document.section}" if document.kind == "section" else f"/agenda/{document.section}"
    return redirect(request, page.url + place)


async def _oldest(session: AsyncSession, page: MeetingPage, document: Document) -> int:
    connection = await session.connection()
    return await connection.run_sync(readable_moment, page, document)


async def _source(request: Request, page: MeetingPage) -> str:
    """What the draft was taken from, in words; "" for the template."""
    async with request.app.state.database.session() as session:
        payload = await session.scalar(
            select(Entry.payload).where(Entry.meeting_id == page.meeting.id, NO_EDIT, Entry.kind == CREATED)
        )
    source = (read_facts(bytes(payload)) if payload else {}).get("source") or {}
    said = visitor(request).language
    if source.get("kind") == "meeting":
        day = said.date(datetime.fromisoformat(source["starts_at"]), source["time_zone"], length="long")
        return said.gettext(N_("taken from the meeting of %(day)s"), day=day)
    if source.get("kind") == "word":
        return said.gettext(N_("taken from the Word file “%(file)s”"), file=source["file"])
    return ""


def _common(request: Request, page: MeetingPage, document: Document) -> dict[str, object]:
    return {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "document": document,
        "label": page.label(document, visitor(request).language.gettext),
        "history_url": f"{page.url}/sections/{document.id}/history",
    }


async def _authors(
    request: Request, page: MeetingPage, found: Sequence[Revision | StateChange]
) -> dict[str, tuple[str, str]]:
    """Name and seat by person id; also of those who have left the meeting."""
    ids = {revision.author_id for revision in found}
    ids |= {one.proposer for one in found if isinstance(one, Revision) and one.proposer}
    async with request.app.state.database.session() as session:
        rows = await session.execute(
            select(Person.id, Person.name, Participant.title)
            .outerjoin(Participant, (Participant.person_id == Person.id) & (Participant.meeting_id == page.meeting.id))
            .where(Person.id.in_(ids))
        )
        return {person_id: (name, title or "") for person_id, name, title in rows}


async def _state_changes(
    session: AsyncSession, document: Document, *, before: int | None, after: int | None
) -> Sequence[StateChange]:
    """The section's changes of state among the entries between these two (neither included)."""
    query = select(Entry.number, Entry.author_id, Entry.author_role, Entry.time, Entry.payload).where(
        Entry.meeting_id == document.meeting_id, NO_EDIT, Entry.document_id == document.id, Entry.kind == SECTION
    )
    if before is not None:
        query = query.where(Entry.number < before)
    if after is not None:
        query = query.where(Entry.number > after)
    changes = []
    for number, author_id, author_role, time, payload in await session.execute(query):
        facts = read_facts(payload)
        moment = datetime.fromtimestamp(time / 1_000_000, UTC)
        changes.append(
            StateChange(number, author_id, author_role, moment, facts["state"], facts["before"], facts["reason"])
        )
    return changes


async def _newer(session: AsyncSession, document: Document, number: int) -> Revision | None:
    """The first revision that began after entry `number`. The reader walks backwards, so start further on."""
    ahead = await session.scalars(
        select(Entry.number)
        .where(Entry.document_id == document.id, Entry.kind.in_(sorted(TEXT_KINDS)), Entry.number > number)
        .order_by(Entry.number)
        .limit(AHEAD)
    )
    numbers = list(ahead)
    if not numbers:
        return None
    found = await revisions(session, document.id, before=numbers[-1] + 1)
    later = [revision for revision in found if revision.first > number]
    return later[-1] if later else found[0]


def _number(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return int(text)
