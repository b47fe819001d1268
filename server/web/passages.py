"""Passages of an earlier text, each of which can be brought back by itself into the text of now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.documents.render import render_blocks
from server.documents.restore import Place, passages
from server.documents.tree import Node, read_tree, text_of
from server.domain.errors import Refused
from server.journal.snapshot import Damaged, load
from server.meeting import restore_passages
from server.meeting.changed import moment_at
from server.web.access import enter_meeting
from server.web.changes import readable_moment
from server.web.sound import number_of
from server.web.templates import redirect, render
from server.web.timeline import base_of, section_of
from server.web.visitor import visitor

MOST_CALLED = 60  # characters by which a passage is called
MOST_PICKED = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage on the page. `name` is what a form calls it: "3", or "3.1" for an item of a list."""

    name: str
    became: str
    called: str
    html: Markup
    is_item: bool


@dataclass(frozen=True, slots=True)
class Then:
    """The text of then: when, and by whom it was last written. `shown` None: it cannot be read."""

    at: datetime
    by: str
    number: int
    shown: list[Shown] | None


async def show(request: Request) -> Response:
    """The blocks of a section at `?at=`, each with a box to bring it back; for who may edit it now."""
    page = await enter_meeting(request)
    document = section_of(page, request.query_params.get("section"))
    at = number_of(request, "at")
    if document is None or at is None:
        raise HTTPException(404)
    if (reason := page.edit_refusal(document)) is not None:
        raise Refused(reason)
    gettext = visitor(request).language.gettext

    def read(connection: Connection) -> Then:
        if at < readable_moment(connection, page, document):
            raise Refused("not_shared")
        moment = moment_at(connection, document.id, at)
        if moment is None:
            raise HTTPException(404)
        try:
            now, then = (read_tree(load(connection, document.id, one).state()) for one in (None, at))
        except (Damaged, Malformed):
            return Then(moment.at, moment.by, moment.number, None)
        became = {one.place: one.became for one in passages(now, then)}
        rendered = render_blocks(then, gettext=gettext)
        return Then(moment.at, moment.by, moment.number, list(_shown(then, became, rendered)))

    then = await request.app.state.database.read(lambda session: read(session.connection()))
    context = {
        **base_of(page),
        "document": document,
        "then": then,
        "any": any(one.became != "same" for one in then.shown or ()),
        "done": request.query_params.get("done", ""),
    }
    return render(request, "passages.html", context)


def _shown(then: Node, became: dict[Place, str], rendered: list[tuple[Markup, list[Markup]]]) -> Iterator[Shown]:
    """Of a list that is not as it was, its items; all else as whole blocks."""
    for at, (block, (html, items)) in enumerate(zip(then.nodes(), rendered, strict=True)):
        if items and became[at,] != "same":
            for item, (node, each) in enumerate(zip(block.nodes(), items, strict=True)):
                yield Shown(f"{at}.{item}", became[at, item], _called(node), each, True)
        elif text_of(block).strip():
            yield Shown(str(at), became[at,], _called(block), html, False)


def _called(block: Node) -> str:
    words = " ".join(text_of(block).split())
    return words if len(words) <= MOST_CALLED else f"{words[:MOST_CALLED].rsplit(' ', 1)[0]} …"


async def submit(request: Request) -> Response:
    """Bring the passages back that were picked (`passage`, "3" or "3.1", once each)."""
    page = await enter_meeting(request)
    document = page.document(request.path_params["document_id"])
    number = request.path_params["number"]
    oldest = await request.app.state.journal.read(lambda connection: readable_moment(connection, page, document))
    if number < oldest:
        raise Refused("not_shared")
    data = await request.form()
    picked = [_place(value) for value in data.getlist("passage")[:MOST_PICKED]]
    if not picked:
        raise Refused("invalid", "passage")
    at_end = await restore_passages(request.app.state.journal, page.actor, document.id, number, picked)
    where = f"{page.url}/history/passages?section={document.section}&at={number}"
    return redirect(request, f"{where}&done={'end' if at_end else 'place'}")


def _place(value: object) -> Place:
    parts = value.split(".") if isinstance(value, str) else []
    if not 1 <= len(parts) <= 2 or not all(one.isascii() and one.isdigit() and len(one) <= 6 for one in parts):
        raise Refused("invalid", "passage")
    return tuple(map(int, parts))


ROUTES = [
    Route("/m/{meeting_id}/history/passages", show),
    Route("/m/{meeting_id}/sections/{document_id}/history/{number:int}/passages", submit, methods=["POST"]),
]
