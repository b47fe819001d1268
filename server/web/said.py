"""What has happened since, in one sentence each, for who hears a page instead of seeing it change.

The page's announcer asks with the number of the last entry that it knows. Nothing that anybody wrote is repeated here:
who wants to know more goes there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.journal import kinds
from server.journal.payload import facts_of
from server.storage.tables import NO_EDIT, AgendaItem, Decision, Document, Entry, Person, Thread
from server.web import words
from server.web.access import MeetingPage, enter_meeting
from server.web.i18n import N_, Language
from server.web.sound import number_of
from server.web.visitor import visitor

# Who was away for longer than this many entries reads the page anew.
MOST = 200


@dataclass(frozen=True, slots=True)
class Act:
    """An entry with what its sentence may need."""

    kind: str
    author: str
    facts: dict[str, Any]
    section: str = ""
    decision: int = 0
    item: int = 0


# The sentence of each kind, and whether it matters to everybody. What no sentence is made for is told by the page's
# parts themselves, or by nobody.
SENTENCES: dict[str, tuple[str, bool]] = {
    kinds.RESTORE: (N_("%(author)s brought back earlier words in %(section)s."), True),
    kinds.AGENDA_POINTED: (N_("The meeting goes to item %(item)s."), True),
    kinds.AGENDA_ADDED: (N_("The agenda has a new item."), False),
    kinds.AGENDA_CHANGED: (N_("The agenda was changed."), False),
    kinds.AGENDA_ORDERED: (N_("The agenda was changed."), False),
    kinds.AGENDA_REMOVED: (N_("The agenda was changed."), False),
    kinds.PARKED: (N_("%(author)s put something on the list for later."), False),
    kinds.THREAD_OPENED: (N_("%(author)s made a comment."), False),
    kinds.COMMENTED: (N_("%(author)s answered a comment."), False),
    kinds.DISPOSED: (N_("%(author)s wrote what became of a comment."), False),
    kinds.ADOPTED: (N_("A proposed wording was taken into %(section)s."), True),
    kinds.DECISION_PROPOSED: (N_("Decision %(decision)s was proposed."), True),
    kinds.DECISION_CHANGED: (N_("The words of decision %(decision)s were changed."), False),
    kinds.DECISION_SETTLED: (N_("Decision %(decision)s was recorded."), True),
    kinds.POSITION: (N_("%(author)s said what they think about decision %(decision)s."), False),
    kinds.FOLLOW_UP_ADDED: (N_("There is a new follow-up."), False),
    kinds.FOLLOW_UP_DONE: (N_("A follow-up is done."), False),
    kinds.ARRANGED: (N_("The time or place of the meeting was changed."), True),
    kinds.FILE_DATES: (N_("Dates from the student’s file were noted."), False),
    kinds.AMENDMENT_OFFERED: (N_("A change of the final plan is proposed."), True),
    kinds.AMENDMENT_ANSWERED: (N_("%(author)s answered a proposal to change the plan."), False),
    kinds.AMENDED: (N_("%(section)s was changed as agreed."), True),
    kinds.PROGRESS_NOTED: (N_("A value was noted on a goal."), False),
    kinds.ADDED: (N_("Somebody was added to the meeting."), False),
}
PHASE = {
    "live": N_("The meeting has started."),
    "closed": N_("The meeting is closed."),
    "reopened": N_("The meeting is open again."),
}
PAUSE = {True: N_("Writing is paused for everybody."), False: N_("Everybody can write again.")}
STATES = {
    "final": N_("%(section)s is final."),
    "in_discussion": N_("%(section)s is being discussed."),
    "draft": N_("%(section)s is no longer being discussed."),
    "reopened": N_("%(section)s was reopened."),
}


def sentence(act: Act, language: Language) -> tuple[str, bool] | None:
    """One sentence, and whether it matters to everybody; None for what nobody is told."""
    if act.kind == kinds.PHASE:
        key = "reopened" if act.facts["before"] == "closed" else act.facts["phase"]
        return (language.gettext(PHASE[key]), True) if key in PHASE else None
    if act.kind == kinds.PAUSED:
        return language.gettext(PAUSE[bool(act.facts["paused"])]), True
    if act.kind == kinds.SECTION:
        key = "reopened" if act.facts["before"] == "final" else act.facts["state"]
        text, matters = STATES[key], True
    elif act.kind in SENTENCES:
        text, matters = SENTENCES[act.kind]
    else:
        return None
    values = {
        "author": act.author,
        "section": language.gettext(words.SECTIONS.get(act.section, "")) if act.section else "",
        "decision": f"D{act.decision}" if act.decision else "",
        "item": act.item or "",
    }
    if any(f"%({name})s" in text and not value for name, value in values.items()):
        return None  # it is about something that is not there any more
    return language.gettext(text, **values), matters


def read_acts(connection: Connection, meeting_id: str, person_id: str, after: int) -> tuple[int, list[Act]]:
    """The newest number, and what others did since entry `after`."""
    rows = connection.execute(
        select(
            Entry.number,
            Entry.kind,
            Entry.document_id,
            Entry.author_id,
            Entry.payload,
            Person.name,
        )
        .outerjoin(Person, Person.id == Entry.author_id)
        .where(Entry.meeting_id == meeting_id, Entry.number > after, NO_EDIT)
        .order_by(Entry.number.desc())
        .limit(MOST)
    ).all()[::-1]
    find = Finder(connection, meeting_id)
    acts = []
    for row in rows:
        if row.author_id == person_id:
            continue
        about = facts_of(row.kind, bytes(row.payload)) or {}
        acts.append(
            Act(
                row.kind,
                row.name or "",
                about,
                section=find.section(row.document_id or text_fact(about, "document"), text_fact(about, "thread")),
                decision=find.decision(text_fact(about, "decision")),
                item=find.item(text_fact(about, "item")),
            )
        )
    return (rows[-1].number if rows else after), acts


def text_fact(about: dict[str, Any], name: str) -> str:
    value = about.get(name)
    return value if isinstance(value, str) else ""


class Finder:
    """Names of what acts are about, each looked up once."""

    def __init__(self, connection: Connection, meeting_id: str) -> None:
        self._connection = connection
        self._meeting_id = meeting_id
        self._known: dict[tuple[str, str], Any] = {}

    def _once(self, what: str, key: str, look: Callable[[], Any]) -> Any:
        if not key:
            return None
        if (what, key) not in self._known:
            self._known[what, key] = look()
        return self._known[what, key]

    def section(self, document_id: str, thread_id: str) -> str:
        if not document_id and thread_id:
            thread = select(Thread.document_id).where(Thread.id == thread_id)
            document_id = self._once("thread", thread_id, lambda: self._connection.scalar(thread)) or ""
        named = select(Document.section).where(Document.id == document_id, Document.kind == "section")
        return self._once("section", document_id, lambda: self._connection.scalar(named)) or ""

    def decision(self, decision_id: str) -> int:
        ordinal = select(Decision.ordinal).where(Decision.id == decision_id)
        return self._once("decision", decision_id, lambda: self._connection.scalar(ordinal)) or 0

    def item(self, item_id: str) -> int:
        if not item_id:
            return 0
        listed = (
            select(AgendaItem.id)
            .where(
                AgendaItem.meeting_id == self._meeting_id,
                AgendaItem.removed_at.is_(None),
                AgendaItem.state != "proposed",
            )
            .order_by(AgendaItem.position)
        )
        ids = self._once("items", "all", lambda: list(self._connection.scalars(listed)))
        return ids.index(item_id) + 1 if item_id in ids else 0


async def show(request: Request) -> Response:
    page = await enter_meeting(request)
    return JSONResponse(await tell(request, page))


async def tell(request: Request, page: MeetingPage) -> dict[str, Any]:
    asked = number_of(request, "after")
    after = page.meeting.head_number if asked is None else asked
    number, acts = await request.app.state.journal.read(
        lambda connection: read_acts(connection, page.meeting.id, page.actor.person_id, after)
    )
    language = visitor(request).language
    told = [said for act in acts if (said := sentence(act, language)) is not None]
    return {"number": number, "acts": [{"text": text, "matters": matters} for text, matters in told]}


ROUTES = [Route("/m/{meeting_id}/said", show)]
