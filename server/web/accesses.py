"""Who has had the record before them, for the family and those who answer for it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.errors import Refused
from server.meeting.accesses import read_accesses
from server.web.access import enter_meeting
from server.web.i18n import N_
from server.web.templates import render

# What was read or taken, and what of the record a letter brought.
PAPERS = {
    "iep": N_("the plan (IEP)"),
    "decisions": N_("the decisions"),
    "summary": N_("the summary of the meeting"),
    "record": N_("the whole record"),
    "changes": N_("what changed in a section"),
    "notice": N_("the notice of the meeting"),
    "reminder": N_("a reminder of the meeting"),
    "cancellation": N_("that the meeting is cancelled"),
    "written_notice": N_("a prior written notice"),
    "amendment": N_("a change of the plan"),
    "destruction": N_("that the record is no longer needed"),
}
PURPOSES = {
    "case_manager": N_("leads the meeting"),
    "lea_representative": N_("speaks for the district"),
    "team_staff": N_("teaches or serves the student"),
    "parent": N_("parent"),
    "student": N_("the student"),
    "advocate": N_("helps the family"),
    "interpreter": N_("interprets"),
    "observer": N_("observes, at the invitation of the team"),
    "administrator": N_("runs Roundtable"),
}


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    if (reason := page.why_not("read_accesses")) is not None:
        raise Refused(reason)
    extract = request.query_params.get("only") == "others"
    found = await request.app.state.journal.read(
        lambda connection: read_accesses(connection, page.meeting.id, as_the_law_asks=extract)
    )
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "found": found,
        "extract": extract,
        "paper_name": paper_name,
        "purposes_of": PURPOSES,
    }
    return render(request, "accesses.html", context)


def paper_name(detail: str) -> str:
    """Of a file's name or a letter's purpose; the file's own name where it is another."""
    return PAPERS.get(detail) or PAPERS.get(detail.partition("-")[0].partition(".")[0]) or detail


ROUTES = [Route("/m/{meeting_id}/access", show)]
