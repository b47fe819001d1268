"""A redline of the plan, or of one section: between two moments of a meeting, or two plans of the same student.

`/redline` with both moments in its address is for good: entries' numbers never change what they stand for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.credited import Writer
from server.documents.render import render_tree
from server.meeting.timeline import LANDMARKS, events, first_draft
from server.storage.tables import Entry
from server.web.access import MeetingPage, enter_meeting, enter_other, other_meetings
from server.web.changes import words_context
from server.web.i18n import N_, Language
from server.web.redline_parts import Part, Reader, readable_section
from server.web.sound import number_of
from server.web.templates import initials, redirect, render
from server.web.timeline import colors_of, moment_of, told_in_words
from server.web.visitor import visitor
from server.web.words import SECTIONS

URL = "/m/{meeting_id}/redline"
MOST_LANDMARKS = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A moment that can be chosen: entry `number`, and what it is called."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Redline:
    """`start` is an entry of `earlier`'s meeting, `end` one of the later's; two plans where these are not the same."""

    earlier: MeetingPage
    later: MeetingPage
    section: str  # "" for the whole plan
    start: Choice
    end: Choice
    parts: Sequence[Part]

    @property
    def of_two_plans(self) -> bool:
        return self.earlier.meeting.id != self.later.meeting.id

    @property
    def query(self) -> str:
        other = f"&with={self.earlier.meeting.id}" if self.of_two_plans else ""
        return f"?section={self.section}&from={self.start.number}&to={self.end.number}{other}"

    @property
    def different(self) -> Sequence[Part]:
        return [one for one in self.parts if one.changed is None or one.changed.told]

    @property
    def same(self) -> Sequence[Part]:
        return [one for one in self.parts if one.changed is not None and not one.changed.told]


async def show(request: Request) -> Response:
    """What to compare, and where that is chosen the redline; a question without numbers leads on to its address."""
    page = await enter_meeting(request)
    asked = request.query_params
    if (asked.get("with") or "section" in asked) and not ("from" in asked and "to" in asked):
        return redirect(request, _lasting(request, page, await _earlier(request, page)))
    found = await read_redline(request, page) if "from" in asked else None
    earlier = found.earlier if found else page
    choices = await landmarks(request, page)
    before = choices if earlier is page else await landmarks(request, earlier)
    language = visitor(request).language
    context = {
        **words_context(request, page),
        "found": found,
        "sections": [one for one in page.documents if page.shows(one)],
        "section": asked.get("section", ""),
        "choices": _with(choices, found.end if found else None),
        "choices_before": _with(before, found.start if found else None),
        "chosen_from": found.start.number if found else _usual_start(page, before),
        "chosen_to": found.end.number if found else choices[0].number,
        "others": await other_meetings(request, page),
        "other": earlier.meeting if earlier is not page else None,
        "html": lambda part: _html(part, language),
    }
    return render(request, "redline.html", context)


def _usual_start(page: MeetingPage, choices: Sequence[Choice]) -> int:
    """What it was when it went out; else when it first stood."""
    shared = [one.shared_number for one in page.documents if one.shared_number is not None]
    numbers = [one.number for one in choices]
    return max(shared) if shared and max(shared) in numbers else numbers[-1]


def _lasting(request: Request, page: MeetingPage, earlier: MeetingPage) -> str:
    asked = request.query_params
    end = number_of(request, "to") or page.meeting.head_number
    start = number_of(request, "from") or earlier.meeting.head_number
    other = f"&with={earlier.meeting.id}" if earlier is not page else ""
    section = asked.get("section", "")
    if section and section not in SECTIONS:
        raise HTTPException(404)
    return f"{page.url}/redline?section={section}&from={start}&to={end}{other}"


async def _earlier(request: Request, page: MeetingPage) -> MeetingPage:
    other = request.query_params.get("with")
    return await enter_other(request, page, other) if other and other != page.meeting.id else page


async def landmarks(request: Request, page: MeetingPage) -> list[Choice]:
    """What two texts are most often held between, newest first: now, each step of the meeting, the first draft."""
    language = visitor(request).language
    documents = [one.id for one in page.documents]

    def read(connection: Connection) -> list[Choice]:
        found = events(connection, page.meeting.id, only=LANDMARKS, most=MOST_LANDMARKS)
        told = told_in_words(connection, page, found, language)
        choices = [Choice(one.number, _named(one.at, one.text, page, language)) for one in told]
        first = first_draft(connection, documents)
        if first and first not in [one.number for one in choices]:
            choices.append(Choice(first, language.gettext(FIRST)))
        return choices

    choices = await request.app.state.database.read(lambda session: read(session.connection()))
    head = page.meeting.head_number
    return [Choice(head, language.gettext(NOW)), *(one for one in choices if one.number != head)]


NOW = N_("Now")
FIRST = N_("The first draft")
ENTRY = N_("entry %(number)s of the record")


def _named(at: datetime, text: str, page: MeetingPage, language: Language) -> str:
    return f"{language.date_and_time(at, page.meeting.time_zone)}: {text}"


def _with(choices: Sequence[Choice], chosen: Choice | None) -> list[Choice]:
    """The choices and, where it is none of them, the moment that the address names; newest first."""
    if chosen is None or chosen.number in [one.number for one in choices]:
        return list(choices)
    return sorted([*choices, chosen], key=lambda one: one.number, reverse=True)


async def read_redline(request: Request, page: MeetingPage) -> Redline:
    """What the address asks for. Raises `HTTPException(404)`, `Refused("not_shared")`."""
    language = visitor(request).language
    earlier = await _earlier(request, page)
    section = request.query_params.get("section", "")
    start, end = number_of(request, "from"), number_of(request, "to") or page.meeting.head_number
    if not start or start > earlier.meeting.head_number or end > page.meeting.head_number:
        raise HTTPException(404)
    if earlier is page and start > end:
        start, end = end, start
    names = [section] if section else _sections(earlier, page)
    if section:
        for one in page.documents:
            if one.section == section:
                page.text_in_part(one.id)
    if not any(one.section in names for one in page.documents):
        raise HTTPException(404)
    writers = {
        person: Writer(name, initials(name), color)
        for whose in (earlier, page)
        for person, (name, color) in (await colors_of(request, whose)).items()
    }

    def read(connection: Connection) -> Redline:
        parts = [
            Reader(request, connection, earlier, page, writers).part(name, start, end)
            for name in names
            if readable_section(page, name) is not None or readable_section(earlier, name) is not None
        ]
        first, last = (_choice(connection, *one, language) for one in ((earlier, start), (page, end)))
        return Redline(earlier, page, section, first, last, parts)

    found: Redline = await request.app.state.database.read(lambda session: read(session.connection()))
    return found


def _sections(earlier: MeetingPage, later: MeetingPage) -> list[str]:
    """In the order of the later plan; of its predecessor also what that has no more."""
    return list(dict.fromkeys(one.section for whose in (later, earlier) for one in whose.documents))


def _choice(connection: Connection, page: MeetingPage, number: int, language: Language) -> Choice:
    """What a moment is called, also on paper: by what happened then, or by its entry."""
    found = events(connection, page.meeting.id, before=number + 1, most=1, only=LANDMARKS)
    told = told_in_words(connection, page, [one for one in found if one.number == number], language)
    if told:
        return Choice(number, _named(told[0].at, told[0].text, page, language))
    at = moment_of(
        connection.execute(
            select(Entry.time).where(Entry.meeting_id == page.meeting.id, Entry.number == number)
        ).scalar_one()
    )
    if number == first_draft(connection, [one.id for one in page.documents]):
        return Choice(number, _named(at, language.gettext(FIRST), page, language))
    return Choice(number, _named(at, language.gettext(ENTRY) % {"number": number}, page, language))


def _html(part: Part, language: Language) -> Markup:
    return render_tree(part.changed.tree, gettext=language.gettext) if part.changed else Markup("")


ROUTES = [Route(URL, show)]
