"""Who is in the meeting. Everybody reads the list; the case manager adds, changes, removes, and makes links."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from server.domain import roles
from server.domain.errors import Refused
from server.domain.seats import GIVEN, SEATS, STUDENT, allowed, filled_by
from server.meeting import add_participant, change_participant, issue_invitation, remove_participant
from server.meeting.present import Stay, list_stays
from server.people.accounts import LOCALES, clean_email, clean_line, clean_name, create_person, find_by_email
from server.storage.tables import Participant, Person
from server.storage.tables import Session as SignedIn
from server.web import words
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import BAD_EMAIL, BAD_NAME, TAKEN_EMAIL, Form, read_form
from server.web.i18n import N_
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

BAD_ROLE = N_("Choose what part this person has in the meeting.")
BAD_TITLE = N_("Shorten the seat to at most 120 characters.")
BAD_SEATS = N_("Only people of the school can fill these seats. Untick them, or choose another part.")
BAD_LOCALE = N_("Choose a language.")
MOST = N_("A meeting holds at most 200 people, with those who were removed.")
ALREADY_HERE = N_("This person is in the meeting already.")
DISABLED = N_("This person’s account is disabled. An administrator can enable it.")
# A meeting without anybody to lead it could not be mended from inside.
LAST_LEADER = N_("Somebody has to lead the meeting. Make another person case manager first.")


@dataclass(frozen=True, slots=True)
class Seat:
    """A participant and the person on that seat. `last_seen`: the latest request of any of their browsers.

    `stays`: their attendance, in order.
    """

    participant: Participant
    person: Person
    last_seen: datetime | None
    stays: tuple[Stay, ...] = ()

    @property
    def here(self) -> Stay | None:
        return next((stay for stay in self.stays if stay.left_at is None), None)


async def list_people(request: Request, page: MeetingPage) -> list[Seat]:
    """Everybody in the meeting, by role in the order of the matrix, then by name."""

    def read(session: Session) -> list[Seat]:
        seen = (
            select(SignedIn.person_id, func.max(SignedIn.last_seen_at).label("last_seen"))
            .group_by(SignedIn.person_id)
            .subquery()
        )
        rows = session.execute(
            select(Participant, Person, seen.c.last_seen)
            .join(Person, Person.id == Participant.person_id)
            .outerjoin(seen, seen.c.person_id == Person.id)
            .where(Participant.meeting_id == page.meeting.id, Participant.removed_at.is_(None))
        )
        stays = list_stays(session.connection(), page.meeting.id)
        return [
            Seat(participant, person, last_seen, tuple(stay for stay in stays if stay.person_id == person.id))
            for participant, person, last_seen in rows
        ]

    found = await request.app.state.database.read(read)
    return sorted(found, key=lambda seat: (roles.ROLES.index(seat.participant.role), seat.person.name.casefold()))


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _page(request, page)


async def _page(
    request: Request,
    page: MeetingPage,
    *,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
    link: dict[str, object] | None = None,
    given: list[str] | None = None,
) -> Response:
    """`errors`: what went wrong at one person's row, by participant id. `given`: seats ticked in a form sent back."""
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "people": await list_people(request, page),
        "form": form or Form({"locale": "en"}),
        "errors": errors or {},
        "link": link,
        "given": given or [],
        "givable": GIVEN,
        "required": await _required(request, page),
        "manages": page.may("manage_meeting"),
        "done": request.query_params.get("done", ""),
    }
    if is_fragment(request) and request.method == "GET":
        return await panel(request, page)
    failed = bool(errors or (form and form.errors))
    return render(request, "people.html", context, status=422 if failed else 200)


async def _required(request: Request, page: MeetingPage) -> list[tuple[str, str, list[str]]]:
    """Each seat that the law asks for: its name, its rule, and who fills it. The student's where it is about them."""
    people = await list_people(request, page)
    return [
        (
            seat,
            about.rule,
            [one.person.name for one in people if seat in filled_by(one.participant.role, one.participant.seats or ())],
        )
        for seat, about in SEATS.items()
        if seat != STUDENT or page.meeting.purpose == "transition"
    ]


async def panel(request: Request, page: MeetingPage) -> Response:
    """The list as it stands beside the draft."""
    context = {"page": page, "meeting": page.meeting, "people": await list_people(request, page)}
    return render(request, "_people.html", context)


def _managed(page: MeetingPage) -> None:
    refusal = page.why_not("manage_meeting")
    if refusal is not None:
        raise Refused(refusal)


async def add(request: Request) -> Response:
    page = await enter_meeting(request)
    _managed(page)
    form = await read_form(request)
    given = await _given(request)
    form.checked(request, "name", clean_name, BAD_NAME)
    if form["role"] not in roles.ROLES:
        form.add_error(request, "role", BAD_ROLE)
    elif not allowed(form["role"], given):
        form.add_error(request, "seats", BAD_SEATS)
    title = form.checked(request, "title", _title, BAD_TITLE)
    email = form.checked(request, "email", clean_email, BAD_EMAIL)
    if form["locale"] not in LOCALES:
        form.add_error(request, "locale", BAD_LOCALE)
    if form.errors:
        return await _page(request, page, form=form, given=given)
    database = request.app.state.database
    known = await find_by_email(database, email) if email else None
    try:
        if known is not None and known.disabled_at is not None:
            form.add_error(request, "email", DISABLED)
            return await _page(request, page, form=form, given=given)
        person = known or await create_person(
            database,
            name=form["name"],
            email=form["email"],
            locale=form["locale"],
            is_staff=form["role"] in roles.STAFF,
        )
        await add_participant(
            request.app.state.journal, page.actor, person_id=person.id, role=form["role"], title=title, given=given
        )
    except Refused as refusal:
        if refusal.code == "conflict":
            form.add_error(request, "email", ALREADY_HERE if known else TAKEN_EMAIL)
        elif refusal.field == "people":
            form.add_error(request, "", MOST)
        else:
            form.add_refusal(request, refusal)
        return await _page(request, page, form=form, given=given)
    return redirect(request, f"{page.url}/people?done=added#done")


async def _given(request: Request) -> list[str]:
    """The seats that are ticked."""
    return [str(seat) for seat in (await request.form()).getlist("seats")]


def _title(value: str, field: str) -> str:
    return clean_line(value, field, limit=120, required=False)


async def change(request: Request) -> Response:
    page = await enter_meeting(request)
    _managed(page)
    seat = await _seat(request, page)
    form = await read_form(request)
    participant = seat.participant
    try:
        title = _title(form["title"], "title")
        if form["role"] not in roles.ROLES:
            return await _row_error(request, page, participant, BAD_ROLE)
        given = await _given(request)
        await change_participant(
            request.app.state.journal, page.actor, participant.id, role=form["role"], title=title, given=given
        )
    except Refused as refusal:
        message = {"title": BAD_TITLE, "seats": BAD_SEATS}.get(refusal.field or "") or _words_for(refusal)
        return await _row_error(request, page, participant, message)
    return redirect(request, f"{page.url}/people?done=changed")


async def remove(request: Request) -> Response:
    page = await enter_meeting(request)
    _managed(page)
    participant = (await _seat(request, page)).participant
    try:
        await remove_participant(request.app.state.journal, page.actor, participant.id)
    except Refused as refusal:
        return await _row_error(request, page, participant, _words_for(refusal))
    return redirect(request, f"{page.url}/people?done=removed")


async def make_link(request: Request) -> Response:
    """A new sign-in link, shown once. Nothing is sent: the case manager hands it over."""
    page = await enter_meeting(request)
    _managed(page)
    seat = await _seat(request, page)
    try:
        lifetime = timedelta(days=request.app.state.settings.invitation_days)
        token = await issue_invitation(
            request.app.state.journal, page.actor, person_id=seat.person.id, lifetime=lifetime
        )
    except Refused as refusal:
        return await _row_error(request, page, seat.participant, words.REFUSALS[refusal.code])
    link = {"person": seat.person, "url": link_url(request, token), "days": lifetime.days}
    return await _page(request, page, link=link)


def link_url(request: Request, token: str) -> str:
    """The whole address of a sign-in link, as it goes into a message or on paper."""
    base = request.app.state.settings.base_url or str(request.base_url).rstrip("/")
    return f"{base}/invite/{token}"


async def _row_error(request: Request, page: MeetingPage, participant: Participant, message: str) -> Response:
    return await _page(request, page, errors={participant.id: visitor(request).language.gettext(message)})


async def _seat(request: Request, page: MeetingPage) -> Seat:
    wanted = request.path_params["participant_id"]
    for seat in await list_people(request, page):
        if seat.participant.id == wanted:
            return seat
    raise HTTPException(404)


def _words_for(refusal: Refused) -> str:
    # The one conflict that changing or removing a seat can have.
    return LAST_LEADER if refusal.code == "conflict" else words.REFUSALS[refusal.code]
