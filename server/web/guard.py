"""For the case manager alone: facts about real participation that are worth a look before others take one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.domain import guard
from server.meeting.guard import look_at
from server.storage.tables import Decision, Participant, Person
from server.web.access import MeetingPage, enter_meeting
from server.web.i18n import N_
from server.web.templates import render
from server.web.visitor import visitor
from server.web.words_guard import FACTS

COMMENT = N_("A comment")
INVITATIONS = (N_("Invitations"), "invitations")
SHARING = (N_("Sharing the draft"), "sharing")


@dataclass(frozen=True, slots=True)
class Line:
    """A fact as it is told, and the place that it leads to."""

    label: str
    url: str
    words: str
    quote: str


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    if not page.may("read_guard"):
        raise HTTPException(404)  # nobody else is told that there is such a page
    keys = request.app.state.settings.secret_keys

    def read(connection: Connection) -> tuple[guard.Look, dict[str, str], dict[str, int]]:
        names = select(Participant.person_id, Person.name).join(Person, Person.id == Participant.person_id)
        ordinals = select(Decision.id, Decision.ordinal).where(Decision.meeting_id == page.meeting.id)
        return (
            look_at(connection, page.meeting.id, keys),
            dict(connection.execute(names.where(Participant.meeting_id == page.meeting.id)).all()),
            dict(connection.execute(ordinals).all()),
        )

    look, names, ordinals = await request.app.state.journal.read(read)
    found = {
        rule: [_line(request, page, look, fact, names, ordinals) for fact in facts]
        for rule, facts in guard.facts(look).items()
    }
    context: dict[str, Any] = {
        "page": page,
        "meeting": page.meeting,
        "student": page.student,
        "found": {rule: lines for rule, lines in found.items() if lines},
        "clear": [rule for rule, lines in found.items() if not lines],
        "most": guard.MOST_FACTS,
    }
    return render(request, "guard.html", context)


def _line(
    request: Request,
    page: MeetingPage,
    look: guard.Look,
    fact: guard.Fact,
    names: dict[str, str],
    ordinals: dict[str, int],
) -> Line:
    language, zone = visitor(request).language, page.meeting.time_zone
    place = fact.place
    if place.kind == guard.SECTION:
        document = page.document(place.id)
        label, url = page.label(document, language.gettext), f"{page.url}#section-{document.section}"
    elif place.kind == guard.DECISION:
        label, url = f"D{ordinals[place.id]}", f"{page.url}/decisions/{place.id}"
    elif place.kind == guard.THREAD:
        label, url = language.gettext(COMMENT), f"{page.url}/comments?show=all#thread-{place.id}"
    else:
        told_by = INVITATIONS if fact.code == "not_told" else SHARING
        label, url = language.gettext(told_by[0]), f"{page.url}/{told_by[1]}"
    told = {
        "name": names.get(place.id, ""),
        "when": language.date_and_time(fact.at, zone) if fact.at else "",
        "called": language.date_and_time(look.called_for, zone),
    }
    return Line(label, url, language.gettext(FACTS[fact.code]) % told, fact.quote)


ROUTES = [Route("/m/{meeting_id}/guard", show)]
