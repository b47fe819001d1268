"""Who was told of the meeting, how and when, and what they answered; and telling them, after a look at it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.meeting_notice import CANCELLATION, KINDS, NOTICE, Content, clean_agencies, content_of, outdated
from server.domain.roles import CLOSED, OBSERVER
from server.mail.post import BY_HAND
from server.meeting.meeting_notices import Addressed, current_content, newest_notice, next_sequence, send_notice
from server.meeting.reminders import plan_reminder
from server.papers.model import as_text, plain_block
from server.storage.tables import Mailing, NoticeAnswer, Outbox, Participant, Person, now
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import Form, read_form
from server.web.i18n import N_, language
from server.web.letters import base_url
from server.web.notice_letters import Draft, Recipient, letter
from server.web.people import link_url
from server.web.templates import redirect, render
from server.web.visitor import visitor

MEETING = "/m/{meeting_id}"
CHANGED = N_("The meeting was changed meanwhile. Please look at the letter again: it is now up to date.")
BAD_DAY = N_("Choose a day from today on and before the meeting.")
NOBODY = N_("Choose at least one person.")
BAD_AGENCIES = N_("Name at most ten agencies, one a line, each in at most 120 characters.")
BAD_ADDRESS = N_("One of the mail addresses cannot be used. Mend it under People, or hand that letter over.")


@dataclass(slots=True)
class Told:
    """One participant, what was sent to them (the newest first), and their answer. `waiting`: trouble of letters."""

    participant: Participant
    person: Person
    mailings: list[Mailing] = field(default_factory=list)
    answer: NoticeAnswer | None = None
    waiting: Mapping[str, str] = field(default_factory=dict)

    def status(self, mailing: Mailing) -> str:
        """opened, accepted, refused, waiting, replaced, or hand."""
        if mailing.opened_at is not None:
            return "opened"
        if mailing.way == BY_HAND:
            return "hand"
        if mailing.accepted_at is not None:
            return "accepted"
        if mailing.refused_at is not None:
            return "refused"
        return "waiting" if mailing.id in self.waiting else "replaced"


@dataclass(frozen=True, slots=True)
class Overview:
    people: list[Told]
    newest: Any
    sent: Content | None
    current: Content

    @property
    def outdated(self) -> bool:
        return self.sent is not None and self.newest.kind == NOTICE and outdated(self.sent, self.current)


def read_overview(connection: Connection, meeting_id: str) -> Overview:
    newest = newest_notice(connection, meeting_id)
    sent = content_of(newest.content) if newest else None
    current = current_content(
        connection,
        meeting_id,
        transition=sent.transition if sent else False,
        agencies=sent.agencies if sent else (),
    )
    return Overview([], newest, sent, current)


async def overview(request: Request, page: MeetingPage) -> Overview:
    async with request.app.state.database.session() as session:
        connection = await session.connection()
        found: Overview = await connection.run_sync(read_overview, page.meeting.id)
        rows = await session.execute(
            select(Participant, Person)
            .join(Person, Person.id == Participant.person_id)
            .where(
                Participant.meeting_id == page.meeting.id,
                Participant.removed_at.is_(None),
                Participant.role != OBSERVER,
            )
            .order_by(Person.name)
        )
        waiting = {
            row.id: row.because
            for row in await session.execute(
                select(Outbox.id, Outbox.because).where(Outbox.meeting_id == page.meeting.id, Outbox.state == "waiting")
            )
        }
        people = {person.id: Told(seat, person, waiting=waiting) for seat, person in rows}
        mailings = select(Mailing).where(Mailing.meeting_id == page.meeting.id, Mailing.purpose.in_(KINDS))
        for mailing in await session.scalars(mailings.order_by(Mailing.created_at.desc())):
            if mailing.person_id in people:
                people[mailing.person_id].mailings.append(mailing)
        answers = select(NoticeAnswer).where(NoticeAnswer.meeting_id == page.meeting.id)
        for answer in await session.scalars(answers.order_by(NoticeAnswer.answered_at)):
            if answer.person_id in people:
                people[answer.person_id].answer = answer
    found.people.extend(sorted(people.values(), key=lambda one: ORDER.index(one.participant.role)))
    return found


# Those who must be told first.
ORDER = (
    "parent", "student", "advocate", "interpreter", "case_manager", "lea_representative", "team_staff", "observer",
)  # fmt: skip


def _managed(page: MeetingPage) -> None:
    refusal = page.why_not("manage_meeting")
    if refusal is not None:
        raise Refused(refusal)


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    _managed(page)
    return await _show(request, page)


async def _show(request: Request, page: MeetingPage, form: Form | None = None) -> Response:
    found = await overview(request, page)
    context = {
        **_base(request, page),
        "found": found,
        "handed": [],
        "form": form or Form({"on": page.meeting.remind_on or _two_days_before(page)}),
        "mute": [
            told.person.name for told in found.people if told.mailings and not told.answer and not told.person.email
        ],
        "done": request.query_params.get("done", ""),
    }
    return render(request, "invitations.html", context, status=422 if form else 200)


def _two_days_before(page: MeetingPage) -> str:
    """A day to propose for the reminder, or "" where that is over."""
    zone = ZoneInfo(page.meeting.time_zone)
    day = page.meeting.starts_at.astimezone(zone).date() - timedelta(days=2)
    return day.isoformat() if day >= now().astimezone(zone).date() else ""


async def remind(request: Request) -> Response:
    """Plan the reminder for a day; with no day, plan none."""
    page = await enter_meeting(request)
    _managed(page)
    form = await read_form(request)
    today = now().astimezone(ZoneInfo(page.meeting.time_zone)).date()
    try:
        day = date.fromisoformat(form["on"]) if form["on"] else None
        await plan_reminder(request.app.state.journal, page.actor, day, at=base_url(request), today=today)
    except (ValueError, Refused) as refusal:
        if isinstance(refusal, Refused) and refusal.field != "on":
            raise
        form.add_error(request, "on", BAD_DAY)
        return await _show(request, page, form)
    return redirect(request, f"{page.url}/invitations?done={'planned' if day else 'not_planned'}#done")


def _base(request: Request, page: MeetingPage) -> dict[str, Any]:
    ready = request.app.state.post.ready
    return {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "mail_ready": ready,
        "closed": CLOSED,
        "form": Form(),
    }


async def preview(request: Request) -> Response:
    """What would go out, in each language that somebody reads, and to whom."""
    page = await enter_meeting(request)
    _managed(page)
    kind = request.query_params.get("kind", NOTICE)
    form = Form({name: value for name, value in request.query_params.items() if name in {"transition", "agencies"}})
    return await _preview(request, page, kind if kind in KINDS else NOTICE, form, typed="typed" in request.query_params)


async def _preview(
    request: Request,
    page: MeetingPage,
    kind: str,
    form: Form,
    *,
    typed: bool = True,
    chosen: list[str] | None = None,
) -> Response:
    found = await overview(request, page)
    if not typed:
        content = found.current
        transition = content.transition or (found.newest is None and content.purpose == "transition")
        form.values |= {"transition": "yes" if transition else "", "agencies": "\n".join(content.agencies)}
    draft = await _draft(request, page, kind, form)
    languages = sorted({told.person.locale for told in found.people})
    context = {
        **_base(request, page),
        "found": found,
        "kind": kind,
        "form": form,
        "draft": draft,
        "letters": [
            (spoken, draft.subject(spoken), [plain_block(block) for block in draft.blocks(spoken)])
            for spoken in map(language, languages)
        ],
        "chosen": _usual(found, kind, page.actor.person_id) if chosen is None else chosen,
    }
    return render(request, "invitations_preview.html", context, status=422 if form.errors else 200)


def _usual(found: Overview, kind: str, me: str) -> list[str]:
    """Whom this usually goes to: a notice to all, a reminder to who is silent, a cancellation to who was told."""
    return [
        told.person.id
        for told in found.people
        if (kind == NOTICE and told.person.id != me)
        or (told.mailings and (kind == CANCELLATION or told.answer is None))
    ]


async def _draft(request: Request, page: MeetingPage, kind: str, form: Form) -> Draft:
    try:
        agencies = clean_agencies(form["agencies"].splitlines())
    except ValueError:
        form.add_error(request, "agencies", BAD_AGENCIES)
        agencies = ()
    transition = form["transition"] == "yes"

    def read(connection: Connection) -> Draft:
        content = current_content(connection, page.meeting.id, transition=transition, agencies=agencies)
        newest = newest_notice(connection, page.meeting.id)
        sequence, _same = next_sequence(connection, page.meeting.id, kind, content.digest())
        before = content_of(newest.content) if newest and newest.kind == NOTICE else None
        moved = before is not None and outdated(before, content)
        return Draft(kind, content, sequence, before if moved else None)

    async with request.app.state.database.session() as session:
        connection = await session.connection()
        draft: Draft = await connection.run_sync(read)
    return draft


async def send(request: Request) -> Response:
    page = await enter_meeting(request)
    _managed(page)
    if page.meeting.phase == CLOSED:
        raise Refused("closed")
    form = await read_form(request)
    chosen = [str(person) for person in (await request.form()).getlist("people")]
    kind = form["kind"] if form["kind"] in KINDS else NOTICE
    draft = await _draft(request, page, kind, form)
    found = await overview(request, page)
    picked = [told for told in found.people if told.person.id in chosen]
    if not picked:
        form.add_error(request, "people", NOBODY)
    if form["seen"] != f"{draft.content.digest()}-{draft.sequence}":
        form.add_error(request, "", CHANGED)
    if form.errors:
        return await _preview(request, page, kind, form, chosen=chosen)
    handed: list[dict[str, Any]] = []
    letters = []
    for told in picked:
        token = secrets.token_urlsafe(32)
        link = f"{link_url(request, token)}?to=notice"
        to = Recipient(told.person.id, told.person.name, told.person.email or "", told.person.locale)
        by_mail = request.app.state.post.ready and bool(to.email)
        sender = request.app.state.settings.mail_from
        mail = (
            letter(draft, to, link, uid=f"{page.meeting.id}@roundtable", sender=sender, at=datetime.now(UTC))
            if by_mail
            else None
        )
        if mail is None:
            spoken = language(to.locale)
            text = f"{draft.subject(spoken)}\n\n{as_text(draft.text_and_link(spoken, link))}"
            handed.append({"person": told.person, "text": text, "language": spoken.code})
        letters.append(Addressed(to.person_id, to.locale, token, mail))
    state = request.app.state
    try:
        await send_notice(state.journal, page.actor, state.post, kind, draft.content, draft.sequence, letters)
    except Refused as refusal:
        if refusal.code == "conflict" and refusal.field == "notice":
            form.add_error(request, "", CHANGED)
        else:
            form.add_refusal(request, refusal, {"email": visitor(request).language.gettext(BAD_ADDRESS)})
        return await _preview(request, page, kind, form, chosen=chosen)
    if not handed:
        return redirect(request, f"{page.url}/invitations?done={kind}")
    context = {**_base(request, page), "found": await overview(request, page), "handed": handed}
    return render(request, "invitations.html", {**context, "done": kind if len(handed) < len(letters) else "hand"})


ROUTES = [
    Route(MEETING + "/invitations", show),
    Route(MEETING + "/invitations/preview", preview),
    Route(MEETING + "/invitations/remind", remind, methods=["POST"]),
    Route(MEETING + "/invitations/send", send, methods=["POST"]),
]
