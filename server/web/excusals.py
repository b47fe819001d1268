"""Who is excused from the meeting or part of it: everybody reads it, parent and district agree, staff ask and note."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from babel.lists import format_list
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain import excusals as rules
from server.domain import roles
from server.domain.errors import Refused
from server.domain.excusals import lacks
from server.domain.seats import GIVEN, LEA_REPRESENTATIVE, filled_by
from server.domain.sections import SECTIONS
from server.meeting import agree_to_excusal, give_input, note_agreement, propose_excusal, revoke_excusal
from server.meeting.rights import has_rights
from server.storage.tables import AgendaItem, Excusal, Participant, Person
from server.web import words, words_excusals
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import Form, local_moment, read_form
from server.web.i18n import Language
from server.web.people import list_people
from server.web.templates import redirect, render
from server.web.visitor import visitor

MEETING = "/m/{meeting_id}"
ONE = MEETING + "/excusals/{excusal_id}"
STATUS = {"conflict": 409, "not_found": 404, "invalid": 422, "too_big": 422}


@dataclass(frozen=True, slots=True)
class Row:
    """An excusal as its reader finds it. `part`: in words; `whole`: all of the meeting; `lacks`: codes; `asks`: the
    side they may agree for."""

    excusal: Excusal
    person: Person
    participant: Participant
    part: str
    whole: bool
    lacks: tuple[str, ...]
    asks: str
    statement: str
    required: tuple[str, ...]


def side_of(page: MeetingPage) -> str:
    """Whom the reader can agree for: "parent", "lea", or nobody."""
    if _is_signer_of_family(page, page.actor.role):
        return rules.PARENT
    return rules.LEA if LEA_REPRESENTATIVE in filled_by(page.actor.role, page.me.seats or ()) else ""


async def load_rows(request: Request, page: MeetingPage) -> tuple[list[Row], dict[str, str]]:
    """Every excusal, those taken back too, in the order they were asked for; and the names of everybody in them."""
    language = visitor(request).language
    async with request.app.state.database.session() as session:
        found = list(
            await session.execute(
                select(Excusal, Person, Participant)
                .join(Person, Person.id == Excusal.person_id)
                .join(
                    Participant,
                    (Participant.person_id == Excusal.person_id) & (Participant.meeting_id == Excusal.meeting_id),
                )
                .where(Excusal.meeting_id == page.meeting.id)
                .order_by(Excusal.proposed_at, Excusal.id)
            )
        )
        items = dict(
            (
                await session.execute(
                    select(AgendaItem.id, AgendaItem.title).where(AgendaItem.meeting_id == page.meeting.id)
                )
            ).all()
        )
        wanted = {
            getattr(one, name)
            for one, _, _ in found
            for name in (
                "proposed_by",
                "parent_by",
                "parent_noted_by",
                "lea_by",
                "lea_noted_by",
                "input_noted_by",
                "revoked_by",
            )
        }
        names = dict(
            (await session.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(wanted - {None}))))).all()
        )
    start = page.meeting.started_at or page.meeting.starts_at
    side = side_of(page) if page.may("agree_excusal") else ""
    rows = []
    for one, person, participant in found:
        part = part_words(one, items, language)
        missing = lacks(
            rules.Excusal(one.person_id, one.kind, frozenset(), one.parent_at, one.lea_at, one.input_at), start
        )
        open_side = side if side and one.revoked_at is None and getattr(one, f"{side}_at") is None else ""
        text = words_excusals.STATEMENTS.get((side, one.kind), "")
        statement = language.gettext(text, name=person.name, part=part) if open_side else ""
        required = tuple(seat for seat in filled_by(participant.role, participant.seats or ()) if seat in GIVEN)
        whole = not one.sections and not one.items
        rows.append(Row(one, person, participant, part, whole, missing, open_side, statement, required))
    return rows, names


def part_words(one: Excusal, items: dict[str, str], language: Language) -> str:
    parts = [language.gettext(words.SECTIONS[section]) for section in one.sections]
    parts += [items[item] for item in one.items if item in items]
    if not parts:
        return language.gettext(words_excusals.WHOLE_MEETING)
    return str(format_list(parts, locale=language.locale))


async def show(request: Request) -> Response:
    return await _page(request, await enter_meeting(request))


async def _page(
    request: Request,
    page: MeetingPage,
    *,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
    ticked: tuple[list[str], list[str]] = ([], []),
    typed: Form | None = None,
    status: int = 200,
) -> Response:
    """`errors`: what went wrong at one excusal, by its id; `typed`: what stood in the form there."""
    rows, names = await load_rows(request, page)
    people = await list_people(request, page)
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "rows": [row for row in rows if row.excusal.revoked_at is None],
        "revoked": [row for row in rows if row.excusal.revoked_at is not None],
        "names": names,
        "form": form or Form({"kind": "excused"}),
        "typed": typed or Form(),
        "blank": Form(),
        "ticked": ticked,
        "errors": errors or {},
        "members": [seat for seat in people if seat.participant.role in roles.STAFF],
        "signers": [seat for seat in people if _signs(page, seat.participant)],
        "sections": SECTIONS,
        "kinds": words_excusals.KINDS,
        "kind_hints": words_excusals.KIND_HINTS,
        "lack_words": words_excusals.LACKS,
        "may_ask": page.may("propose_excusal"),
        "may_note": page.may("note_excusal"),
        "may_revoke": page.may("revoke_excusal"),
        "leads": page.actor.role in roles.LEADS or _is_signer_of_family(page, page.actor.role),
        "done": request.query_params.get("done", ""),
    }
    return render(request, "excusals.html", context, status=status)


def _signs(page: MeetingPage, participant: Participant) -> bool:
    held = filled_by(participant.role, participant.seats or ())
    return _is_signer_of_family(page, participant.role) or LEA_REPRESENTATIVE in held


def _is_signer_of_family(page: MeetingPage, role: str) -> bool:
    return role in roles.FAMILY and has_rights(role, page.student.birth_date, page.meeting.profile)


async def asks(request: Request) -> Response:
    """In the meeting's page: what waits for this reader's agreement."""
    page = await enter_meeting(request)
    return render(request, "_excusal_asks.html", {"page": page, **await asks_context(request, page)})


async def asks_context(request: Request, page: MeetingPage) -> dict[str, Any]:
    rows = (await load_rows(request, page))[0] if side_of(page) else []
    return {"excusal_asks": [row for row in rows if row.asks]}


async def propose(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    form = await read_form(request)
    sections, items = ([str(value) for value in data.getlist(name)] for name in ("sections", "items"))
    part = form["part"]
    if part == "some" and not sections and not items:
        refusal: Refused | None = Refused("invalid", "sections")
    else:
        refusal = await _refusal(
            propose_excusal(
                request.app.state.journal,
                page.actor,
                form["person"],
                form["kind"],
                sections=sections if part == "some" else (),
                items=items if part == "some" else (),
                reason=form["reason"],
            )
        )
    if refusal is None:
        return redirect(request, f"{page.url}/excusals?done=asked#done")
    form.add_refusal(request, refusal, words_excusals.MISTAKES)
    return await _page(request, page, form=form, ticked=(sections, items), status=STATUS.get(refusal.code, 422))


async def agree(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    rows, _ = await load_rows(request, page)
    row = next((row for row in rows if row.excusal.id == request.path_params["excusal_id"]), None)
    if row is None:
        raise HTTPException(404)
    # The words that were shown, made anew: a form's own would be the sender's.
    statement = row.statement if form["understood"] == "yes" else ""
    if row.asks and not statement:
        return await _after(request, page, Refused("invalid", "statement"), form)
    act = agree_to_excusal(request.app.state.journal, page.actor, row.excusal.id, statement=statement or "-")
    return await _after(request, page, await _refusal(act), form)


async def note(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    act = note_agreement(
        request.app.state.journal,
        page.actor,
        request.path_params["excusal_id"],
        form["person"],
        signed_at=paper_moment(page, form["signed_on"], form["signed_time"]),
    )
    return await _after(request, page, await _refusal(act), form)


async def submit_input(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    noted = form["noted"] == "yes"
    given_at = paper_moment(page, form["given_on"], form["given_time"]) if noted else None
    if noted and given_at is None:
        return await _after(request, page, Refused("invalid", "given_at"), form)
    act = give_input(
        request.app.state.journal, page.actor, request.path_params["excusal_id"], form["input"], given_at=given_at
    )
    return await _after(request, page, await _refusal(act), form)


async def revoke(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    act = revoke_excusal(
        request.app.state.journal, page.actor, request.path_params["excusal_id"], reason=form["reason"]
    )
    return await _after(request, page, await _refusal(act), form, done="revoked")


async def _refusal(act: Awaitable[Any]) -> Refused | None:
    try:
        await act
    except Refused as refusal:
        if refusal.code in {"role", "phase", "closed"}:
            raise
        return refusal
    return None


async def _after(
    request: Request, page: MeetingPage, refusal: Refused | None, form: Form, *, done: str = "saved"
) -> Response:
    if refusal is None:
        return redirect(request, f"{page.url}/excusals?done={done}#done")
    if refusal.code == "not_found" and refusal.field == "excusal":
        raise refusal
    gettext = visitor(request).language.gettext
    message = gettext(words_excusals.MISTAKES.get(refusal.field or "") or words.REFUSALS[refusal.code])
    errors = {request.path_params["excusal_id"]: message}
    return await _page(request, page, errors=errors, typed=form, status=STATUS.get(refusal.code, 422))


def paper_moment(page: MeetingPage, day: str, time: str) -> datetime | None:
    """When a paper was signed, by the day and maybe the time on it. Without a time the day's end counts, or now."""
    moment = local_moment(day, time or "23:59", page.meeting.time_zone)
    if moment is None:
        return None
    now = datetime.now(UTC)
    return min(moment, now) if not time and moment - now < timedelta(days=1) else moment


ROUTES = [
    Route(MEETING + "/excusals", show),
    Route(MEETING + "/excusals", propose, methods=["POST"]),
    Route(MEETING + "/excusals/asks", asks),
    Route(ONE + "/agree", agree, methods=["POST"]),
    Route(ONE + "/note", note, methods=["POST"]),
    Route(ONE + "/input", submit_input, methods=["POST"]),
    Route(ONE + "/revoke", revoke, methods=["POST"]),
]
