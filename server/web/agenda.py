"""The agenda rail, and what is done from it: one address for each item, and what is asked for in `act`."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain.agenda import DONE, OPEN
from server.domain.errors import Refused
from server.journal.writer import Journal
from server.meeting import Actor, gather, more_time, move_item, point_to, remove_item, set_item_state
from server.web.access import enter_meeting
from server.web.agenda_view import agenda_parts, load_agenda
from server.web.templates import is_fragment, redirect, render

Act = Callable[[Journal, Actor, str, str], Awaitable[object]]

ACTS: dict[str, Act] = {
    "next": lambda journal, actor, item, _to: point_to(journal, actor, item, left_done=True),
    "point": lambda journal, actor, item, _to: point_to(journal, actor, item, left_done=False),
    "done": lambda journal, actor, item, _to: set_item_state(journal, actor, item, DONE),
    "open": lambda journal, actor, item, _to: set_item_state(journal, actor, item, OPEN),
    "move": move_item,
    "up": lambda journal, actor, item, _to: move_item(journal, actor, item, "up"),
    "down": lambda journal, actor, item, _to: move_item(journal, actor, item, "down"),
    "remove": remove_item,
    "more_time": lambda journal, actor, item, _to: more_time(journal, actor, item),
    "gather": lambda journal, actor, item, _to: gather(journal, actor, item_id=item),
}


async def show(request: Request) -> Response:
    """The rail's changing part for htmx; a page of its own elsewhere."""
    page = await enter_meeting(request)
    agenda = await load_agenda(request, page)
    context = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        **agenda_parts(page, agenda),
    }
    return render(request, "_agenda_parts.html" if is_fragment(request) else "agenda.html", context)


async def act(request: Request) -> Response:
    page = await enter_meeting(request)
    data = await request.form()
    wanted = ACTS.get(str(data.get("act", "")))
    if wanted is None:
        raise Refused("invalid")
    # Where it goes to, or why it leaves.
    more = str(data.get("reason") or data.get("to", ""))
    await wanted(request.app.state.journal, page.actor, request.path_params["item_id"], more)
    return await show(request) if is_fragment(request) else redirect(request, f"{page.url}/agenda")


ROUTES = [
    Route("/m/{meeting_id}/agenda", show),
    Route("/m/{meeting_id}/agenda/{item_id}/act", act, methods=["POST"]),
]
