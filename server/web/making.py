"""Making a large file with progress on the page: begin, look on, cancel, fetch. The plain addresses stay beside it."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.meeting.archive import take_archive
from server.papers import DOCX
from server.papers.child import make_apart
from server.web.access import MeetingPage, enter_meeting
from server.web.i18n import N_
from server.web.makings import WORKING, Making, Makings
from server.web.paper_files import PDF, give
from server.web.papers import read_plan, readable_documents
from server.web.plan_paper import plan_paper
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor

URL = "/m/{meeting_id}/papers/making"
# What can be made so: its name in words, its media type, and which right it needs.
FILES = {
    "iep.pdf": (N_("The plan (IEP) as a PDF"), PDF, "export"),
    "iep.docx": (N_("The plan (IEP) as a Word file"), DOCX, "export"),
    "record.zip": (N_("The whole record"), "application/zip", "archive"),
}


async def begin(request: Request) -> Response:
    """Begin with a file (`file`: one of `FILES`), and on to where it can be watched."""
    page = await enter_meeting(request)
    wanted = str((await request.form()).get("file", ""))
    _check(page, wanted)
    makings = request.app.state.makings
    made = await makings.begin(page.meeting.id, page.actor.person_id, wanted, _work(request, page, wanted))
    return redirect(request, f"{page.url}/papers/making/{made.id}")


def _check(page: MeetingPage, wanted: str) -> None:
    if wanted not in FILES:
        raise Refused("invalid", "file")
    if (reason := page.why_not(FILES[wanted][2])) is not None:
        raise Refused(reason)


def _work(request: Request, page: MeetingPage, wanted: str) -> Callable[[Making], Awaitable[bytes]]:
    state, language = request.app.state, visitor(request).language

    async def plan(made: Making) -> bytes:
        found = await read_plan(request, page, made.tell)
        paper = plan_paper(page, found, language)
        return await make_apart(wanted.rpartition(".")[2], paper.plain(), found.at)

    async def archive(made: Making) -> bytes:
        readable = await readable_documents(request, page)
        return await take_archive(state.journal, state.database, page.actor, readable, made.tell)

    return archive if wanted == "record.zip" else plan


async def show(request: Request) -> Response:
    """How far it is. One that is not here (any more) is a page too: its node may have ended."""
    page, made = await _find(request)
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "making": made,
        "file_name": FILES[made.wanted][0] if made else N_("Papers to take away"),
        "is_working": made is not None and made.state == WORKING,
        "share": 100 * made.done // max(made.total, 1) if made else 0,
    }
    if is_fragment(request):
        return render(request, "_making.html", context)
    return render(request, "making.html", context, status=200 if made else 404)


async def cancel(request: Request) -> Response:
    page, made = await _find(request)
    if made is None:
        raise HTTPException(404)
    await request.app.state.makings.cancel(made)
    return redirect(request, f"{page.url}/papers/making/{made.id}")


async def fetch(request: Request) -> Response:
    """The file, to who asked for it and may still have it."""
    page, made = await _find(request)
    if made is None:
        raise HTTPException(404)
    _check(page, made.wanted)
    data = await request.app.state.makings.file(made)
    if not data:
        raise HTTPException(404)
    return await give(request, page, data, made.wanted, FILES[made.wanted][1])


async def _find(request: Request) -> tuple[MeetingPage, Making | None]:
    page = await enter_meeting(request)
    makings: Makings = request.app.state.makings
    return page, await makings.find(request.path_params["making_id"], page.meeting.id, page.actor.person_id)


ROUTES = [
    Route(URL, begin, methods=["POST"]),
    Route(URL + "/{making_id}", show),
    Route(URL + "/{making_id}/cancel", cancel, methods=["POST"]),
    Route(URL + "/{making_id}/file", fetch),
]
