"""Attendance on pages: the record for everybody, corrections by the case manager, and the seats that are empty."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from babel.lists import format_list
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.seats import SEATS, EmptySeat
from server.meeting import correct_attendance, note_attendance, remove_attendance
from server.meeting.attendance import mark
from server.meeting.present import Stay, empty_seats, list_stays
from server.storage.tables import Participant, Person
from server.web import words, words_attendance
from server.web.access import MeetingPage, enter_meeting
from server.web.errors import REFUSED_STATUS, problem
from server.web.forms import Form, read_form
from server.web.i18n import time_zone
from server.web.people import list_people, panel
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

MEETING = "/m/{meeting_id}"


@dataclass(frozen=True, slots=True)
class Row:
    """One stay as the record shows it. `seen` is what a correction of it was made on."""

    stay: Stay
    person: Person
    participant: Participant
    noted_by: str

    @property
    def seen(self) -> str:
        return mark(self.stay)


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _page(request, page)


async def _page(
    request: Request,
    page: MeetingPage,
    *,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """`errors`: what is wrong with a correction, by the stay's id."""
    rows = await _rows(request, page)
    there = {row.person.id for row in rows}
    people = await list_people(request, page)
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "rows": rows,
        "absent": [seat for seat in people if seat.person.id not in there],
        "people": people,
        "form": form or Form({"how": "in_person"}),
        "errors": errors or {},
        "manages": page.may("manage_meeting"),
        "clock": lambda moment: _clock(page, moment),
        "done": request.query_params.get("done", ""),
    }
    return render(request, "attendance.html", context, status=status)


async def _rows(request: Request, page: MeetingPage) -> list[Row]:
    seated = (
        select(Participant, Person)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.meeting_id == page.meeting.id)
    )
    stays, found = await request.app.state.database.read(
        lambda session: (list_stays(session.connection(), page.meeting.id), session.execute(seated).all())
    )
    people = {person.id: (person, participant) for participant, person in found}
    rows = []
    for stay in stays:
        person, participant = people[stay.person_id]
        by = people.get(stay.noted_by)
        rows.append(Row(stay, person, participant, "" if by is None else by[0].name))
    return rows


async def note(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)

    async def act() -> None:
        await note_attendance(
            request.app.state.journal,
            page.actor,
            form["person"],
            how=form["how"],
            arrived_at=_moment(page, form["arrived_at"], "arrived_at"),
            left_at=_moment(page, form["left_at"], "left_at"),
        )

    refusal = await _refusal(act())
    if is_fragment(request):
        return await panel(request, page) if refusal is None else _problem(request, refusal)
    if refusal is None:
        return redirect(request, f"{page.url}/attendance?done=noted#done")
    form.add_refusal(request, refusal, words_attendance.MISTAKES)
    return await _page(request, page, form=form, status=REFUSED_STATUS.get(refusal.code, 403))


async def correct(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    stay_id = request.path_params["stay_id"]
    before = next((row.stay for row in await _rows(request, page) if row.stay.id == stay_id), None)

    async def act() -> None:
        arrived_at = _moment(page, form["arrived_at"], "arrived_at", before.arrived_at if before else None)
        if arrived_at is None:
            raise Refused("invalid", "arrived_at")
        await correct_attendance(
            request.app.state.journal,
            page.actor,
            stay_id,
            how=form["how"],
            arrived_at=arrived_at,
            left_at=_moment(page, form["left_at"], "left_at", before.left_at if before else None),
            seen=form["seen"],
        )

    return await _after(request, page, stay_id, await _refusal(act()))


async def remove(request: Request) -> Response:
    page = await enter_meeting(request)
    stay_id = request.path_params["stay_id"]
    refusal = await _refusal(remove_attendance(request.app.state.journal, page.actor, stay_id))
    return await _after(request, page, stay_id, refusal)


async def _refusal(act: Awaitable[Any]) -> Refused | None:
    try:
        await act
    except Refused as refusal:
        if refusal.code in {"role", "phase", "closed"}:
            raise
        return refusal
    return None


async def _after(request: Request, page: MeetingPage, stay_id: str, refusal: Refused | None) -> Response:
    if refusal is None:
        return redirect(request, f"{page.url}/attendance?done=corrected#done")
    if refusal.code == "not_found":
        raise refusal
    errors = {stay_id: _in_words(request, refusal)}
    return await _page(request, page, errors=errors, status=REFUSED_STATUS.get(refusal.code, 403))


def _problem(request: Request, refusal: Refused) -> Response:
    return problem(request, REFUSED_STATUS.get(refusal.code, 403), message=_in_words(request, refusal))


def _in_words(request: Request, refusal: Refused) -> str:
    message = words_attendance.MISTAKES.get(refusal.field or "") or words.REFUSALS[refusal.code]
    return visitor(request).language.gettext(message)


def _clock(page: MeetingPage, moment: datetime | None) -> str:
    """A moment as `<input type=time>` has it, where the meeting is."""
    return "" if moment is None else moment.astimezone(time_zone(page.meeting.time_zone)).strftime("%H:%M")


def _moment(page: MeetingPage, typed: str, field: str, before: datetime | None = None) -> datetime | None:
    """The moment that a typed time means: near `before`, within the meeting where that can be. None for no time.

    A time that reads as it did stays the very moment it was, to the second.
    """
    typed = typed.strip()
    if not typed:
        return None
    if before is not None and typed == _clock(page, before):
        return before
    zone = time_zone(page.meeting.time_zone)
    now = datetime.now(zone)
    start, end = page.meeting.started_at, page.meeting.closed_at or now
    near = (before or end).astimezone(zone).date()
    try:
        found = [
            datetime.fromisoformat(f"{near + timedelta(days=days)}T{typed}").replace(tzinfo=zone) for days in (0, 1, -1)
        ]
    except ValueError:
        raise Refused("invalid", field) from None
    if start is not None:
        if typed == _clock(page, start):  # the minute in which the meeting began counts from its beginning
            return start
        found.sort(key=lambda moment: not start <= moment <= end)
    return found[0]


# --- the seats that are empty ---


async def seats(request: Request) -> Response:
    page = await enter_meeting(request)
    return render(request, "_empty_seats.html", {"page": page, "empty_seats": await empty_for(request, page)})


async def empty_for(request: Request, page: MeetingPage) -> list[dict[str, Any]]:
    """The empty seats as the facilitator is told of them; nothing for anybody else."""
    if not page.may("manage_meeting"):
        return []

    def read(session: Session) -> tuple[Sequence[EmptySeat], dict[str, str]]:
        empty = empty_seats(session.connection(), page.meeting.id)
        wanted = {person for seat in empty for person in seat.holders}
        found = session.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(wanted)))) if wanted else ()
        return empty, {row.id: row.name for row in found}

    empty, names = await request.app.state.database.read(read)
    language = visitor(request).language
    quoted = language.gettext("“%(words)s”")
    return [
        {
            "name": language.gettext(words_attendance.SEATS[seat.seat]),
            "rule": SEATS[seat.seat].rule,
            "count": len(seat.sections),
            "sections": format_list(
                [quoted % {"words": language.gettext(words.SECTIONS[section])} for section in seat.sections],
                locale=language.locale,
            ),
            "holders": format_list(
                [names[person] for person in seat.holders if person in names], locale=language.locale
            )
            if seat.holders
            else "",
            "missing": len(seat.holders),
            "excused": seat.excused,
        }
        for seat in empty
    ]


ROUTES = [
    Route(MEETING + "/attendance", show),
    Route(MEETING + "/attendance", note, methods=["POST"]),
    Route(MEETING + "/attendance/{stay_id}", correct, methods=["POST"]),
    Route(MEETING + "/attendance/{stay_id}/remove", remove, methods=["POST"]),
    Route(MEETING + "/seats", seats),
]
