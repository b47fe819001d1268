"""The log of attempts to have the parents at the meeting: everybody reads it, staff write in it."""

from datetime import UTC, datetime

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain import roles
from server.domain.errors import Refused
from server.meeting import note_contact, remove_contact
from server.storage.tables import ContactAttempt, Person
from server.web import words_excusals
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import Form, local_moment, read_form
from server.web.i18n import time_zone
from server.web.people import list_people
from server.web.templates import redirect, render

MEETING = "/m/{meeting_id}"


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    now = datetime.now(UTC).astimezone(time_zone(page.meeting.time_zone))
    return await _page(request, page, Form({"day": now.date().isoformat(), "time": now.strftime("%H:%M")}))


async def _page(request: Request, page: MeetingPage, form: Form) -> Response:
    async with request.app.state.database.session() as session:
        found = await session.execute(
            select(ContactAttempt, Person.name)
            .join(Person, Person.id == ContactAttempt.noted_by)
            .where(ContactAttempt.meeting_id == page.meeting.id, ContactAttempt.removed_at.is_(None))
            .order_by(ContactAttempt.at, ContactAttempt.id)
        )
        rows = list(found)
    people = await list_people(request, page)
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "rows": rows,
        "form": form,
        "parents": [seat for seat in people if seat.participant.role == roles.PARENT],
        "names": {seat.person.id: seat.person.name for seat in people},
        "channels": words_excusals.CHANNELS,
        "results": words_excusals.RESULTS,
        "may_log": page.may("log_contact"),
        "start": page.meeting.started_at or page.meeting.starts_at,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "contacts.html", context, status=422 if form.errors else 200)


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    try:
        await note_contact(
            request.app.state.journal,
            page.actor,
            channel=form["channel"],
            result=form["result"],
            at=local_moment(form["day"], form["time"], page.meeting.time_zone),
            person_id=form["person"],
            language=form["language"],
            note=form["note"],
            next_step=form["next_step"],
        )
    except Refused as refusal:
        if refusal.code in {"role", "phase", "closed"}:
            raise
        form.add_refusal(request, refusal, words_excusals.CONTACT_MISTAKES)
        if "at" in form.errors:  # two fields tell one time
            form.errors["day"] = form.errors.pop("at")
        return await _page(request, page, form)
    return redirect(request, f"{page.url}/contacts?done=noted#done")


async def remove(request: Request) -> Response:
    page = await enter_meeting(request)
    await remove_contact(request.app.state.journal, page.actor, request.path_params["contact_id"])
    return redirect(request, f"{page.url}/contacts?done=removed")


ROUTES = [
    Route(MEETING + "/contacts", show),
    Route(MEETING + "/contacts", submit, methods=["POST"]),
    Route(MEETING + "/contacts/{contact_id}/remove", remove, methods=["POST"]),
]
