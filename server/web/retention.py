"""Administration of records: which may be destroyed, what holds the others, and doing it. No word of any record."""

from collections.abc import Awaitable
from datetime import date
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.readiness import PROFILES
from server.domain.retention import HOLDS, WAYS, copies_until, kept_until
from server.journal.destroyed import Destroyed
from server.mail import Letter
from server.meeting.archive import take_certificate
from server.meeting.destruction import destroy_record, list_destroyed
from server.meeting.retention import (
    Kept,
    lift_hold,
    list_kept,
    note_asked,
    note_informed,
    note_left,
    parents,
    put_hold,
    read_kept,
)
from server.storage.tables import Person, Student
from server.storage.tables.base import now
from server.web import words_retention as words
from server.web.access import administrator
from server.web.forms import Form, read_form
from server.web.i18n import LOCALES, language
from server.web.letters import base_url, is_address, pointer_letter
from server.web.templates import redirect, render

log = structlog.get_logger()
PAGE = "/admin/records"
RECORD = PAGE + "/{meeting_id}"
SHOWN = 200
MISTAKES = {
    "on": words.BAD_DAY,
    "words": words.BAD_WORDS,
    "kind": words.CHOOSE,
    "how": words.CHOOSE,
    "rule": words.NOT_NOW,
    "address": words.NO_ADDRESS,
}


async def show(request: Request) -> Response:
    administrator(request)
    search = request.query_params.get("q", "").strip()[:80]

    def read(session: Session) -> tuple[list[Kept], list[tuple[Destroyed, Student, Person]]]:
        return list_kept(session, search=search), list_destroyed(session, search=search, most=SHOWN)

    kept, gone = await request.app.state.database.read(read)
    today = now().date()
    groups: dict[str, list[tuple[Kept, list[str]]]] = {"ready": [], "inform": [], "not_yet": []}
    for one in kept:
        against = one.why_not_yet(today)
        group = "ready" if not against else "inform" if {*against} <= {"not_informed", "copies"} else "not_yet"
        groups[group].append((one, against))
    context = {
        "groups": {name: found[:SHOWN] for name, found in groups.items()},
        "more": any(len(found) > SHOWN for found in groups.values()),
        "gone": gone,
        "search": search,
        "against": words.AGAINST,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "records.html", context)


async def show_record(request: Request) -> Response:
    administrator(request)
    return await _page(request, await _kept(request), Form())


async def _kept(request: Request) -> Kept:
    meeting_id = request.path_params["meeting_id"]
    found: Kept | None = await request.app.state.database.read(lambda session: read_kept(session, meeting_id))
    if found is None:
        raise HTTPException(404)
    return found


async def _page(request: Request, kept: Kept, form: Form, failed: str = "") -> Response:
    def names(session: Session) -> dict[str, str]:
        ids = {hold.put_by for hold in kept.holds} | {hold.lifted_by for hold in kept.holds if hold.lifted_by}
        return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())

    context: dict[str, Any] = {
        **_context(kept),
        "names": await request.app.state.database.read(names),
        "form": form,
        "failed": failed,
        "hold_kinds": [(kind, words.HOLDS[kind]) for kind in HOLDS],
        "ways": [(way, words.WAYS[way]) for way in WAYS],
        "sends": request.app.state.post.ready,
        "letters": [(code, _letter(code, kept)) for code in LOCALES],
        "done": request.query_params.get("done", ""),
    }
    return render(request, "record_end.html", context, status=422 if form.errors else 200)


def _context(kept: Kept) -> dict[str, Any]:
    profile = PROFILES.get(kept.meeting.profile) or PROFILES["federal"]
    return {
        "kept": kept,
        "meeting": kept.meeting,
        "student": kept.student,
        "rules": profile.name,
        "until": kept_until(kept.facts, kept.keeping),
        "copies": copies_until(kept.facts, kept.keeping),
        "reasons": kept.why_not_yet(now().date()),
        "against": words.AGAINST,
        "url": f"{PAGE}/{kept.meeting.id}",
    }


def _letter(code: str, kept: Kept) -> str:
    told = language(code)
    day = told.date(kept.meeting.starts_at, kept.meeting.time_zone)
    return told.gettext(words.LETTER, day=day)


async def _inform(request: Request, me: Person, kept: Kept, form: Form) -> None:
    """Noted; where mail is set up, "by e-mail" sends it now, to each parent in their language, without a name in it."""
    state, meeting_id = request.app.state, kept.meeting.id
    letters: dict[str, Letter] = {}
    if form["how"] == "mail" and state.post.ready:
        people = await state.database.read(lambda session: parents(session, meeting_id))
        link = f"{base_url(request)}/m/{meeting_id}"
        for person in people:
            if is_address(person.email):
                lead = _letter(person.locale, kept)
                letters[person.id] = pointer_letter(person, words.SUBJECT, lead, words.OPEN, link)
        if not letters:
            raise Refused("invalid", "address")
    await note_informed(state.journal, me.id, meeting_id, form["on"], form["how"], post=state.post, letters=letters)


async def submit(request: Request) -> Response:
    """One of the acts that lead to the end, by its name in the address."""
    me = administrator(request)
    kept = await _kept(request)
    act = request.path_params["act"]
    form = await read_form(request)
    journal, meeting_id = request.app.state.journal, kept.meeting.id
    acts: dict[str, Any] = {
        "left": lambda: note_left(journal, me.id, meeting_id, form["on"]),
        "asked": lambda: note_asked(journal, me.id, meeting_id, form["on"], form["words"]),
        "informed": lambda: _inform(request, me, kept, form),
        "hold": lambda: put_hold(journal, me.id, meeting_id, form["kind"], form["words"]),
        "lift": lambda: lift_hold(journal, me.id, meeting_id, form["hold"], form["words"]),
    }
    if act not in acts:
        raise HTTPException(404)
    doing: Awaitable[Any] = acts[act]()
    try:
        await doing
    except Refused as refusal:
        if refusal.code != "invalid":
            raise
        form.add_refusal(request, refusal, MISTAKES)
        return await _page(request, kept, form, act if act != "lift" else form["hold"])
    log.info("record kept or held", by=me.id, meeting=meeting_id, act=act)
    return redirect(request, f"{PAGE}/{meeting_id}?done={act}#done")


async def confirm(request: Request) -> Response:
    administrator(request)
    return _confirmation(request, await _kept(request), Form({"keep": "yes"}))


def _confirmation(request: Request, kept: Kept, form: Form) -> Response:
    context = {**_context(kept), "form": form, "goes": words.GOES, "stays": words.STAYS, "permanent": words.PERMANENT}
    return render(request, "record_destroy.html", context, status=422 if form.errors else 200)


async def destroy(request: Request) -> Response:
    me = administrator(request)
    kept = await _kept(request)
    form = await read_form(request)
    for name in ("unneeded", "sure"):
        if form[name] != "yes":
            form.add_error(request, name, words.NEEDED)
    if form.errors:
        return _confirmation(request, kept, form)
    state = request.app.state
    today: date = now().date()
    try:
        count = await destroy_record(
            state.journal, state.database, me.id, kept.meeting.id, today=today, keep=form["keep"] == "yes"
        )
    except Refused as refusal:
        if refusal.field != "rule":
            raise
        form.add_error(request, "", words.NOT_NOW)
        return _confirmation(request, await _kept(request), form)
    state.kept.forget()
    state.readings.forget()
    log.info("record destroyed", by=me.id, meeting=kept.meeting.id, entries=count)
    return redirect(request, f"{PAGE}?done=destroyed")


async def certificate(request: Request) -> Response:
    """What is left of a destroyed record, to be checked anywhere."""
    administrator(request)
    state = request.app.state
    data = await take_certificate(state.journal, state.database, request.path_params["meeting_id"])
    headers = {"Content-Disposition": 'attachment; filename="destroyed.zip"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/zip", headers=headers)


ROUTES = [
    Route(PAGE, show),
    Route(RECORD, show_record),
    Route(RECORD + "/destroy", confirm),
    Route(RECORD + "/destroy", destroy, methods=["POST"]),
    Route(RECORD + "/destroyed.zip", certificate),
    Route(RECORD + "/{act}", submit, methods=["POST"]),
]
