"""How a section becomes final on the page: the points to settle, the words read back to everybody, the seal."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.meeting import read_back_section
from server.storage.tables import Document
from server.web.access import MeetingPage, enter_meeting
from server.web.templates import is_fragment, redirect, render

SECTION = "/m/{meeting_id}/sections/{document_id}"


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return await _readiness(request, page, page.document(request.path_params["document_id"]))


async def read_back(request: Request) -> Response:
    page = await enter_meeting(request)
    document = page.document(request.path_params["document_id"])
    await read_back_section(request.app.state.journal, page.actor, document.id)
    if not is_fragment(request):
        return redirect(request, _url(page, document))
    page = await enter_meeting(request)
    return await _readiness(request, page, page.document(document.id))


async def _readiness(request: Request, page: MeetingPage, document: Document) -> Response:
    context: dict[str, Any] = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "document": document,
        "readiness_url": _url(page, document),
        "may_finalize": page.may("finalize_section", document),
    }
    return render(request, "_readiness.html" if is_fragment(request) else "readiness.html", context)


def _url(page: MeetingPage, document: Document) -> str:
    return f"{page.url}/sections/{document.id}/readiness"


ROUTES = [
    Route(SECTION + "/readiness", show),
    Route(SECTION + "/read-back", read_back, methods=["POST"]),
]
