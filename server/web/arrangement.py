"""When and where the meeting is, what that was before, and the form with which the case manager changes it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.arrangement import CHANGEABLE, REASON_LENGTH, WHEN
from server.domain.errors import Refused
from server.journal import kinds
from server.journal.payload import read_facts
from server.meeting import arrange_meeting
from server.storage.tables import NO_EDIT, Entry, Person
from server.web.access import MeetingPage, enter_meeting
from server.web.arrangement_form import as_form, read_arrangement, zones
from server.web.forms import Form, read_form
from server.web.i18n import N_
from server.web.templates import redirect, render

MEETING = "/m/{meeting_id}"
LONG_REASON = N_("Shorten the reason to at most 500 characters.")


@dataclass(frozen=True, slots=True)
class Change:
    """One act that moved the meeting: what it was before. `new_time`: whether it was the day, the hour or the zone."""

    by: str
    at: datetime
    starts_at: datetime
    time_zone: str
    place: str
    video_link: str
    reason: str
    new_time: bool


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _page(request, page, as_form(page.meeting))


async def _page(request: Request, page: MeetingPage, form: Form) -> Response:
    changeable = CHANGEABLE[page.meeting.phase] if page.may("manage_meeting") else frozenset[str]()
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "form": form,
        "zones": zones(page.meeting.time_zone),
        "changeable": changeable,
        "changes": await _changes(request, page),
        "done": request.query_params.get("done", ""),
    }
    return render(request, "arrangement.html", context, status=422 if form.errors else 200)


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    typed = await read_form(request)
    # What this form did not offer stays as it is.
    form = Form(as_form(page.meeting).values | typed.values)
    refusal = page.why_not("manage_meeting")
    if refusal is not None:
        raise Refused(refusal)
    arrangement = read_arrangement(request, form)
    if len(form["reason"]) > REASON_LENGTH:
        form.add_error(request, "reason", LONG_REASON)
    if form.errors or arrangement is None:
        return await _page(request, page, form)
    changed = await arrange_meeting(request.app.state.journal, page.actor, arrangement, reason=form["reason"])
    return redirect(request, f"{page.url}/arrangement" + ("?done=changed#done" if changed else "?done=same#done"))


async def _changes(request: Request, page: MeetingPage) -> list[Change]:
    """The newest first."""
    async with request.app.state.database.session() as session:
        rows = await session.execute(
            select(Entry.time, Entry.payload, Person.name)
            .outerjoin(Person, Person.id == Entry.author_id)
            .where(Entry.meeting_id == page.meeting.id, NO_EDIT, Entry.kind == kinds.ARRANGED)
            .order_by(Entry.number.desc())
        )
        found = [(row.time, read_facts(bytes(row.payload)), row.name) for row in rows]
    return [
        Change(
            by=name or "",
            at=datetime.fromtimestamp(time / 1_000_000, tz=page.meeting.starts_at.tzinfo),
            starts_at=datetime.fromisoformat(about["before"]["starts_at"]),
            time_zone=about["before"]["time_zone"],
            place=about["before"]["place"],
            video_link=about["before"]["video_link"],
            reason=about["reason"],
            new_time=any(about[name] != about["before"][name] for name in WHEN),
        )
        for time, about, name in found
    ]


ROUTES = [
    Route(MEETING + "/arrangement", show),
    Route(MEETING + "/arrangement", submit, methods=["POST"]),
]
