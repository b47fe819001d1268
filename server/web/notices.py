"""Prior written notices on pages: composed from decisions, edited, approved by the school, given to the parents."""

from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.notices import MAIL, WAYS
from server.domain.roles import CASE_MANAGER, CLOSED, INTERPRETER, LEADS, STAFF
from server.meeting.decision_reader import read_members
from server.meeting.letters import Letters
from server.meeting.notice_reader import NoticeView, read_notices, waiting_for_notice
from server.meeting.notices import approve_notice, compose_notice, family_of, note_given, remove_notice
from server.meeting.signing_reader import Stated, statements
from server.web import words_notices
from server.web.access import MeetingPage, enter_meeting
from server.web.errors import REFUSED_STATUS
from server.web.forms import Form, read_form
from server.web.i18n import LANGUAGE_NAMES, language
from server.web.letters import base_url, is_address, paper_letter
from server.web.notice_paper import not_the_record, notice_paper
from server.web.paper_files import KINDS, paper_file
from server.web.templates import redirect, render
from server.web.visitor import visitor

LIST = "/m/{meeting_id}/notices"
ONE = LIST + "/{notice_id}"
NOTICE_LANGUAGE = "en"  # of the school's own words


def reads_drafts(page: MeetingPage) -> bool:
    """A notice is the school's; until it is approved only those who work on it read it."""
    return page.actor.role in STAFF or page.actor.role == INTERPRETER


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _list(request, page)


async def _list(request: Request, page: MeetingPage, *, form: Form | None = None, status: int = 200) -> Response:
    def read(connection: Connection) -> tuple[list[NoticeView], list[Any]]:
        return read_notices(connection, page.meeting.id), waiting_for_notice(connection, page.meeting.id)

    found, waiting = await request.app.state.journal.read(read)
    context = {
        **common(page),
        "notices": [one for one in found if one.is_approved or reads_drafts(page)],
        "hidden": not reads_drafts(page) and any(one.is_draft for one in found),
        "waiting": waiting,
        "may_write": page.may("write_notice"),
        "form": form or Form(),
    }
    return render(request, "notices.html", context, status=status)


def common(page: MeetingPage) -> dict[str, Any]:
    return {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "notices_url": f"{page.url}/notices",
        "language_names": LANGUAGE_NAMES,
        "is_over": page.meeting.phase == CLOSED,
    }


async def compose(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    spoken = language(NOTICE_LANGUAGE)
    first, contacts = await school_contacts(request, page)
    try:
        made = await compose_notice(
            request.app.state.journal,
            page.actor,
            [str(one) for one in data.getlist("decision")],
            safeguards=spoken.gettext(words_notices.SAFEGUARDS, name=first),
            contacts=contacts,
            lang=NOTICE_LANGUAGE,
        )
    except Refused as refusal:
        if refusal.field not in words_notices.MISTAKES:
            raise
        form = Form()
        form.add_refusal(request, refusal, words_notices.MISTAKES)
        return await _list(request, page, form=form, status=REFUSED_STATUS.get(refusal.code, 403))
    return redirect(request, f"{page.url}/notices/{made}/edit")


async def school_contacts(request: Request, page: MeetingPage) -> tuple[str, str]:
    """Whom the parents ask first, and everybody of the school's leads, a line each."""
    members = await request.app.state.database.read(lambda session: read_members(session, page.meeting.id))
    leads = [one for one in members.values() if one.role in LEADS and not one.removed]
    first = next((one.name for one in leads if one.role == CASE_MANAGER), page.me.title)
    return first, "\n".join(", ".join(part for part in (one.name, one.title) if part) for one in leads)


async def find(request: Request, page: MeetingPage) -> NoticeView:
    """The notice in the address, for who may read it; 404 for others as if there were none."""
    notice_id = request.path_params["notice_id"]
    found = await request.app.state.journal.read(
        lambda connection: read_notices(connection, page.meeting.id, notice_id)
    )
    if not found or not (found[0].is_approved or reads_drafts(page)):
        raise HTTPException(404)
    view: NoticeView = found[0]
    return view


async def show_one(request: Request) -> Response:
    page = await enter_meeting(request)
    return await one(request, page)


async def one(request: Request, page: MeetingPage, *, form: Form | None = None, status: int = 200) -> Response:
    """A notice with its translations beside it, and what one can do about it."""
    view = await find(request, page)
    family, stated = await _family_and_statements(request, page)
    source = notice_paper(view, page.meeting, page.student, stated=stated)
    translations = [
        {
            "row": row,
            "paper": notice_paper(view, page.meeting, page.student, translation=row, stated=stated).plain(),
            "warning": not_the_record(view, row),
            "stale": view.is_stale(row),
        }
        for row in view.translations.values()
    ]
    # A reader's own language stands first where it is the record.
    mine = view.record_in(visitor(request).language.code)
    in_need = sorted({one.locale for one in family if one.locale != view.row.lang and not view.record_in(one.locale)})
    context = {
        **common(page),
        "view": view,
        "source": source.plain(),
        "translations": translations,
        "mine": mine.lang if mine else "",
        "family": family,
        "in_need": in_need,
        "other_languages": [code for code in LANGUAGE_NAMES if code != view.row.lang],
        "may_write": page.may("write_notice"),
        "may_approve": page.may("approve_notice"),
        "may_translate": page.may("translate_notice"),
        "mail_ready": request.app.state.post.ready,
        "form": form or Form(),
        "done": request.query_params.get("done", ""),
    }
    return render(request, "notice.html", context, status=status)


async def _family_and_statements(request: Request, page: MeetingPage) -> tuple[list[Any], list[Stated]]:
    def read(connection: Connection) -> tuple[list[Any], list[Stated]]:
        return family_of(connection, page.meeting.id), statements(connection, page.meeting.id)

    found: tuple[list[Any], list[Stated]] = await request.app.state.journal.read(read)
    return found


async def again(request: Request, page: MeetingPage, form: Form, refusal: Refused) -> Response:
    """The notice with what stood in the way; nothing was done."""
    if refusal.field not in words_notices.MISTAKES:
        raise refusal
    form.add_error(request, "", words_notices.MISTAKES[refusal.field])
    return await one(request, page, form=form, status=REFUSED_STATUS.get(refusal.code, 403))


async def approve(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    notice_id = request.path_params["notice_id"]
    try:
        await approve_notice(request.app.state.journal, page.actor, notice_id, revision=number(form["revision"]))
    except Refused as refusal:
        return await again(request, page, form, refusal)
    return redirect(request, f"{page.url}/notices/{notice_id}?done=approved")


async def remove(request: Request) -> Response:
    page = await enter_meeting(request)
    form = await read_form(request)
    notice_id = request.path_params["notice_id"]
    try:
        await remove_notice(request.app.state.journal, page.actor, notice_id, revision=number(form["revision"]))
    except Refused as refusal:
        return await again(request, page, form, refusal)
    return redirect(request, f"{page.url}/notices")


async def given(request: Request) -> Response:
    """Noted by hand: handed over on paper, or read aloud."""
    page = await enter_meeting(request)
    data = await request.form()
    form = Form({"how": str(data.get("how", ""))})
    people = [str(one) for one in data.getlist("person")]
    try:
        if (reason := page.why_not("write_notice")) is not None:
            raise Refused(reason)  # noqa: TRY301 - answered below, as what the act itself refuses is
        if form["how"] not in (*WAYS, MAIL):
            raise Refused("invalid", "how")  # noqa: TRY301
        view = await find(request, page)
        langs = await _langs(request, page, view)
        letters = await _letters(request, page, view, people, langs) if form["how"] == MAIL else None
        journal = request.app.state.journal
        await note_given(journal, page.actor, view.id, people, form["how"], langs=langs, letters=letters)
    except Refused as refusal:
        return await again(request, page, form, refusal)
    return redirect(request, f"{page.url}/notices/{view.id}?done=given")


async def _letters(
    request: Request, page: MeetingPage, view: NoticeView, people: list[str], langs: dict[str, str]
) -> Letters:
    """The whole notice as a letter to each, in their language. Raises `Refused` (mail) where one cannot be sent."""
    post = request.app.state.post
    family, stated = await _family_and_statements(request, page)
    chosen = [one for one in family if one.id in people]
    if not post.ready or not all(is_address(one.email) for one in chosen):
        raise Refused("invalid", "mail")
    to = []
    for one in chosen:
        translation = view.record_in(langs[one.id])
        paper = notice_paper(view, page.meeting, page.student, translation=translation, stated=stated)
        spoken = language(langs[one.id])
        lead = spoken.gettext(words_notices.LETTER_LEAD, name=page.student.name)
        link = f"{base_url(request)}{page.url}/notices/{view.id}"
        to.append((one.id, paper_letter(paper, one.email, one.name, lead, spoken.gettext(words_notices.OPEN), link)))
    return Letters(post, to, "written_notice")


async def _langs(request: Request, page: MeetingPage, view: NoticeView) -> dict[str, str]:
    """In which language each of the family gets the notice: their own where a reviewed translation says it."""
    family = await request.app.state.journal.read(lambda connection: family_of(connection, page.meeting.id))
    return {one.id: one.locale if view.record_in(one.locale) else view.row.lang for one in family}


async def as_file(request: Request) -> Response:
    """The notice as a PDF or a Word file; `?lang=` is one of its translations."""
    page = await enter_meeting(request)
    view = await find(request, page)
    lang = request.query_params.get("lang", view.row.lang)
    translation = view.translations.get(lang)
    if lang != view.row.lang and translation is None:
        raise HTTPException(404)
    _, stated = await _family_and_statements(request, page)
    paper = notice_paper(view, page.meeting, page.student, translation=translation, stated=stated)
    at = view.row.approved_at or view.row.created_at
    return await paper_file(request, page, paper, at, f"{view.name}-{lang}")


def number(value: object) -> int:
    """A revision as a form sends it; what is none is never the present one."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


ROUTES = [
    Route(LIST, show),
    Route(LIST, compose, methods=["POST"]),
    Route(ONE, show_one),
    *(Route(f"{ONE}/{kind}", as_file) for kind in KINDS),
    Route(ONE + "/approve", approve, methods=["POST"]),
    Route(ONE + "/remove", remove, methods=["POST"]),
    Route(ONE + "/given", given, methods=["POST"]),
]
