"""After the meeting: what was closed and how, four kinds of signatures, and statements of disagreement."""

from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain import signing
from server.domain.errors import Refused
from server.domain.sections import FINAL
from server.meeting.rights import has_rights
from server.meeting.signing import revoke_consent, sign, state_disagreement
from server.meeting.signing_reader import Signed, Stated, consents_in_force, signatures, statements
from server.web import words_signing
from server.web.access import MeetingPage, enter_meeting
from server.web.closing import attended
from server.web.errors import REFUSED_STATUS
from server.web.forms import Form, read_form
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

URL = "/m/{meeting_id}/review"


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _page(request, page)


async def _page(
    request: Request, page: MeetingPage, *, form: Form | None = None, at: str = "", status: int = 200
) -> Response:
    """`at` names the form that came back: a kind of signature, "statement", or a signature's id."""

    def read(connection: Connection) -> tuple[list[Signed], list[Stated]]:
        return signatures(connection, page.meeting.id), statements(connection, page.meeting.id)

    signed, stated = await request.app.state.journal.read(read)
    carried = {one["document"] for one in page.meeting.carried or []}
    mine = [one for one in signed if one.row.person_id == page.actor.person_id and not one.is_earlier]
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "final": [document for document in page.documents if document.state == FINAL],
        "carried": [document for document in page.documents if document.id in carried],
        "attended": await attended(request, page),
        "signed": {kind: [one for one in signed if one.row.kind == kind] for kind in signing.SIGNINGS},
        "mine": {one.row.kind: one for one in mine if one.row.revoked_at is None},
        "in_force": consents_in_force(signed),
        "may_sign": {kind: _may_sign(page, kind) for kind in signing.SIGNINGS},
        "answers": signing.ANSWERS,
        "consent_about": signing.consent_to(page.meeting.purpose),
        "may_revoke": page.may("revoke_consent"),
        "statements": stated,
        "may_state": page.may("state_disagreement"),
        "form": form or Form(),
        "at": at,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "_review.html" if is_fragment(request) else "review.html", context, status=status)


def _may_sign(page: MeetingPage, kind: str) -> bool:
    if not page.may(signing.ACTION[kind]):
        return False
    if kind != signing.CONSENT:
        return True
    return has_rights(page.actor.role, page.student.birth_date, page.meeting.profile)


async def submit_sign(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    kind = form["kind"]
    if kind not in signing.SIGNINGS:
        raise HTTPException(422)
    language = visitor(request).language
    answer = form["answer"] or (signing.YES if len(signing.ANSWERS[kind]) == 1 else "")
    try:
        await sign(
            request.app.state.journal,
            page.actor,
            kind,
            answer=answer,
            understood=form["understood"] == "yes",
            statement=language.gettext(words_signing.SENTENCES[kind]),
            words=form["words"],
            lang=language.code,
        )
    except Refused as refusal:
        return await _again(request, page, form, refusal, kind)
    return redirect(request, f"{page.url}/review?done=signed#sign-{kind}")


async def submit_revoke(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    signoff_id = request.path_params["signoff_id"]
    try:
        await revoke_consent(
            request.app.state.journal,
            page.actor,
            signoff_id,
            understood=form["understood"] == "yes",
            words=form["words"],
            lang=visitor(request).language.code,
        )
    except Refused as refusal:
        return await _again(request, page, form, refusal, signoff_id)
    return redirect(request, f"{page.url}/review?done=revoked#sign-consent")


async def submit_statement(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    try:
        await state_disagreement(
            request.app.state.journal,
            page.actor,
            form["text"],
            document_id=form["document"],
            lang=visitor(request).language.code,
        )
    except Refused as refusal:
        return await _again(request, page, form, refusal, "statement")
    return redirect(request, f"{page.url}/review?done=stated#statements")


async def show_statements(request: Request) -> Response:
    """The statements beneath the draft."""
    page = await enter_meeting(request)
    return render(request, "_statements.html", await statements_context(request, page))


async def statements_context(request: Request, page: MeetingPage) -> dict[str, Any]:
    found = await request.app.state.journal.read(lambda connection: statements(connection, page.meeting.id))
    return {"page": page, "meeting": page.meeting, "statements": found, "may_state": page.may("state_disagreement")}


async def _again(request: Request, page: MeetingPage, form: Form, refusal: Refused, at: str) -> Response:
    """The page with what was typed; nothing was signed."""
    if refusal.code in {"role", "phase", "closed", "not_found"}:
        raise refusal
    form.add_refusal(request, refusal, words_signing.MISTAKES)
    return await _page(request, page, form=form, at=at, status=REFUSED_STATUS.get(refusal.code, 403))


ROUTES = [
    Route(URL, show),
    Route(URL + "/sign", submit_sign, methods=["POST"]),
    Route(URL + "/sign/{signoff_id}/revoke", submit_revoke, methods=["POST"]),
    Route("/m/{meeting_id}/statements", show_statements),
    Route("/m/{meeting_id}/statements", submit_statement, methods=["POST"]),
]
