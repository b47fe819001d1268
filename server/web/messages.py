"""Messages between the family and the school, all year: the page, the form, and the letters that say one has come."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.messages import MOST_TEXT, answer_due
from server.domain.readiness import PROFILES
from server.domain.roles import CASE_MANAGER, FAMILY
from server.meeting.letters import Letters
from server.meeting.messages import Thread, note_read, threads, unread_by, write_message
from server.storage.tables import Participant, Person
from server.storage.tables.base import now
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import Form, read_form
from server.web.i18n import N_
from server.web.letters import base_url, is_address, pointer_letter
from server.web.stage import listening
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

PAGE = "/m/{meeting_id}/messages"
PURPOSE = "team_message"
MISTAKES = {"text": N_("Write your message, in at most 5,000 characters."), "to": N_("Choose one of the family.")}
# Neither who it is about nor what it says: others see a subject.
SUBJECT = N_("A message is waiting for you in Roundtable")
LEAD = N_("Somebody wrote to you about a school meeting. To protect the student, this letter does not say what.")
OPEN = N_("Read and answer")


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    if (refusal := page.why_not("read_messages")) is not None:
        raise Refused(refusal)
    if is_fragment(request):
        return render(request, "_messages.html", await _context(request, page))
    unread = await _unread(request, page)
    if unread and page.may("write_message"):
        await note_read(request.app.state.journal, page.actor, unread)
    return await _page(request, page, Form())


async def _unread(request: Request, page: MeetingPage) -> int:
    meeting_id, who, role = page.meeting.id, page.actor.person_id, page.actor.role
    found: int = await request.app.state.journal.read(lambda one: unread_by(one, meeting_id, who, role))
    return found


async def _context(request: Request, page: MeetingPage) -> dict[str, Any]:
    who, role = page.actor.person_id, page.actor.role
    found: list[Thread] = await request.app.state.journal.read(lambda one: threads(one, page.meeting.id, who, role))
    zone, rules = ZoneInfo(page.meeting.time_zone), PROFILES.get(page.meeting.profile, PROFILES["federal"])
    waiting = {
        one.person_id: (
            (now().astimezone(zone).date() - since.astimezone(zone).date()).days,
            answer_due(rules, since.astimezone(zone).date()),
        )
        for one in found
        if (since := one.waits_since) is not None
    }
    return {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "threads": found,
        "waiting": waiting,
        "may_write": page.may("write_message"),
        "unread": await _unread(request, page) if page.may("write_message") else 0,
    }


async def _page(request: Request, page: MeetingPage, form: Form) -> Response:
    context = {
        **await _context(request, page),
        "form": form,
        "stage_data": listening(request, page),
        "most": MOST_TEXT,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "messages.html", context, status=422 if form.errors else 200)


async def submit(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    if (refusal := page.why_not("write_message")) is not None:
        raise Refused(refusal)
    letters = await _letters(request, page, form["to"])
    lang = visitor(request).language.code
    try:
        await write_message(
            request.app.state.journal, page.actor, form["text"], to=form["to"], lang=lang, letters=letters
        )
    except Refused as refused:
        if refused.field not in MISTAKES:
            raise
        form.add_refusal(request, refused, MISTAKES)
        return await _page(request, page, form)
    return redirect(request, f"{page.url}/messages?done=sent#done")


async def _letters(request: Request, page: MeetingPage, to: str) -> Letters | None:
    """To who leads the meeting from the family, to the one of the family from the school; in the reader's language."""
    post = request.app.state.post
    if not post.ready:
        return None
    family = page.actor.role in FAMILY
    asked = Participant.role == CASE_MANAGER if family else (Participant.person_id == to) & Participant.role.in_(FAMILY)

    def read(connection: Connection) -> Any:
        return connection.execute(
            select(Person.id, Person.name, Person.email, Person.locale)
            .join(Participant, Participant.person_id == Person.id)
            .where(Participant.meeting_id == page.meeting.id, Participant.removed_at.is_(None))
            .where(Person.disabled_at.is_(None), asked)
        ).all()

    people = await request.app.state.journal.read(read)
    link = f"{base_url(request)}{page.url}/messages"
    told = [(one.id, pointer_letter(one, SUBJECT, LEAD, OPEN, link)) for one in people if is_address(one.email)]
    return Letters(post, told, PURPOSE)


async def read(request: Request) -> Response:
    """What came while the page was open has been shown."""
    page = await enter_meeting(request)
    form = await read_form(request)
    upto = form["upto"]
    known = int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 16 else 0
    await note_read(request.app.state.journal, page.actor, known)
    return Response(status_code=204)


ROUTES = [
    Route(PAGE, show),
    Route(PAGE, submit, methods=["POST"]),
    Route(PAGE + "/read", read, methods=["POST"]),
]
