"""Threads as a reader finds them: filtered, grouped in the order of the draft, each with its passage as it is now."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.requests import Request

from server.documents.anchors import CHANGED, Passage, read_anchor
from server.documents.errors import Malformed
from server.domain.roles import STAFF
from server.domain.sections import PARENT_INPUT
from server.journal.snapshot import Damaged
from server.meeting.comment_reader import ThreadView, threads
from server.storage.tables import AgendaItem, Decision, Entry, Participant, Person
from server.web.access import MeetingPage
from server.web.words_comments import FILTERS

DEFAULT = "open"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for: a filter, and what the threads are about, as the address has it."""

    show: str = DEFAULT
    section: str = ""
    item: str = ""
    decision: str = ""

    @classmethod
    def of(cls, query: QueryParams) -> "Choice":
        show = query.get("show", DEFAULT)
        about = {name: query.get(name, "")[:60] for name in ("section", "item", "decision")}
        return cls(show if show in FILTERS else DEFAULT, **about)

    def query(self, **changes: str) -> str:
        """The address's part after the page, with `changes`; what is as usual is left out."""
        values = {"show": self.show, "section": self.section, "item": self.item, "decision": self.decision, **changes}
        found = {name: value for name, value in values.items() if value and (name, value) != ("show", DEFAULT)}
        return f"?{urlencode(found)}" if found else ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.section or self.item or self.decision)


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    name: str
    color: int
    title: str
    here: bool


@dataclass(slots=True)
class Card:
    """A thread on the page. `words`: how its passage reads now; None where it is gone, or where there is none."""

    thread: ThreadView
    words: str | None = None
    changed: bool = False
    gone: bool = False
    spread: bool = False
    at: int = -1
    edit_document: str | None = None  # where the adopted edit is
    unread: bool = False
    mentions_me: bool = False
    may_adopt: bool = False
    may_resolve: bool = False

    @property
    def due(self) -> date | None:
        return date.fromisoformat(self.thread.due) if self.thread.due else None

    @property
    def answered(self) -> bool:
        return self.thread.has_outcome or any(one.author_id != self.thread.created_by for one in self.thread.said)

    @property
    def made_from(self) -> tuple[Hashable, ...]:
        """All that it tells, as plain values that can be told apart quickly. An anchor never changes."""
        thread = self.thread
        return (_of_card(self), _of_thread(thread), *thread.said)


_of_card = attrgetter(*(one.name for one in fields(Card) if one.name != "thread"))
_of_thread = attrgetter(*(one.name for one in fields(ThreadView) if one.name not in {"said", "anchor"}))


@dataclass(slots=True)
class Group:
    """Threads about one thing. `kind`: section, item, decision; `name`: a section's name, or the thing's own title."""

    kind: str
    id: str
    name: str
    cards: list[Card] = field(default_factory=list)


@dataclass(slots=True)
class CommentsView:
    choice: Choice
    groups: list[Group]
    members: dict[str, Member]
    counts: dict[str, int]
    items: dict[str, str]
    decisions: dict[str, str]

    @property
    def shown(self) -> int:
        return sum(len(group.cards) for group in self.groups)


async def comments_view(request: Request, page: MeetingPage, choice: Choice) -> CommentsView:
    found = await request.app.state.database.read(lambda session: _read(session, page))
    shown = {document.id for document in page.shown}
    passages = await passages_of(request, [thread for thread in found.threads if thread.document_id in shown])
    cards = [_card(page, thread, passages.get(thread.id), found.edits) for thread in found.threads]
    counts = {name: sum(_fits(card, name) for card in cards) for name in FILTERS}
    chosen = [card for card in cards if _is_about(card.thread, choice) and _fits(card, choice.show)]
    groups = _grouped(page, chosen, found.items, found.decisions)
    return CommentsView(choice, groups, found.members, counts, found.items, found.decisions)


class _Found(NamedTuple):
    """`edits`: the document of each adopted edit, by its number."""

    threads: list[ThreadView]
    members: dict[str, Member]
    items: dict[str, str]
    decisions: dict[str, str]
    edits: dict[int, str | None]


def _read(session: Session, page: MeetingPage) -> _Found:
    found = [
        thread
        for thread in threads(session.connection(), page.meeting.id, reader=page.actor.person_id)
        if page.shows_thread(thread.document_id, thread.created_role)
    ]
    titles = select(AgendaItem.id, AgendaItem.title).where(AgendaItem.meeting_id == page.meeting.id)
    numbers = [thread.adopted_number for thread in found if thread.adopted_number is not None]
    edits = select(Entry.number, Entry.document_id).where(
        Entry.meeting_id == page.meeting.id, Entry.number.in_(numbers)
    )
    return _Found(
        found,
        members_of(session, page.meeting.id),
        {row.id: row.title for row in session.execute(titles)},
        decision_titles(session, page.meeting.id),
        {row.number: row.document_id for row in session.execute(edits)} if numbers else {},
    )


async def passages_of(request: Request, found: Sequence[ThreadView]) -> dict[str, Passage | None]:
    """Where each thread's passage is now, by the thread's id; None where its words are gone."""
    by_document: dict[str, list[ThreadView]] = {}
    for thread in found:
        if thread.anchor is not None and thread.document_id is not None:
            by_document.setdefault(thread.document_id, []).append(thread)
    places: dict[str, Passage | None] = {}
    if by_document:
        state = request.app.state
        newest = await state.database.read(lambda session: _newest(session, by_document))
        for document_id, mine in by_document.items():
            try:
                reading = await state.readings.of(state.journal, document_id, newest[document_id])
                places |= {thread.id: reading.find(read_anchor(thread.anchor or {})) for thread in mine}
            except (Damaged, Malformed):
                places |= {thread.id: None for thread in mine}
    return places


_NEWEST = select(Entry.hash).where(Entry.document_id == bindparam("document")).order_by(Entry.number.desc()).limit(1)


def _newest(session: Session, document_ids: Iterable[str]) -> dict[str, bytes]:
    """The hash of each document's last entry, by its id: it names all that came before."""
    return {one: session.scalar(_NEWEST, {"document": one}) or b"" for one in document_ids}


def _card(page: MeetingPage, thread: ThreadView, passage: Passage | None, edits: dict[int, str | None]) -> Card:
    card = Card(thread)
    if passage is not None:
        card.words, card.changed, card.at = passage.words, passage.how == CHANGED, passage.at
        card.spread = len(passage.pieces) > 1
    elif thread.anchor is not None:
        card.gone, card.at = True, 1 << 40  # behind everything that still has its place
    card.edit_document = edits.get(thread.adopted_number or 0)
    me = page.actor.person_id
    card.unread = thread.is_unread_by(me)
    card.mentions_me = thread.names(me)
    card.may_resolve = page.may("comment") and (thread.created_by == me or page.actor.role in STAFF)
    document = next((one for one in page.documents if one.id == thread.document_id), None)
    card.may_adopt = bool(
        thread.proposal
        and thread.disposition != "adopted"
        and document is not None
        and page.edit_refusal(document) is None
        and (page.may("dispose_comment") or document.section == PARENT_INPUT)
    )
    return card


def _fits(card: Card, show: str) -> bool:
    thread = card.thread
    if show == "open":
        return thread.is_open or (thread.is_family and not thread.has_outcome)
    if show == "unread":
        return card.unread
    if show == "mentions":
        return card.mentions_me
    if show == "family":
        return thread.is_family
    if show == "unanswered":
        return not card.answered
    return True


def _is_about(thread: ThreadView, choice: Choice) -> bool:
    return (
        (not choice.section or thread.document_id == choice.section)
        and (not choice.item or thread.item_id == choice.item)
        and (not choice.decision or thread.decision_id == choice.decision)
    )


def _grouped(page: MeetingPage, cards: list[Card], items: dict[str, str], decisions: dict[str, str]) -> list[Group]:
    groups = [Group("section", document.id, document.section) for document in page.documents]
    groups += [Group("item", item_id, title) for item_id, title in items.items()]
    groups += [Group("decision", decision_id, title) for decision_id, title in decisions.items()]
    by_id = {group.id: group for group in groups}
    for card in cards:
        thread = card.thread
        group = by_id.get(thread.document_id or thread.item_id or thread.decision_id or "")
        if group is not None:
            group.cards.append(card)
    for group in groups:
        group.cards.sort(key=lambda card: card.at)  # stable: otherwise the oldest first
    return [group for group in groups if group.cards]


def members_of(session: Session, meeting_id: str) -> dict[str, Member]:
    """Everybody who is or was in the meeting, by the person's id, by name."""
    rows = session.execute(
        select(Person.id, Person.name, Participant.color, Participant.title, Participant.removed_at)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.meeting_id == meeting_id)
        .order_by(Person.name)
    )
    return {row.id: Member(row.id, row.name, row.color, row.title, row.removed_at is None) for row in rows}


def decision_titles(session: Session, meeting_id: str) -> dict[str, str]:
    """How comments name each decision of a meeting, by its id, in their order."""
    rows = session.execute(
        select(Decision.id, Decision.ordinal, Decision.question)
        .where(Decision.meeting_id == meeting_id)
        .order_by(Decision.ordinal)
    )
    return {row.id: f"D{row.ordinal}: {row.question}" for row in rows}
