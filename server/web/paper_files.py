"""A paper as a file to take away: a tagged PDF, or a Word file."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from server.domain.errors import Refused
from server.papers import DOCX, NotPrinted, Paper, print_paper, write_docx
from server.web.access import MeetingPage

PDF = "application/pdf"
KINDS = ("pdf", "docx")


def _kind_of(request: Request) -> str:
    """Which of `KINDS` the address ends with."""
    return "docx" if request.url.path.endswith("docx") else "pdf"


async def paper_file(request: Request, page: MeetingPage, paper: Paper, at: datetime, name: str) -> Response:
    """Of the kind that the address ends with; who takes it is noted first. `at`: the time that the paper bears.

    `name`: of the file, without its ending and without a student's name. Raises `Refused("too_big")`.
    """
    kind = _kind_of(request)
    if kind == "docx":
        data, media_type, shown = await write_docx(paper, at), DOCX, "attachment"
    else:
        try:
            data, media_type, shown = await print_paper(paper, at), PDF, "inline"
        except NotPrinted:
            raise Refused("too_big") from None
    return await give(request, page, data, f"{name}.{kind}", media_type, shown)


async def give(
    request: Request, page: MeetingPage, data: bytes, name: str, media_type: str, shown: str = "attachment"
) -> Response:
    """A file to take away; who takes it is noted first."""
    await request.app.state.accesses.taken(page.actor, name)
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)
