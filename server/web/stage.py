"""What the whole room looks at: the projector's page, and the same words for who follows on a screen of their own."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.render import render_html
from server.documents.schema import SCHEMA_VERSION
from server.domain.glossary import GLOSSARY
from server.domain.roles import LIVE
from server.journal.snapshot import Damaged
from server.meeting import stage as acts
from server.meeting.decision_reader import DecisionView, read_decision, read_read_back
from server.meeting.sealed import read_backs
from server.storage.tables import AgendaItem, Document
from server.web.access import MeetingPage, enter_meeting
from server.web.i18n import script_strings
from server.web.now import discussed, place
from server.web.templates import is_fragment, redirect, render
from server.web.visitor import visitor


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the stage. Of `document` the whole text is shown, or the one block that `block` names."""

    kind: str
    document: Document | None = None
    block: str = ""
    item: AgendaItem | None = None
    decision: DecisionView | None = None

    @property
    def target(self) -> str:
        """What is shown, as one word: another one means that the room looks at something else."""
        thing = self.document or self.item or self.decision
        return f"{self.kind}:{thing.id if thing else ''}:{self.block}"


async def on_stage(request: Request, page: MeetingPage) -> dict[str, Any]:
    """The current item and what is shown: what the facilitator put there, else what the item is about.

    While the words of a decision or of a section are read back, those are.
    """
    now = place(page)
    chosen = await _chosen(request, page, now["items"])
    follows = chosen is None
    shown = await _read_back(request, page) or chosen
    if shown is None:
        about = discussed(page, now["item"])
        shown = Shown(acts.SECTION, document=about[0]) if about else Shown(acts.ITEM, item=now["item"])
    text = None
    open_to_reader = shown.document is not None and page.shows(shown.document)
    if shown.document is not None and not shown.block and open_to_reader:
        try:
            state = await request.app.state.journal.load_state(shown.document.id)
            text = render_html(state, gettext=visitor(request).language.gettext)
        except Damaged:
            text = None
    return {
        **now,
        "student": page.student,
        "shown": shown,
        "follows": follows,
        "text": text,
        "not_shared": shown.document is not None and not open_to_reader,
    }


async def _read_back(request: Request, page: MeetingPage) -> Shown | None:
    if page.meeting.phase != LIVE:
        return None
    found = await request.app.state.database.read(lambda session: read_read_back(session, page.meeting.id))
    if found:
        return Shown(acts.DECISION, decision=found[0])
    sections = await request.app.state.journal.read(lambda connection: read_backs(connection, page.meeting.id))
    # Words that were changed since are no longer those that were read.
    newest = max((one for one in sections if one.is_current), key=lambda one: one.at, default=None)
    if newest is None:
        return None
    return Shown(acts.READ_BACK, document=page.document(newest.document_id))


async def _chosen(request: Request, page: MeetingPage, items: list[AgendaItem]) -> Shown | None:
    """What the facilitator put there, as long as there is such a thing."""
    stage = page.meeting.stage
    if stage is None:
        return None
    kind, target = stage["kind"], stage["target"]
    if kind == acts.ITEM:
        item = next((item for item in items if item.id == target), None)
        return Shown(kind, item=item) if item else None
    if kind == acts.DECISION:
        decision = await request.app.state.database.read(
            lambda session: read_decision(session, page.meeting.id, target)
        )
        return Shown(kind, decision=decision) if decision else None
    document = next((document for document in page.documents if document.id == target), None)
    return Shown(kind, document=document, block=stage.get("block", "")) if document else None


def listening(request: Request, page: MeetingPage) -> dict[str, Any] | None:
    """What lets a page of the year between meetings hear of what is new.

    None while the meeting is on: its sockets tell who is there, and this page is no part of it.
    """
    return None if page.meeting.phase == LIVE else stage_data(request, page)


def stage_data(request: Request, page: MeetingPage) -> dict[str, Any]:
    """What the page's script needs: no names of people, no text of theirs."""
    language = visitor(request).language
    return {
        "sync_url": "/sync",
        "ticket_url": f"{page.url}/ticket",
        "told_url": f"{page.url}/told?since={page.meeting.head_number}",
        "csrf": visitor(request).csrf,
        "schema_version": SCHEMA_VERSION,
        "locale": language.code,
        "anchor": page.documents[0].id,
        "strings": {
            key: text
            for key, text in script_strings(language.code).items()
            if key.startswith(("field.", "block.", "editor.table", "stage.", "clock.", "agenda."))
        },
    }


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    context = {**await on_stage(request, page), "stage_data": stage_data(request, page)}
    return render(request, "project.html", context)


async def fragment(request: Request) -> Response:
    page = await enter_meeting(request)
    return render(request, "_stage.html", await on_stage(request, page))


async def follow(request: Request) -> Response:
    page = await enter_meeting(request)
    context = {**await on_stage(request, page), "stage_data": stage_data(request, page), "glossary": GLOSSARY}
    return render(request, "follow.html", context)


async def follow_agenda(request: Request) -> Response:
    page = await enter_meeting(request)
    return render(request, "_follow_agenda.html", place(page))


async def change(request: Request) -> Response:
    """Put something on the stage, or (kind "") let it follow the agenda again."""
    page = await enter_meeting(request)
    form = await request.form()
    kind, target, block = (str(form.get(name, "")) for name in ("kind", "target", "block"))
    journal = request.app.state.journal
    if kind:
        await acts.put_on_stage(journal, page.actor, kind, target, block=block)
    else:
        await acts.clear_stage(journal, page.actor)
    if is_fragment(request):
        return Response(status_code=204)
    return redirect(request, page.url)


async def controls(request: Request) -> Response:
    """What the facilitator sees of the projector beside the draft."""
    page = await enter_meeting(request)
    return render(request, "_stage_now.html", await on_stage(request, page))


ROUTES = [
    Route("/m/{meeting_id}/project", show),
    Route("/m/{meeting_id}/follow", follow),
    Route("/m/{meeting_id}/follow/agenda", follow_agenda),
    Route("/m/{meeting_id}/stage", fragment),
    Route("/m/{meeting_id}/stage", change, methods=["POST"]),
    Route("/m/{meeting_id}/stage/now", controls),
]
