"""What changed: any two moments of a section as a redline, and all that is new since the reader last looked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.documents.held import with_held_open
from server.documents.labels import BLOCK_LABELS, FIELD_LABELS
from server.documents.render import changed as as_changed
from server.documents.render import render_tree
from server.documents.told import FieldChange, Piece, field_pieces
from server.documents.tree import Node
from server.domain.errors import Refused
from server.journal.snapshot import Damaged
from server.journal.store import StorageUnavailable
from server.meeting.changed import Changed, Moment, View, moment_at, read_changed
from server.meeting.looks import Seen, newest_numbers, note_looks, read_looks
from server.storage.engine import Database
from server.storage.tables import Document
from server.web.access import MeetingPage, enter_meeting
from server.web.sharing import OPEN_UNTIL_THE_MEETING
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

log = structlog.get_logger()

MOST_LONG = 40  # characters of a field that are shown as they were and are; longer ones word by word


@dataclass(frozen=True, slots=True)
class Row:
    """A section since the reader's last look: `upto` is the newest entry on this page.

    `changed` None: it cannot be read just now. `first`: there was no look before.
    """

    document: Document
    seen: Seen | None
    start: int
    upto: int
    changed: Changed | None

    @property
    def first(self) -> bool:
        return self.seen is None

    @property
    def anything(self) -> bool:
        return self.changed is None or bool(self.changed.told)


async def show(request: Request) -> Response:
    """Every section, in words, since the reader's last look. The first look sets the mark."""
    page = await enter_meeting(request)
    rows = await _rows(request, page, _open_to(page))
    await _note_first(request, page, rows)
    known = [row for row in rows if not row.first]
    context = {
        **words_context(request, page),
        "rows": [row for row in known if row.anything],
        "same": [row for row in known if not row.anything],
        "new": [row for row in rows if row.first],
        "since": min((row.seen.at for row in known if row.seen), default=None),
        "done": request.query_params.get("done", ""),
    }
    return render(request, "changes.html", context)


async def seen(request: Request) -> Response:
    """The reader has seen these sections as they stood on the page (`seen`: document and entry)."""
    page = await enter_meeting(request)
    data = await request.form()
    told: dict[str, int] = {}
    for value in data.getlist("seen"):
        document_id, _, number = value.partition(":") if isinstance(value, str) else ("", "", "")
        if not (number.isascii() and number.isdigit() and len(number) <= 18):
            raise Refused("invalid", "seen")
        told[page.text_in_part(document_id).id] = int(number)
    if not told:
        raise Refused("invalid", "seen")
    await note_looks(request.app.state.database, page.meeting.id, page.actor.person_id, told)
    (card,) = told if len(told) == 1 and data.get("from") == "card" else (None,)
    return redirect(request, f"{page.url}/before/{card}?done=seen" if card else f"{page.url}/changes?done=seen")


@dataclass(frozen=True, slots=True)
class Compared:
    """Two moments of a section. `is_now`: the later of them is how it stands."""

    document: Document
    before: Moment
    after: Moment
    is_now: bool
    changed: Changed


async def compare(request: Request) -> Response:
    """A section just after `?from=` and just after `?to=` (now), as one text with what came and what went marked."""
    page = await enter_meeting(request)
    found = await read_compared(request, page)
    context = {
        **words_context(request, page),
        "document": found.document,
        "label": page.label(found.document, visitor(request).language.gettext),
        "history_url": f"{page.url}/sections/{found.document.id}/history",
        "shows_history": page.shows(found.document),
        "before": found.before,
        "after": found.after,
        "is_now": found.is_now,
        "changed": found.changed,
        "html": render_tree(found.changed.tree, gettext=visitor(request).language.gettext),
    }
    return render(request, "_compare.html" if is_fragment(request) else "compare.html", context)


async def read_compared(request: Request, page: MeetingPage) -> Compared:
    """What the address asks for. Raises `HTTPException(404)`, `Refused("not_shared")` for older than the reader's."""
    document = page.text_in_part(request.path_params["document_id"])
    start, end = (_number(request.query_params.get(name)) for name in ("from", "to"))
    if start is None:
        raise HTTPException(404)
    if end is not None and start > end:
        start, end = end, start
    view = view_of(request, page, document)

    def read(connection: Connection) -> tuple[Moment, Moment, bool, Changed]:
        before, after = moment_at(connection, document.id, start), moment_at(connection, document.id, end)
        if before is None or after is None:
            raise HTTPException(404)
        if before.number < readable_moment(connection, page, document):
            raise Refused("not_shared")
        newest = moment_at(connection, document.id)
        changed = read_changed(connection, page.meeting.id, document.id, before.number, after.number, view)
        return before, after, newest == after, changed

    found = await request.app.state.database.read(lambda session: read(session.connection()))
    return Compared(document, *found)


def readable_moment(connection: Connection, page: MeetingPage, document: Document) -> int:
    """The entry that made the oldest version that this reader may read; 0 where all are theirs to read."""
    since = page.readable_from(document)
    oldest = moment_at(connection, document.id, since) if since else None
    return oldest.number if oldest else 0


async def since_last_look(request: Request, page: MeetingPage, document: Document) -> Row | None:
    """One section for the page that shows it whole; None without a change since. The first look sets the mark."""
    rows = await _rows(request, page, [document])
    await _note_first(request, page, rows)
    return rows[0] if rows and not rows[0].first and rows[0].changed and rows[0].changed.told else None


async def note_first_looks(database: Database, page: MeetingPage) -> None:
    """After a page that shows the whole draft: the first look at each section sets its mark, as of that page."""
    try:
        known = await database.read(
            lambda session: read_looks(session.connection(), page.meeting.id, page.actor.person_id)
        )
        new = {one.id: page.meeting.head_number for one in _open_to(page) if one.id not in known}
        if new:
            await note_looks(database, page.meeting.id, page.actor.person_id, new, first=True)
    except (OperationalError, StorageUnavailable) as error:  # the page was shown all the same
        log.warning("a first look was not kept", error=type(error).__name__)


async def _note_first(request: Request, page: MeetingPage, rows: Iterable[Row]) -> None:
    first = {row.document.id: row.upto for row in rows if row.first}
    if first:
        await note_looks(request.app.state.database, page.meeting.id, page.actor.person_id, first, first=True)


def words_context(request: Request, page: MeetingPage) -> dict[str, Any]:
    """What the templates need that tell of changes in words."""
    gettext = visitor(request).language.gettext

    def block_name(kind: str, place: int, called: str) -> str:
        return called or gettext(BLOCK_LABELS[kind]) % {"number": place}

    def pieces(change: FieldChange) -> tuple[Piece, ...] | None:
        is_long = len(change.before) > MOST_LONG or len(change.after) > MOST_LONG
        return field_pieces(change) if change.before and change.after and is_long else None

    return {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "block_name": block_name,
        "field_label": lambda kind, name: gettext(FIELD_LABELS[kind][name]),
        "field_pieces": pieces,
        "as_changed": lambda text, how: as_changed(text, how, gettext),
    }


def _open_to(page: MeetingPage) -> list[Document]:
    return [document for document in page.documents if page.shows(document) or page.in_part(document)]


async def _rows(request: Request, page: MeetingPage, documents: list[Document]) -> list[Row]:
    views = {document.id: view_of(request, page, document) for document in documents}

    def read(connection: Connection) -> list[Row]:
        looks = read_looks(connection, page.meeting.id, page.actor.person_id)
        newest = newest_numbers(connection, page.meeting.id)
        return [
            _row(connection, page, document, looks, newest[document.id], views[document.id])
            for document in documents
            if document.id in newest
        ]

    rows: list[Row] = await request.app.state.database.read(lambda session: read(session.connection()))
    return rows


def _row(
    connection: Connection, page: MeetingPage, document: Document, looks: Mapping[str, Seen], upto: int, view: Any
) -> Row:
    look = looks.get(document.id)
    start = max(look.number if look else upto, readable_moment(connection, page, document))
    try:
        found = read_changed(connection, page.meeting.id, document.id, start, upto, view) if start < upto else NOTHING
    except (Damaged, Malformed):
        return Row(document, look, start, upto, None)
    return Row(document, look, start, upto, found)


NOTHING = Changed(Node("doc"), (), ())


def view_of(request: Request, page: MeetingPage, document: Document) -> View:
    """What the reader sees of a text: fields that are held open are blank before it is compared."""
    held = tuple(document.held or ())
    instead = visitor(request).language.gettext(OPEN_UNTIL_THE_MEETING)
    if page.shows(document):
        return lambda tree: tree
    return lambda tree: with_held_open(tree, held, instead)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise HTTPException(404)
    return int(text)


ROUTES = [
    Route("/m/{meeting_id}/changes", show),
    Route("/m/{meeting_id}/changes/seen", seen, methods=["POST"]),
    Route("/m/{meeting_id}/sections/{document_id}/compare", compare),
]
