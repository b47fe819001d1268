"""What one can take away: the plan, the decisions and the summary, each as a PDF and as a Word file."""

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.documents.held import with_held_open
from server.documents.tree import Node, read_tree
from server.domain.errors import Refused
from server.domain.roles import CLOSED
from server.domain.sections import owner_of
from server.journal.checkpoint import EXPORTED
from server.journal.checkpoints import checkpoints
from server.journal.kinds import SHARED
from server.journal.payload import read_facts
from server.journal.snapshot import Damaged
from server.meeting.archive import Tell, take_archive
from server.meeting.attended import who_attended
from server.meeting.decision_reader import DecisionView, read_decisions
from server.meeting.notice_reader import read_notices
from server.meeting.signing_reader import signatures, statements
from server.storage.tables import Document, Entry, FollowUp, now
from server.web.access import MeetingPage, enter_meeting
from server.web.letters import base_url
from server.web.notices import reads_drafts
from server.web.paper_files import KINDS, give, paper_file
from server.web.plan_paper import Plan, plan_paper
from server.web.progress import Followed, followed
from server.web.sharing import OPEN_UNTIL_THE_MEETING
from server.web.summary import promises, summary_paper
from server.web.templates import render
from server.web.visitor import visitor

MEETING = "/m/{meeting_id}"


async def show(request: Request) -> Response:
    page = await _enter(request)
    found = await request.app.state.journal.read(lambda connection: read_notices(connection, page.meeting.id))
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "is_over": page.meeting.phase == CLOSED,
        "may_archive": page.may("archive"),
        "notices": [one for one in found if one.is_approved or reads_drafts(page)],
    }
    return render(request, "papers.html", context)


async def _enter(request: Request) -> MeetingPage:
    page = await enter_meeting(request)
    if (reason := page.why_not("export")) is not None:
        raise Refused(reason)
    return page


async def plan(request: Request) -> Response:
    page = await _enter(request)
    language = visitor(request).language
    found = await read_plan(request, page)
    return await paper_file(request, page, plan_paper(page, found, language), found.at, f"iep-{language.code}")


async def read_plan(request: Request, page: MeetingPage, tell: Tell | None = None) -> Plan:
    """As it stands now, as far as the reader may read it. `tell`: how many sections of how many are read."""

    def read(connection: Connection) -> tuple[Any, ...]:
        meeting_id = page.meeting.id
        return (
            _langs(connection, page.documents),
            who_attended(connection, meeting_id),
            signatures(connection, meeting_id),
            statements(connection, meeting_id),
            [one for one in checkpoints(connection, meeting_id) if one.reason != EXPORTED],
        )

    wanted = [document for document in page.documents if page.shows(document) or page.in_part(document)]
    trees = {}
    for number, document in enumerate(wanted):
        if tell is not None:
            tell(number, len(wanted) + 1)  # one more for what is made of them
        trees[document.id] = await _tree(request, page, document)
    if tell is not None:
        tell(len(wanted), len(wanted) + 1)
    langs, people, signed, stated, signed_moments = await request.app.state.journal.read(read)
    return Plan(
        trees,
        langs,
        people,
        signed,
        stated,
        now(),
        await _progress(request, page),
        signed_moments[-1] if signed_moments and page.meeting.phase == CLOSED else None,
        f"{base_url(request)}/verify",
    )


async def _progress(request: Request, page: MeetingPage) -> list[Followed]:
    """The data of each goal, where the reader may read the goals."""
    if not any(document.section == "goals" for document in page.shown):
        return []
    try:
        found: list[Followed] = await request.app.state.database.read(lambda session: followed(session, page))
    except (Damaged, Malformed):
        return []
    return found


async def _tree(request: Request, page: MeetingPage, document: Document) -> Node | None:
    try:
        tree = read_tree(await request.app.state.journal.load_state(document.id))
    except (Damaged, Malformed):
        return None
    if page.shows(document):
        return tree
    return with_held_open(tree, document.held or (), visitor(request).language.gettext(OPEN_UNTIL_THE_MEETING))


async def archive(request: Request) -> Response:
    """The whole record as one file that proves itself, as far as the reader may read it."""
    page = await enter_meeting(request)
    readable = await readable_documents(request, page)
    data = await take_archive(request.app.state.journal, request.app.state.database, page.actor, readable)
    return await give(request, page, data, "record.zip", "application/zip")


async def readable_documents(request: Request, page: MeetingPage) -> set[str]:
    """Those whose text goes into the reader's archive."""
    readable = {document.id for document in [*page.shown, *page.notes]}
    if page.is_staff:
        readable |= await request.app.state.journal.read(lambda connection: proposed_documents(connection, page))
    return readable


def proposed_documents(connection: Connection, page: MeetingPage) -> set[str]:
    """Documents of amendments: what is proposed, which the school's people read while it is written."""
    own = {document.id for document in [*page.documents, *page.notes]}
    rows = connection.execute(
        select(Document.id, Document.section).where(Document.meeting_id == page.meeting.id, Document.id.not_in(own))
    )
    return {row.id for row in rows if owner_of(row.section) is None}


def _langs(connection: Connection, documents: list[Document]) -> dict[str, str]:
    """The language of each shared section's words, by document id, as who shared it has said."""
    numbers = {document.shared_number: document for document in documents if document.shared_number is not None}
    rows = connection.execute(
        select(Entry.number, Entry.payload).where(
            Entry.meeting_id == documents[0].meeting_id, Entry.kind == SHARED, Entry.number.in_(sorted(numbers))
        )
    )
    spoken = {row.number: str(read_facts(row.payload)["language"]) for row in rows}
    return {one.id: spoken[one.shared_number] for one in documents if one.shared_number in spoken}


async def summary(request: Request) -> Response:
    """What everybody gets by mail when the meeting is closed."""
    page = await _enter(request)
    if page.meeting.phase != CLOSED:
        raise Refused("phase")
    language = visitor(request).language

    def load(session: Session) -> tuple[list[DecisionView], list[FollowUp]]:
        return read_decisions(session, page.meeting.id), promises(session, page.meeting.id)

    found, promised = await request.app.state.database.read(load)
    stated = await request.app.state.journal.read(lambda connection: statements(connection, page.meeting.id))
    paper = summary_paper(page, found, promised, stated, language)
    at = page.meeting.closed_at or page.meeting.created_at
    return await paper_file(request, page, paper, at, f"summary-{language.code}")


ROUTES = [
    Route(MEETING + "/papers", show),
    Route(MEETING + "/papers/record.zip", archive, methods=["POST"]),
    *(Route(f"{MEETING}/papers/iep.{kind}", plan) for kind in KINDS),
    *(Route(f"{MEETING}/papers/summary.{kind}", summary) for kind in KINDS),
]
