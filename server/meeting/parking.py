"""The parking lot: what is put off so that nothing is lost. Each act is one journal entry."""

from sqlalchemy import Row, func, select

from server.domain import agenda
from server.domain.agenda import LEAVES_AS, WITHDRAWN
from server.domain.errors import Refused
from server.domain.roles import STAFF
from server.journal import kinds
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.follow_ups import Promise, check_owner, new_follow_up
from server.storage.tables import ParkedItem, new_id


async def park(journal: Journal, actor: Actor, *, text: str, why: str = "", raised_by: str = "") -> str:
    """Put something off. Returns its id. `raised_by`: whose it is, when staff write it down for somebody else.

    Raises `Refused`.
    """
    text = clean.text(text, "text", most=agenda.WORDS_LENGTH)
    why = clean.text(why, "why", most=agenda.WORDS_LENGTH, required=False)

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "park")
        whose = check_owner(transaction, actor.meeting_id, raised_by or actor.person_id, required=True)
        if whose != actor.person_id and author.role not in STAFF:
            raise Refused("role")
        held = transaction.connection.scalar(
            select(func.count()).select_from(ParkedItem).where(ParkedItem.meeting_id == actor.meeting_id)
        )
        if (held or 0) >= agenda.MOST_PARKED:
            raise Refused("too_big", "parking")
        parked_id = new_id("k")
        about = {"parked": parked_id, "text": text, "why": why, "raised_by": whose}
        transaction.append(actor.meeting_id, kinds.PARKED, author, facts(about))
        return parked_id

    return await journal.act(perform)


async def unpark(
    journal: Journal, actor: Actor, parked_id: str, *, leave_as: str, promise: Promise | None = None
) -> str | None:
    """A parked item leaves: as a follow-up, an item of the next meeting, a request that needs an answer, or withdrawn.

    Returns the id of the follow-up that it becomes. Whoever raised it may withdraw it, nobody else; the rest is the
    staff's to write down. Raises `Refused`; "conflict" (field parked) for one that has left.
    """
    clean.choice(leave_as, "leave_as", LEAVES_AS)

    def perform(transaction: Transaction) -> str | None:
        action = "park" if leave_as == WITHDRAWN else "manage_follow_ups"
        author = transaction.permit(actor.meeting_id, actor.person_id, action)
        row = _own_parked(transaction, actor.meeting_id, parked_id)
        if row.left_as is not None:
            raise Refused("conflict", "parked")
        if leave_as == WITHDRAWN and row.raised_by != actor.person_id:
            raise Refused("role")
        kind = LEAVES_AS[leave_as]
        follow_up = None
        if kind is not None:
            follow_up = new_follow_up(transaction, actor.meeting_id, promise or Promise(row.text), kind=kind)
        about = {"parked": parked_id, "as": leave_as, "follow_up": follow_up}
        transaction.append(actor.meeting_id, kinds.UNPARKED, author, facts(about))
        return None if follow_up is None else str(follow_up["follow_up"])

    return await journal.act(perform)


def still_parked(transaction: Transaction, meeting_id: str) -> int:
    """How many items wait in the parking lot."""
    waiting = select(func.count()).select_from(ParkedItem).where(ParkedItem.meeting_id == meeting_id)
    return transaction.connection.scalar(waiting.where(ParkedItem.left_as.is_(None))) or 0


def _own_parked(transaction: Transaction, meeting_id: str, parked_id: str) -> Row[str, str, str | None]:
    row = transaction.connection.execute(
        select(ParkedItem.text, ParkedItem.raised_by, ParkedItem.left_as).where(
            ParkedItem.id == parked_id, ParkedItem.meeting_id == meeting_id
        )
    ).first()
    if row is None:
        raise Refused("not_found", "parked")
    return row
