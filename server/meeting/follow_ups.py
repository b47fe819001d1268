"""Follow-ups: who does what by when, and what came of it. Each act is one journal entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from server.domain import agenda
from server.domain.agenda import FOLLOW_UP_KINDS, MEETING, NEEDS_OWNER_AND_DAY
from server.domain.errors import Refused
from server.domain.roles import STAFF
from server.journal import kinds
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.agenda import own_item
from server.meeting.today import day_to_come
from server.storage.tables import Decision, FollowUp, ParkedItem, Participant, new_id


@dataclass(frozen=True, slots=True)
class Promise:
    """Who does what by when, as typed: `owner` a person's id or "", `due` an ISO 8601 date or ""."""

    what: str
    owner: str = ""
    due: str = ""

    def facts(
        self, transaction: Transaction, meeting_id: str, kind: str, *, before: str | None = None
    ) -> dict[str, Any]:
        """As an entry tells it; `before` is the day that stands already. Raises `Refused`: what, owner, due."""
        needed = kind in NEEDS_OWNER_AND_DAY
        what = clean.text(self.what, "what", most=agenda.WORDS_LENGTH)
        owner = check_owner(transaction, meeting_id, self.owner, required=needed)
        due = day_to_come(transaction.connection, meeting_id, self.due, "due", before=before, required=needed)
        return {"kind": kind, "what": what, "owner": owner, "due": due}


async def add_follow_up(
    journal: Journal, actor: Actor, promise: Promise, *, kind: str, decision_id: str = "", item_id: str = ""
) -> str:
    """Returns its id. A task and a request need an owner and a day. Raises `Refused`."""
    clean.choice(kind, "kind", FOLLOW_UP_KINDS)

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_follow_ups")
        if decision_id:
            _own_decision(transaction, actor.meeting_id, decision_id)
        if item_id:
            own_item(transaction, actor.meeting_id, item_id)
        about = new_follow_up(transaction, actor.meeting_id, promise, kind=kind)
        about |= {"decision": decision_id or None, "thread": None, "item": item_id or None}
        transaction.append(actor.meeting_id, kinds.FOLLOW_UP_ADDED, author, facts(about))
        return str(about["follow_up"])

    return await journal.act(perform)


async def more_time(journal: Journal, actor: Actor, item_id: str, *, due: str = "", owner: str = "") -> str:
    """The team needs more time for an item than it has today: a follow-up meeting about it. Returns its id.

    Raises `Refused`; "conflict" (field more_time) when one is agreed for this item and still to come.
    """

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_follow_ups")
        item = own_item(transaction, actor.meeting_id, item_id)
        agreed = select(FollowUp.id).where(
            FollowUp.item_id == item_id,
            FollowUp.kind == MEETING,
            FollowUp.removed_at.is_(None),
            FollowUp.done_at.is_(None),
        )
        if transaction.connection.scalar(agreed) is not None:
            raise Refused("conflict", "more_time")
        about = new_follow_up(transaction, actor.meeting_id, Promise(item.title, owner, due), kind=MEETING)
        about |= {"decision": None, "thread": None, "item": item_id}
        transaction.append(actor.meeting_id, kinds.FOLLOW_UP_ADDED, author, facts(about))
        return str(about["follow_up"])

    return await journal.act(perform)


def new_follow_up(transaction: Transaction, meeting_id: str, promise: Promise, *, kind: str) -> dict[str, Any]:
    """The facts of a new one, checked against the meeting: what `effects.follow_ups.added` reads. Raises `Refused`."""
    held = transaction.connection.scalar(
        select(func.count()).select_from(FollowUp).where(FollowUp.meeting_id == meeting_id)
    )
    if (held or 0) >= agenda.MOST_FOLLOW_UPS:
        raise Refused("too_big", "follow_ups")
    return {"follow_up": new_id("f"), **promise.facts(transaction, meeting_id, kind)}


async def change_follow_up(journal: Journal, actor: Actor, follow_up_id: str, promise: Promise) -> None:
    """Other words, another owner or day. Raises `Refused`; "conflict" (field done) for one that is done."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_follow_ups")
        row = _own_follow_up(transaction, actor.meeting_id, follow_up_id)
        if row.done_at is not None:
            raise Refused("conflict", "done")
        about = promise.facts(transaction, actor.meeting_id, row.kind, before=row.due)
        del about["kind"]
        transaction.append(
            actor.meeting_id, kinds.FOLLOW_UP_CHANGED, author, facts({"follow_up": follow_up_id, **about})
        )

    await journal.act(perform)


async def mark_follow_up(journal: Journal, actor: Actor, follow_up_id: str, *, done: bool, note: str = "") -> None:
    """Done, or not done after all; by its owner or by staff, also after the meeting. Raises `Refused`.

    "role" for somebody else's; "conflict" (field done) when it is marked so already.
    """
    note = clean.text(note, "note", most=agenda.NOTE_LENGTH, required=False)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "mark_follow_up")
        row = _own_follow_up(transaction, actor.meeting_id, follow_up_id)
        if author.role not in STAFF and row.owner_id != actor.person_id:
            raise Refused("role")
        if (row.done_at is not None) == done:
            raise Refused("conflict", "done")
        about = {"follow_up": follow_up_id, "done": done, "note": note if done else ""}
        transaction.append(actor.meeting_id, kinds.FOLLOW_UP_DONE, author, facts(about))

    await journal.act(perform)


async def remove_follow_up(journal: Journal, actor: Actor, follow_up_id: str) -> None:
    """Take back one that was written down by mistake. Raises `Refused`.

    "conflict" (field parked) for what a parked item left as: nothing that was raised may vanish.
    """

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_follow_ups")
        row = _own_follow_up(transaction, actor.meeting_id, follow_up_id)
        if row.done_at is not None:
            raise Refused("conflict", "done")
        parked = select(ParkedItem.id).where(ParkedItem.follow_up_id == follow_up_id)
        if transaction.connection.scalar(parked) is not None:
            raise Refused("conflict", "parked")
        transaction.append(actor.meeting_id, kinds.FOLLOW_UP_REMOVED, author, facts({"follow_up": follow_up_id}))

    await journal.act(perform)


def check_owner(transaction: Transaction, meeting_id: str, owner: str, *, required: bool) -> str | None:
    """The person's id if they are in the meeting, or None for nobody. Raises `Refused` with the field owner."""
    if not owner:
        if required:
            raise Refused("invalid", "owner")
        return None
    seated = select(Participant.person_id).where(
        Participant.meeting_id == meeting_id, Participant.person_id == owner, Participant.removed_at.is_(None)
    )
    if transaction.connection.scalar(seated) is None:
        raise Refused("not_found", "owner")
    return owner


def _own_follow_up(
    transaction: Transaction, meeting_id: str, follow_up_id: str
) -> Row[str, str | None, str | None, datetime | None]:
    row = transaction.connection.execute(
        select(FollowUp.kind, FollowUp.owner_id, FollowUp.due, FollowUp.done_at).where(
            FollowUp.id == follow_up_id, FollowUp.meeting_id == meeting_id, FollowUp.removed_at.is_(None)
        )
    ).first()
    if row is None:
        raise Refused("not_found", "follow_up")
    return row


def _own_decision(transaction: Transaction, meeting_id: str, decision_id: str) -> None:
    own = select(Decision.id).where(Decision.id == decision_id, Decision.meeting_id == meeting_id)
    if transaction.connection.scalar(own) is None:
        raise Refused("not_found", "decision")
