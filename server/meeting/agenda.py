"""The agenda: its items, their order, and where the meeting is. Each act is one journal entry."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, func, select

from server.documents.tree import Node, content_update
from server.documents.update import read_update
from server.domain import agenda
from server.domain.agenda import CURRENT, DONE, OPEN, PROPOSED, CameFrom
from server.domain.errors import Refused
from server.domain.roles import CASE_MANAGER, CLOSED, LIVE
from server.domain.sections import SECTIONS
from server.journal import kinds
from server.journal.entry import Author
from server.journal.payload import facts, facts_and_text
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.storage.tables import AgendaItem, Document, Meeting, new_id


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """An item as it is written down. `sections`: names of the sections that it is about.

    `carried`: what of an earlier meeting it goes on with (`tables.AgendaItem.carried`); only a new item has it.
    """

    title: str
    minutes: int
    presenter: str = ""
    outcome: str = ""
    sections: tuple[str, ...] = ()
    carried: Mapping[str, Any] | None = None

    def cleaned(self) -> "ItemPlan":
        """As it is kept. Raises `Refused` ("invalid", the field)."""
        if not 1 <= self.minutes <= agenda.MOST_MINUTES:
            raise Refused("invalid", "minutes")
        if not set(self.sections) <= set(SECTIONS):
            raise Refused("invalid", "sections")
        return ItemPlan(
            clean.line(self.title, "title", most=agenda.TITLE_LENGTH),
            self.minutes,
            clean.line(self.presenter, "presenter", most=agenda.PRESENTER_LENGTH, required=False),
            clean.line(self.outcome, "outcome", most=agenda.OUTCOME_LENGTH, required=False),
            tuple(section for section in SECTIONS if section in self.sections),
            self.carried,
        )


async def add_item(journal: Journal, actor: Actor, plan: ItemPlan) -> str:
    """A new item at the end, with a document for its notes. Returns its id. Raises `Refused`.

    From a parent or the student it is a proposal, which the case manager accepts, changes or removes.
    """
    plan = plan.cleaned()

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_item")
        held = transaction.connection.scalar(
            select(func.count())
            .select_from(AgendaItem)
            .where(AgendaItem.meeting_id == actor.meeting_id, AgendaItem.removed_at.is_(None))
        )
        if (held or 0) >= agenda.MOST_ITEMS:
            raise Refused("too_big", "agenda")
        state = OPEN if author.role == CASE_MANAGER else PROPOSED
        return append_item(transaction, actor.meeting_id, author, plan, state=state)

    return await journal.act(perform)


def append_item(
    transaction: Transaction,
    meeting_id: str,
    author: Author,
    plan: ItemPlan,
    *,
    state: str,
    came_from: CameFrom | None = None,
) -> str:
    """Write the entry of a new last item; its notes begin as one empty paragraph. Returns the item's id."""
    last = transaction.connection.scalar(
        select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting_id)
    )
    item_id = new_id("i")
    about = {"item": item_id, "position": 0 if last is None else last + 1, "state": state, **_facts(plan)}
    if came_from is not None:
        about["came_from"] = {"id": came_from.id, "kind": came_from.kind, "meeting": came_from.meeting_id}
    content = content_update([Node("paragraph")])
    transaction.append(
        meeting_id,
        kinds.AGENDA_ADDED,
        author,
        facts_and_text(about, content),
        document_id=new_id("d"),
        inserted=read_update(content).inserted,
    )
    return item_id


async def change_item(journal: Journal, actor: Actor, item_id: str, plan: ItemPlan) -> None:
    """Other words for an item. Raises `Refused`."""
    plan = plan.cleaned()

    def perform(transaction: Transaction) -> None:
        author = _manager(transaction, actor)
        own_item(transaction, actor.meeting_id, item_id)
        transaction.append(actor.meeting_id, kinds.AGENDA_CHANGED, author, facts({"item": item_id, **_facts(plan)}))

    await journal.act(perform)


def _facts(plan: ItemPlan) -> dict[str, Any]:
    about = {**asdict(plan), "sections": list(plan.sections)}
    if plan.carried is None:
        del about["carried"]
    return about


async def move_item(journal: Journal, actor: Actor, item_id: str, to: str) -> None:
    """Another place in the order: "up", "down", "end", or before the item whose id `to` is. Raises `Refused`.

    "conflict" (field order) when it is there already.
    """

    def perform(transaction: Transaction) -> None:
        author = _manager(transaction, actor)
        own_item(transaction, actor.meeting_id, item_id)
        order = _order(transaction, actor.meeting_id)
        moved = _moved(order, item_id, to)
        if moved == order:
            raise Refused("conflict", "order")
        transaction.append(actor.meeting_id, kinds.AGENDA_ORDERED, author, facts({"item": item_id, "order": moved}))

    await journal.act(perform)


def _order(transaction: Transaction, meeting_id: str) -> list[str]:
    found = transaction.connection.scalars(
        select(AgendaItem.id)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position)
    )
    return list(found)


def _moved(order: Sequence[str], item_id: str, to: str) -> list[str]:
    at = order.index(item_id)
    rest = [other for other in order if other != item_id]
    if to == agenda.UP:
        at = max(at - 1, 0)
    elif to == agenda.DOWN:
        at = min(at + 1, len(rest))
    elif to == agenda.END:
        at = len(rest)
    elif to != item_id:
        if to not in rest:
            raise Refused("not_found", "item")
        at = rest.index(to)
    return [*rest[:at], item_id, *rest[at:]]


async def remove_item(journal: Journal, actor: Actor, item_id: str, reason: str = "") -> None:
    """Take an item off the agenda. Raises `Refused`; "conflict" (field discussed) once the meeting was at it.

    What came back from an earlier meeting leaves for a reason only: "invalid" (field reason).
    """
    reason = clean.text(reason, "reason", most=agenda.NOTE_LENGTH, required=False)

    def perform(transaction: Transaction) -> None:
        author = _manager(transaction, actor)
        item = own_item(transaction, actor.meeting_id, item_id)
        if item.state in {CURRENT, DONE} or item.seconds:
            raise Refused("conflict", "discussed")
        came = transaction.connection.scalar(select(AgendaItem.came_from).where(AgendaItem.id == item_id))
        if came is not None and not reason:
            raise Refused("invalid", "reason")
        about = {"item": item_id, "reason": reason}
        transaction.append(actor.meeting_id, kinds.AGENDA_REMOVED, author, facts(about))

    await journal.act(perform)


async def point_to(journal: Journal, actor: Actor, item_id: str, *, left_done: bool) -> None:
    """The meeting goes to an item, and the one it leaves is done or stays open. Raises `Refused`.

    "phase" unless the meeting is live; "conflict" (field current) when it is at that item already.
    """

    def perform(transaction: Transaction) -> None:
        author = _leader(transaction, actor)
        own_item(transaction, actor.meeting_id, item_id)
        left = current_item(transaction, actor.meeting_id)
        if left == item_id:
            raise Refused("conflict", "current")
        about = {"item": item_id, "left": left, "left_state": DONE if left_done else OPEN}
        transaction.append(actor.meeting_id, kinds.AGENDA_POINTED, author, facts(about))

    await journal.act(perform)


async def set_item_state(journal: Journal, actor: Actor, item_id: str, state: str) -> None:
    """Accept a proposed item, mark one as done, or take that back. Raises `Refused`; "conflict" (field state).

    Where the current item is done, the meeting is at none until it goes on.
    """
    clean.choice(state, "state", (OPEN, DONE))

    def perform(transaction: Transaction) -> None:
        author = _manager(transaction, actor)
        item = own_item(transaction, actor.meeting_id, item_id)
        if item.state == state or (item.state == CURRENT and state == OPEN):
            raise Refused("conflict", "state")
        about = {"item": item_id, "state": state, "before": item.state}
        transaction.append(actor.meeting_id, kinds.AGENDA_STATE, author, facts(about))

    await journal.act(perform)


async def gather(journal: Journal, actor: Actor, *, item_id: str | None = None, section: str | None = None) -> None:
    """Ask everybody to come to one place: an item of the agenda, or a section. Nobody is moved. Raises `Refused`."""

    def perform(transaction: Transaction) -> None:
        author = _leader(transaction, actor)
        if item_id is not None:
            own_item(transaction, actor.meeting_id, item_id)
            to = {"item": item_id}
        else:
            known = select(Document.id).where(
                Document.meeting_id == actor.meeting_id, Document.kind == "section", Document.section == section
            )
            if section is None or transaction.connection.scalar(known) is None:
                raise Refused("not_found", "section")
            to = {"section": section}
        transaction.append(actor.meeting_id, kinds.GATHERED, author, facts({"to": to}))

    await journal.act(perform)


def own_item(transaction: Transaction, meeting_id: str, item_id: str) -> Row[str, str, str, int]:
    """An item of this meeting's agenda (id, title, state, seconds). Raises `Refused("not_found", "item")`."""
    row = transaction.connection.execute(
        select(AgendaItem.id, AgendaItem.title, AgendaItem.state, AgendaItem.seconds).where(
            AgendaItem.id == item_id, AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None)
        )
    ).first()
    if row is None:
        raise Refused("not_found", "item")
    return row


def current_item(transaction: Transaction, meeting_id: str) -> str | None:
    found: str | None = transaction.connection.scalar(select(Meeting.current_item_id).where(Meeting.id == meeting_id))
    return found


def item_to_start_with(transaction: Transaction, meeting_id: str) -> str | None:
    """Where a meeting that goes live is: where it was when it closed, or at the first item that is open."""
    first = (
        select(AgendaItem.id)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None), AgendaItem.state == OPEN)
        .order_by(AgendaItem.position)
        .limit(1)
    )
    started = transaction.connection.scalar(select(Meeting.started_at).where(Meeting.id == meeting_id))
    if started is not None:
        return current_item(transaction, meeting_id)
    found: str | None = transaction.connection.scalar(first)
    return found


def _manager(transaction: Transaction, actor: Actor) -> Author:
    """Whoever may lead the meeting, as long as it is not over."""
    author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
    if transaction.rules(actor.meeting_id).phase == CLOSED:
        raise Refused("closed")
    return author


def _leader(transaction: Transaction, actor: Actor) -> Author:
    """Whoever leads the meeting that is on."""
    author = _manager(transaction, actor)
    if transaction.rules(actor.meeting_id).phase != LIVE:
        raise Refused("phase")
    return author
