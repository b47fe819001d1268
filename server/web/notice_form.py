"""The forms of a notice: its words in the school's language, and in another beside it.

More rows come by a button that sends the form and gets it back longer, so that it works without script too.
"""

import re
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.notices import Part, empty_part, missing
from server.meeting.notice_reader import NoticeView
from server.meeting.notices import Told, change_notice, review_translation, translate_notice
from server.web import words_notices
from server.web.access import MeetingPage, enter_meeting
from server.web.errors import REFUSED_STATUS
from server.web.forms import Form, read_form
from server.web.i18n import LANGUAGE_NAMES
from server.web.notice_paper import notice_paper
from server.web.notices import ONE, again, common, find, number
from server.web.templates import redirect, render

FIELD = re.compile(r"part-([0-9]{1,2})-([a-z]+)")
OPTION = re.compile(r"part-([0-9]{1,2})-option-([0-9]{1,2})-(text|why)")
TEXTS = ("action", "reasons", "basis", "factors")


async def show_edit(request: Request) -> Response:
    page = await enter_meeting(request)
    _permit(page, "write_notice")
    view = await find(request, page)
    if not view.is_draft:
        return redirect(request, f"{page.url}/notices/{view.id}")
    row = view.row
    return await _edit(request, page, view, Told(row.parts, row.safeguards, row.contacts, row.takes_effect or ""))


async def submit_edit(request: Request) -> Response:
    page = await enter_meeting(request)
    _permit(page, "write_notice")
    view = await find(request, page)
    form = await read_form(request)
    told = read_told(form.values)
    if form["add"]:
        return await _edit(request, page, view, _longer(told, form["add"]), form=form)
    try:
        revision = number(form["revision"])
        await change_notice(request.app.state.journal, page.actor, view.id, told, revision=revision)
    except Refused as refusal:
        return await _edit(request, page, view, told, form=_mended(request, form, refusal), refusal=refusal)
    return redirect(request, f"{page.url}/notices/{view.id}")


async def _edit(
    request: Request,
    page: MeetingPage,
    view: NoticeView,
    told: Told,
    *,
    form: Form | None = None,
    refusal: Refused | None = None,
) -> Response:
    context = {
        **common(page),
        "view": view,
        "told": told,
        "missing": missing(told.parts, told.safeguards, told.contacts),
        "form": form or Form(),
        "translating": "",
    }
    status = 200 if refusal is None else REFUSED_STATUS.get(refusal.code, 403)
    return render(request, "notice_form.html", context, status=status)


async def show_translation(request: Request) -> Response:
    page = await enter_meeting(request)
    _permit(page, "translate_notice")
    view = await find(request, page)
    lang = _lang(request, view)
    old = view.translations.get(lang)
    if old is not None and len(old.parts) == len(view.row.parts):
        told = Told(old.parts, old.safeguards, old.contacts)
    else:
        told = Told([_blank(part) for part in view.row.parts], "", "")
    values = {"translator": old.translator, "machine": "yes" if old.machine else ""} if old else {}
    return await _translate(request, page, view, lang, told, Form(values))


async def submit_translation(request: Request) -> Response:
    page = await enter_meeting(request)
    _permit(page, "translate_notice")
    view = await find(request, page)
    lang = _lang(request, view)
    form = await read_form(request)
    told = read_told(form.values)
    try:
        await translate_notice(
            request.app.state.journal,
            page.actor,
            view.id,
            lang,
            told,
            revision=number(form["revision"]),
            machine=form["machine"] == "yes",
            translator=form["translator"],
        )
    except Refused as refusal:
        form = _mended(request, form, refusal)
        return await _translate(request, page, view, lang, told, form, status=REFUSED_STATUS.get(refusal.code, 403))
    return redirect(request, f"{page.url}/notices/{view.id}#translation-{lang}")


async def _translate(
    request: Request, page: MeetingPage, view: NoticeView, lang: str, told: Told, form: Form, *, status: int = 200
) -> Response:
    context = {
        **common(page),
        "view": view,
        "told": told,
        "missing": [],
        "form": form,
        "translating": lang,
        "source": notice_paper(view, page.meeting, page.student).plain(),
    }
    return render(request, "notice_form.html", context, status=status)


async def review(request: Request) -> Response:
    page = await enter_meeting(request)
    _permit(page, "translate_notice")
    view = await find(request, page)
    lang = _lang(request, view)
    form = await read_form(request)
    try:
        compared = form["compared"] == "yes"
        await review_translation(request.app.state.journal, page.actor, view.id, lang, compared=compared)
    except Refused as refusal:
        return await again(request, page, form, refusal)
    return redirect(request, f"{page.url}/notices/{view.id}?done=reviewed#translation-{lang}")


def _permit(page: MeetingPage, action: str) -> None:
    if (reason := page.why_not(action)) is not None:
        raise Refused(reason)


def _lang(request: Request, view: NoticeView) -> str:
    lang: str = request.path_params["lang"]
    if lang not in LANGUAGE_NAMES or lang == view.row.lang:
        raise HTTPException(404)
    return lang


def _blank(part: Part) -> Part:
    """A part to be put into another language: as many options, no words yet."""
    return {
        **empty_part(part["kind"]),
        "decision": part["decision"],
        "options": [{"text": "", "why": ""} for _ in part["options"]],
    }


def read_told(values: Mapping[str, str]) -> Told:
    """What the form says. Options without a word are none; a part that was ticked to go is left out."""
    parts: dict[int, Part] = {}
    options: dict[int, dict[int, dict[str, str]]] = {}
    dropped = set()
    for name, value in values.items():
        if found := OPTION.fullmatch(name):
            rows = options.setdefault(int(found[1]), {})
            rows.setdefault(int(found[2]), {"text": "", "why": ""})[found[3]] = value
        elif found := FIELD.fullmatch(name):
            part = parts.setdefault(int(found[1]), empty_part())
            if found[2] in TEXTS:
                part[found[2]] = value
            elif found[2] == "kind":
                part["kind"] = value
            elif found[2] == "decision":
                part["decision"] = value or None
            elif found[2] == "drop" and value:
                dropped.add(int(found[1]))
    for index, part in parts.items():
        rows = options.get(index, {})
        part["options"] = [row for _, row in sorted(rows.items()) if row["text"].strip() or row["why"].strip()]
    kept = [part for index, part in sorted(parts.items()) if index not in dropped]
    return Told(kept, values.get("safeguards", ""), values.get("contacts", ""), values.get("takes_effect", ""))


def _longer(told: Told, what: str) -> Told:
    """One part more, or one option more in a part ("option-2")."""
    parts: list[dict[str, Any]] = [dict(part) for part in told.parts]
    index = what.removeprefix("option-")
    if what == "part":
        parts.append(empty_part())
    elif index.isascii() and index.isdigit() and len(index) < 3 and int(index) < len(parts):
        parts[int(index)]["options"] = [*parts[int(index)]["options"], {"text": "", "why": ""}]
    return Told(parts, told.safeguards, told.contacts, told.takes_effect)


def _mended(request: Request, form: Form, refusal: Refused) -> Form:
    """What is wrong, at its field where it names one of this form."""
    field = refusal.field or ""
    if field in words_notices.MISTAKES:
        form.add_error(request, field if field in form.values else "", words_notices.MISTAKES[field])
    elif field.startswith("part-") or field in {"safeguards", "contacts"}:
        form.add_error(request, field, words_notices.TOO_LONG)
    elif refusal.code in {"role", "phase", "closed", "not_found"}:
        raise refusal
    else:
        form.add_refusal(request, refusal)
    return form


ROUTES = [
    Route(ONE + "/edit", show_edit),
    Route(ONE + "/edit", submit_edit, methods=["POST"]),
    Route(ONE + "/translation/{lang}", show_translation),
    Route(ONE + "/translation/{lang}", submit_translation, methods=["POST"]),
    Route(ONE + "/translation/{lang}/review", review, methods=["POST"]),
]
