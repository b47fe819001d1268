"""Who wrote these words, and when: of a section as it read at a moment, from the journal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.documents.positions import Positions
from server.documents.tree import Node, read_tree
from server.domain.errors import Refused
from server.journal.authorship import Authorship, Source
from server.journal.snapshot import Damaged, load
from server.web.access import enter_meeting
from server.web.changes import readable_moment
from server.web.sound import number_of
from server.web.templates import is_fragment, render
from server.web.timeline import base_of, colors_of, moment_of, section_of

MOST_PASSAGES = 300  # that are told of at once


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that one entry's author wrote, or neighbouring ones by the same person within the same minute."""

    words: str
    by: str
    color: int
    at: datetime
    number: int


async def show_who(request: Request) -> Response:
    """Who wrote what, passage by passage; `?from=` and `?to=` (UTF-16 units of the section's text) narrow it."""
    page = await enter_meeting(request)
    document = section_of(page, request.query_params.get("section"))
    at = number_of(request, "at")
    if document is None or at is None:
        raise HTTPException(404)
    oldest = await request.app.state.journal.read(lambda connection: readable_moment(connection, page, document))
    if at < oldest:
        raise Refused("not_shared")
    start, end = number_of(request, "from") or 0, number_of(request, "to")
    colors = await colors_of(request, page)

    def read(connection: Connection) -> list[Passage] | None:
        try:
            state = load(connection, document.id, at).state()
            whose = request.app.state.authorships.of(connection, document.id)
            return _passages(state, whose, start, end, colors)
        except (Damaged, Malformed):
            return None

    passages = await request.app.state.database.read(lambda session: read(session.connection()))
    context = {
        **base_of(page),
        "document": document,
        "at": at,
        "passages": passages[:MOST_PASSAGES] if passages is not None else None,
        "more": passages is not None and len(passages) > MOST_PASSAGES,
    }
    return render(request, "_who.html" if is_fragment(request) else "who.html", context)


def _passages(
    state: bytes, whose: Authorship, start: int, end: int | None, colors: dict[str, tuple[str, int]]
) -> list[Passage]:
    words = "".join(_texts(read_tree(state))).encode("utf-16-le", "surrogatepass")
    found: list[Passage] = []
    last: tuple[int, Source] | None = None
    at = 0
    for text, client, clock, length in Positions(state).runs():
        for part, place in whose.pieces(client, clock, length):
            begin, stop = max(at, start), at + part if end is None else min(at + part, end)
            at += part
            if stop <= begin or place < 0:
                continue
            said = words[2 * begin : 2 * stop].decode("utf-16-le", "replace")
            source = whose.source(place)
            if last is not None and _together(last[1], source):
                between = "" if last[0] == text else "\n"
                found[-1] = Passage(
                    found[-1].words + between + said, found[-1].by, found[-1].color, found[-1].at, source.number
                )
            else:
                name, color = colors.get(source.author_id, ("", 0))
                found.append(Passage(said, name, color, moment_of(source.time), source.number))
            last = text, source
            if len(found) > MOST_PASSAGES:
                return found
    return found


def _texts(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, Node):
            yield from _texts(child)
        else:
            yield child.text


def _together(one: Source, other: Source) -> bool:
    return one.author_id == other.author_id and abs(one.time - other.time) < 60_000_000


ROUTES = [Route("/m/{meeting_id}/history/who", show_who)]
