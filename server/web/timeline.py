"""The history of a meeting: one line of what happened, and any section as it read at any moment, by whom.

`/history` is the page, with the moment in its address; `/history/moment` is the part of it that a slider moves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.authored import authored
from server.documents.errors import Malformed
from server.documents.render import render_tree
from server.documents.tree import read_doc
from server.domain.errors import Refused
from server.journal import kinds
from server.journal.authorship import Authorship
from server.journal.payload import facts_of
from server.journal.snapshot import Damaged, load
from server.meeting.timeline import Event, Span, event_before, events, nearest_events, span, steps
from server.storage.tables import Document, Entry, Participant, Person
from server.web.access import MeetingPage, enter_meeting
from server.web.changes import readable_moment
from server.web.i18n import N_, Language
from server.web.said import Act, Finder, sentence, text_fact
from server.web.sound import number_of
from server.web.templates import render
from server.web.visitor import visitor

URL = "/m/{meeting_id}/history"
SHOWN = 100  # events on one page
STEPS = 150  # in which a whole history is played
MOST_COLOURED = 40_000  # bytes of snapshot and tail; of a larger one the colours come when the slider rests
MARKED = 200  # events that the slider has marks for, the newest
FEW, MANY = 12, 36  # places for marks: a finger needs 24 px on a screen of 320 px, and a wide screen has more room
# What a mark looks like, the weightiest first.
MARKS: dict[str, tuple[str, ...]] = {
    "play": (kinds.PHASE,),
    "circle-check": (kinds.SECTION,),
    "scale": (kinds.DECISION_PROPOSED, kinds.DECISION_SETTLED),
    "message-square": (kinds.THREAD_OPENED, kinds.DISPOSED, kinds.ADOPTED),
    "user-round": (kinds.ARRIVED, kinds.LEFT, kinds.ATTENDANCE_NOTED),
}
OTHER_MARK = "clock"
TOLD: dict[str, str] = {
    kinds.SHARED: N_("%(author)s shared a part of the draft with the family."),
    kinds.ARRIVED: N_("%(author)s came."),
    kinds.LEFT: N_("%(author)s left."),
    kinds.ATTENDANCE_NOTED: N_("It was noted that somebody takes part."),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in words."""

    number: int
    at: datetime
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened within one of the places along the slider (`place`, from 1); it leads to the first of it."""

    place: int
    icon: str
    happened: Sequence[Happened]


@dataclass(frozen=True, slots=True)
class Moment:
    """A section just after entry `number`, its own newest by then, which `by` wrote. `html` None: unreadable.

    `before` and `after`: its entries a step away; `event` and `next_event`: what happened in the meeting around it.
    """

    number: int
    at: datetime
    by: str
    html: Markup | None
    is_coloured: bool
    writers: Sequence[tuple[str, int]]
    before: int | None
    after: int | None
    event: Happened | None
    event_before: int | None
    event_after: int | None


async def show(request: Request) -> Response:
    """The whole page; `?section=` and `?at=` (an entry's number) are the moment, `?before=` pages the events."""
    page = await enter_meeting(request)
    document = section_of(page, request.query_params.get("section"))
    before = number_of(request, "before")
    language = visitor(request).language

    def read(connection: Connection) -> tuple[Span | None, list[Happened], list[Happened], int | None]:
        newest = events(connection, page.meeting.id, most=MARKED)
        found = events(connection, page.meeting.id, before=before, most=SHOWN) if before else newest[:SHOWN]
        whole = span(connection, document.id) if document else None
        marked = told_in_words(connection, page, newest, language)
        happened = told_in_words(connection, page, found, language) if before else _first(marked, found)
        return whole, happened, marked, found[-1].number if len(found) == SHOWN else None

    whole, happened, marked, older = await request.app.state.database.read(lambda session: read(session.connection()))
    moment, oldest = None, 0
    if document is not None and whole is not None:
        oldest = await request.app.state.journal.read(lambda connection: readable_moment(connection, page, document))
        at = number_of(request, "at") or whole.last
        # The colours of a long text are fetched once the page is there.
        moment = await _moment(request, page, document, max(at, oldest, whole.first), step=_step(whole), plain=True)
    context = {
        **base_of(page),
        "document": document,
        "sections": [one for one in page.documents if page.shows(one)],
        "span": whole,
        "first": max(oldest, whole.first) if whole else 0,
        "step": _step(whole) if whole else 1,
        "marks": marks_of(marked, max(oldest, whole.first), whole.last) if whole else {},
        "moment": moment,
        "may_edit": document is not None and may_edit(page, document),
        "happened": happened,
        "older": older,
        "paged": before is not None,
    }
    return render(request, "timeline.html", context)


async def show_moment(request: Request) -> Response:
    """The part that a slider moves: `?section=`, `?at=`, `?step=`; `?plain=1` while it is moving."""
    page = await enter_meeting(request)
    document = section_of(page, request.query_params.get("section"))
    at = number_of(request, "at")
    if document is None or at is None:
        raise HTTPException(404)
    oldest = await request.app.state.journal.read(lambda connection: readable_moment(connection, page, document))
    if at < oldest:
        raise Refused("not_shared")
    plain = request.query_params.get("plain") == "1"
    step = min(max(number_of(request, "step") or 1, 1), 10_000)
    moment = await _moment(request, page, document, at, step=step, plain=plain)
    context = {**base_of(page), "document": document, "moment": moment, "may_edit": may_edit(page, document)}
    context["fragment"] = True
    return render(request, "_moment.html", context)


def may_edit(page: MeetingPage, document: Document) -> bool:
    """Whether the reader may write into it just now, and so bring something back."""
    return page.edit_refusal(document) is None


def base_of(page: MeetingPage) -> dict[str, Any]:
    url = f"{page.url}/history"
    return {"page": page, "meeting": page.meeting, "student": page.student, "timeline_url": url}


def section_of(page: MeetingPage, name: str | None) -> Document | None:
    """The section named in the address, or the first that the reader may read; None where there is none.

    Raises `HTTPException(404)` for a name that is none, `Refused("not_shared")`.
    """
    if name is None:
        return next(iter(page.shown), None)
    document = next((one for one in page.documents if one.section == name), None)
    if document is None:
        raise HTTPException(404)
    return page.any_text(document.id)


async def _moment(
    request: Request, page: MeetingPage, document: Document, number: int, *, step: int, plain: bool = False
) -> Moment:
    language = visitor(request).language
    colors = await colors_of(request, page)

    def read(connection: Connection) -> Moment:
        loaded = load(connection, document.id, number)
        if not loaded.number:
            raise HTTPException(404)
        row = connection.execute(
            select(Entry.time, Person.name)
            .outerjoin(Person, Person.id == Entry.author_id)
            .where(Entry.meeting_id == page.meeting.id, Entry.number == loaded.number)
        ).one()
        html, writers = None, list[tuple[str, int]]()
        is_coloured = False
        try:
            is_coloured = not plain or len(loaded.base) + loaded.tail_bytes <= MOST_COLOURED
            if is_coloured:
                whose = request.app.state.authorships.of(connection, document.id)
                html, writers = _coloured(loaded.state(), whose, colors, language)
            else:
                html = render_tree(read_doc(loaded.document()), gettext=language.gettext)
        except (Damaged, Malformed):
            pass  # the page says that it cannot be shown
        before, after = steps(connection, document.id, loaded.number, step)
        past, ahead = nearest_events(connection, page.meeting.id, number)
        told = told_in_words(connection, page, [past], language) if past else []
        return Moment(
            loaded.number,
            moment_of(row.time),
            row.name or "",
            html,
            is_coloured,
            writers,
            before,
            after,
            told[0] if told else None,
            event_before(connection, page.meeting.id, past.number if past else number),
            ahead.number if ahead else None,
        )

    moment: Moment = await request.app.state.database.read(lambda session: read(session.connection()))
    return moment


def _coloured(
    state: bytes, whose: Authorship, colors: dict[str, tuple[str, int]], language: Language
) -> tuple[Markup, list[tuple[str, int]]]:
    """The text with a class for each author's colour, and who they are, in the order in which they first appear."""
    seen: dict[str, tuple[str, int]] = {}

    def telling(client: int, clock: int, length: int) -> Iterator[tuple[int, str]]:
        for part, author in whose.authors(client, clock, length):
            name, color = colors.get(author, ("", 0))
            if name:
                seen.setdefault(author, (name, color))
            yield part, f"author-{color}" if color else "author-none"

    html = render_tree(authored(state, telling), gettext=language.gettext)
    return html, list(seen.values())


async def colors_of(request: Request, page: MeetingPage) -> dict[str, tuple[str, int]]:
    """Name and colour by person id, also of those who have left the meeting."""
    async with request.app.state.database.session() as session:
        rows = await session.execute(
            select(Person.id, Person.name, Participant.color)
            .join(Participant, Participant.person_id == Person.id)
            .where(Participant.meeting_id == page.meeting.id)
        )
        return {row.id: (row.name, row.color) for row in rows}


def told_in_words(
    connection: Connection, page: MeetingPage, found: Sequence[Event], language: Language
) -> list[Happened]:
    """In words; what no sentence is made for is left out. Of a section that the reader may not read nothing is told."""
    hidden = {one.section for one in page.documents if not page.shows(one)}
    find = Finder(connection, page.meeting.id)
    told = []
    for one in found:
        about = facts_of(one.kind, one.payload) or {}
        section = find.section(one.document_id or text_fact(about, "document"), text_fact(about, "thread"))
        if section in hidden:
            continue
        act = Act(
            one.kind,
            one.author,
            about,
            section=section,
            decision=find.decision(text_fact(about, "decision")),
            item=find.item(text_fact(about, "item")),
        )
        said = sentence(act, language)
        if said is not None:
            told.append(Happened(one.number, one.at, said[0], one.kind))
        elif one.kind in TOLD:
            told.append(Happened(one.number, one.at, language.gettext(TOLD[one.kind], author=one.author), one.kind))
    return told


def _first(told: Sequence[Happened], found: Sequence[Event]) -> list[Happened]:
    """Of what is told, what is no older than the oldest of these events."""
    return [one for one in told if found and one.number >= found[-1].number]


def marks_of(told: Sequence[Happened], first: int, last: int) -> dict[int, list[Mark]]:
    """By how many places there are (`FEW`, `MANY`), what happened in each, along entries `first` to `last`.

    What came after the last change of the text stands at its end.
    """
    found = {}
    for places in (FEW, MANY):
        groups: dict[int, list[Happened]] = {}
        for one in sorted(told, key=lambda one: one.number):
            if one.number >= first:
                share = (min(one.number, last) - first) / max(last - first, 1)
                groups.setdefault(min(int(share * places), places - 1) + 1, []).append(one)
        found[places] = [Mark(place, _mark_icon(group), group) for place, group in groups.items()]
    return found


def _mark_icon(group: Sequence[Happened]) -> str:
    kinds_here = {one.kind for one in group}
    return next((icon for icon, kinds_of in MARKS.items() if kinds_here.intersection(kinds_of)), OTHER_MARK)


def _step(whole: Span) -> int:
    return max(1, whole.count // STEPS)


def moment_of(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


ROUTES = [Route(URL, show), Route(URL + "/moment", show_moment)]
