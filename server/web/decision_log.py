"""The decision log as a page: by agenda, section, outcome or person, each decision whole, with the words of then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.documents.errors import Malformed
from server.documents.render import render_html
from server.documents.tree import read_tree, text_of
from server.domain.decisions import OUTCOMES
from server.journal.snapshot import Damaged, load
from server.meeting.comment_reader import ThreadView, threads
from server.meeting.decision_reader import DecisionView, read_decisions
from server.meeting.position_view import Member
from server.meeting.signing_reader import Stated, statements
from server.web import chain
from server.web.access import MeetingPage, enter_meeting
from server.web.decision_paper import log_paper
from server.web.paper_files import KINDS, paper_file
from server.web.visitor import visitor

FILTERS = ("item", "section", "outcome", "person")


@dataclass(frozen=True, slots=True)
class Group:
    """Decisions that were made under one item of the agenda; `title` "" for those made under none."""

    title: str
    decisions: Sequence[DecisionView]


@dataclass(frozen=True, slots=True)
class Comment:
    """What was said about a decision. `is_late`: after the meeting was closed, so no part of how it was made."""

    thread_id: str
    author_id: str
    text: str
    lang: str
    at: datetime
    is_late: bool


async def context(request: Request, page: MeetingPage, found: Sequence[DecisionView]) -> dict[str, Any]:
    """What the page shows beside the decisions themselves; `decisions` are those that the filter leaves."""
    chosen = {name: request.query_params.get(name, "") for name in FILTERS}
    documents = {document.id: document.section for document in page.documents}
    shown = [one for one in found if matches(one, chosen, documents)]
    language = visitor(request).language

    def read(connection: Connection) -> tuple[dict[tuple[str, int], Markup], list[ThreadView], list[Stated]]:
        texts = {
            key: render_html(state, gettext=language.gettext, heading_offset=3)
            for key, state in states_then(connection, shown).items()
        }
        return texts, threads(connection, page.meeting.id), statements(connection, page.meeting.id)

    texts, every, stated = await request.app.state.journal.read(read)
    return {
        "decisions": shown,
        "all_decisions": found,
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "groups": groups(page, shown),
        "outcome_codes": [code for code in OUTCOMES if any(one.row.outcome == code for one in found)],
        "log_people": people_of(found),
        "words_then": texts,
        "said_of": said_of(every, page.meeting.closed_at),
        "statements": stated,
        **await chain.after_decisions(request, page),
    }


def matches(decision: DecisionView, chosen: Mapping[str, str], documents: Mapping[str, str]) -> bool:
    """Whether the filter leaves this decision; an empty choice leaves everything."""
    row = decision.row
    told: dict[str, set[str | None]] = {
        "item": {row.item_id or ""},
        "section": {documents.get(one, "") for one in row.sections},
        "outcome": {row.outcome or ""},
        "person": {
            row.raised_by,
            *(position.row.person_id for position in decision.positions),
            *(one.owner_id for one in decision.follow_ups),
        },
    }
    return all(not value or value in told[name] for name, value in chosen.items())


def groups(page: MeetingPage, found: Sequence[DecisionView]) -> list[Group]:
    """In the order of the agenda, those under no item (or one that was removed) last; in each the order they came."""
    in_order = sorted(found, key=lambda one: one.row.ordinal)
    known = {item.id for item in page.items}
    made = [Group(item.title, [one for one in in_order if one.row.item_id == item.id]) for item in page.items] + [
        Group("", [one for one in in_order if one.row.item_id not in known])
    ]
    return [group for group in made if group.decisions]


def people_of(found: Sequence[DecisionView]) -> list[Member]:
    """Everybody who raised one, took a position or promised something."""
    ids: set[str | None] = set()
    for one in found:
        ids |= {one.row.raised_by, *(position.row.person_id for position in one.positions)}
        ids |= {follow_up.owner_id for follow_up in one.follow_ups}
    return [member for member in (found[0].people.values() if found else ()) if member.person_id in ids]


def states_then(connection: Connection, found: Sequence[DecisionView]) -> dict[tuple[str, int], bytes]:
    """The sections that these decisions speak of, from the journal at the entry that they were settled on."""
    states = {}
    for key in {(pin["document"], pin["number"]) for one in found for pin in one.row.pins}:
        try:
            states[key] = load(connection, *key).state()
        except (Damaged, Malformed):
            continue  # the history page says so where these words would stand
    return states


def said_of(every: Sequence[ThreadView], closed_at: datetime | None) -> dict[str, list[Comment]]:
    """By decision: what was said about it, oldest first."""
    found: dict[str, list[Comment]] = {}
    for thread in every:
        if thread.decision_id is None:
            continue
        found.setdefault(thread.decision_id, []).extend(
            Comment(
                thread.id,
                one.author_id,
                one.text,
                one.lang,
                one.created_at,
                closed_at is not None and one.created_at > closed_at,
            )
            for one in thread.said
        )
    return found


async def as_file(request: Request) -> Response:
    """The log as a PDF or a Word file, in the reader's language; the same filter as the page."""
    page = await enter_meeting(request)
    found = await request.app.state.database.read(lambda session: read_decisions(session, page.meeting.id))
    chosen = {name: request.query_params.get(name, "") for name in FILTERS}
    documents = {document.id: document.section for document in page.documents}
    shown = [one for one in found if matches(one, chosen, documents)]

    def read(connection: Connection) -> tuple[dict[tuple[str, int], str], list[Stated]]:
        texts = {key: text_of(read_tree(state)) for key, state in states_then(connection, shown).items()}
        return texts, statements(connection, page.meeting.id)

    texts, stated = await request.app.state.journal.read(read)
    language = visitor(request).language
    paper = log_paper(page, groups(page, shown), texts, stated, language)
    at = page.meeting.closed_at or page.meeting.created_at
    return await paper_file(request, page, paper, at, f"decisions-{language.code}")


ROUTES = [Route(f"/m/{{meeting_id}}/decisions/{kind}", as_file) for kind in KINDS]
