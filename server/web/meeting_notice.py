"""The notice of the meeting as everybody in it reads it, as a PDF, and what they answer."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.domain.meeting_notice import ANSWERS, CANCELLATION, content_of
from server.meeting.meeting_notices import Answer, answer_notice, note_opened
from server.papers import Paper, print_paper
from server.papers.model import plain_block
from server.web.access import MeetingPage, enter_meeting
from server.web.forms import Form, read_form
from server.web.i18n import LANGUAGE_NAMES, LOCALES, N_, language
from server.web.invitations import Told, overview
from server.web.meeting_notice_words import TITLE, notice_blocks
from server.web.templates import redirect, render
from server.web.visitor import visitor

MEETING = "/m/{meeting_id}"
CHOOSE = N_("Choose one of the three answers.")
TOO_LONG = N_("Shorten this to at most 500 characters.")


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    # Looking is what is noted here; a fact of the record, as a page's address alone could not tell.
    if request.method == "GET":
        await note_opened(request.app.state.journal, page.actor)
    return await _page(request, page, None)


async def _page(request: Request, page: MeetingPage, form: Form | None) -> Response:
    found = await overview(request, page)
    mine: Told | None = next((told for told in found.people if told.person.id == page.actor.person_id), None)
    if form is None:
        form = Form()
        if mine and mine.answer:
            names = ("answer", "other_time", "interpreter", "bringing", "note")
            form.values |= {name: getattr(mine.answer, name) for name in names}
    spoken = visitor(request).language
    content = found.sent
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "found": found,
        "mine": mine,
        "cancelled": found.newest is not None and found.newest.kind == CANCELLATION,
        "blocks": [plain_block(block) for block in notice_blocks(content, spoken)] if content else [],
        "form": form,
        "languages_of_pdf": LANGUAGE_NAMES,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "meeting_notice.html", context, status=422 if form.errors else 200)


async def answer(request: Request) -> Response:
    page = await enter_meeting(request)
    refusal = page.why_not("answer_notice")
    if refusal is not None:
        raise Refused(refusal)
    form = await read_form(request)
    if form["answer"] not in ANSWERS:
        form.add_error(request, "answer", CHOOSE)
    for name in ("other_time", "interpreter", "bringing", "note"):
        if len(form[name]) > (80 if name == "interpreter" else 500):
            form.add_error(request, name, TOO_LONG)
    if form.errors:
        return await _page(request, page, form)
    typed = Answer(form["answer"], form["other_time"], form["interpreter"], form["bringing"], form["note"])
    await answer_notice(request.app.state.journal, page.actor, typed)
    return redirect(request, f"{page.url}/notice?done=answered#done")


async def pdf(request: Request) -> Response:
    """The newest notice on paper, in the language asked for."""
    page = await enter_meeting(request)
    found = await overview(request, page)
    if found.sent is None:
        raise HTTPException(404)
    code = request.query_params.get("language", "")
    spoken = language(code) if code in LOCALES else visitor(request).language
    content = content_of(found.newest.content)
    paper = Paper(
        title=spoken.gettext(TITLE),
        language=spoken.code,
        subtitle=" · ".join(filter(None, (page.student.name, page.student.school, page.student.district))),
        blocks=notice_blocks(content, spoken),
        running=spoken.gettext(TITLE),
        page_of=spoken.gettext(N_("Page {page} of {pages}")),
        marking=spoken.gettext(N_("Cancelled")) if found.newest.kind == CANCELLATION else "",
    )
    data = await print_paper(paper, found.newest.created_at)
    headers = {"Content-Disposition": 'inline; filename="notice.pdf"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


ROUTES = [
    Route(MEETING + "/notice", show),
    Route(MEETING + "/notice.pdf", pdf),
    Route(MEETING + "/notice/answer", answer, methods=["POST"]),
]
