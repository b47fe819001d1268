"""Decisions: proposed, changed while they are open, read back word by word, settled; a settled one is only superseded.

Each function is one act and one entry. `revision` is the one that its author had before their eyes: whoever acts on
older words is refused ("conflict", field revision) and nothing is lost or done.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, func, select

from server.domain.decisions import (
    AGREE,
    MEMBERS,
    MOST_DECISIONS,
    NOT_PRESENT,
    OPEN,
    SETTLED,
    missing_to_settle,
    seen_mark,
)
from server.domain.errors import Refused
from server.domain.roles import LIVE
from server.journal.entry import Author
from server.journal.kinds import DECISION_CHANGED, DECISION_PROPOSED, DECISION_READ_BACK, DECISION_SETTLED
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor
from server.meeting.comments import own_thread
from server.meeting.decision_words import Words, cleaned
from server.meeting.finalize import newest_text
from server.meeting.once import named_by
from server.storage.tables import (
    AgendaItem,
    Attendance,
    Decision,
    Document,
    Meeting,
    Participant,
    Position,
)


async def propose_decision(
    journal: Journal,
    actor: Actor,
    words: Words,
    *,
    item_id: str | None = None,
    thread_id: str | None = None,
    supersedes: str | None = None,
    read_back: bool = False,
    once: str = "",
) -> str:
    """Returns the decision's id. Raises `Refused`: invalid or not_found with the field, conflict (supersedes),
    too_big (decisions).

    `read_back`: whoever may settle it reads its words back in the same act, and notes that all members who are present
    agree; those say otherwise for themselves. `supersedes` is the settled decision whose place it takes when settled.
    Without `item_id` it belongs to the agenda item that a live meeting is at. `once`: the form's mark; the same sent
    with it again is there already.
    """
    asked = (actor.person_id, actor.meeting_id, asdict(words), item_id, thread_id, supersedes, read_back)
    decision_id = named_by(once, "d", *asked)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_decision")
        if once and transaction.connection.scalar(select(Decision.id).where(Decision.id == decision_id)):
            return
        kept = cleaned(transaction.connection, actor.meeting_id, words)
        _permit_outcome(transaction, actor, None, kept["outcome"])
        held = select(func.count()).select_from(Decision).where(Decision.meeting_id == actor.meeting_id)
        if (transaction.connection.scalar(held) or 0) >= MOST_DECISIONS:
            raise Refused("too_big", "decisions")
        positions: list[dict[str, str]] = []
        if read_back:
            transaction.permit(actor.meeting_id, actor.person_id, "settle_decision")
            _complete(kept)
            present = _present_members(transaction, author, actor.meeting_id)
            positions = [_noted(person_id, AGREE) for person_id in present]
        about = {
            "decision": decision_id,
            "ordinal": _next_ordinal(transaction, actor.meeting_id),
            "words": kept,
            "item": _item(transaction, actor.meeting_id, item_id),
            "thread": own_thread(transaction, actor, thread_id).id if thread_id is not None else None,
            "supersedes": _superseded(transaction, actor.meeting_id, supersedes),
            "positions": positions,
            "read_back": read_back,
        }
        transaction.append(actor.meeting_id, DECISION_PROPOSED, author, facts(about))

    await journal.act(perform)
    return decision_id


async def change_decision(journal: Journal, actor: Actor, decision_id: str, words: Words, *, revision: int) -> None:
    """Other words for an open decision; what was read back of it is so no more. Raises `Refused` like proposing."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_decision")
        before = open_decision(transaction, actor.meeting_id, decision_id)
        _same_revision(before, revision)
        kept = cleaned(transaction.connection, actor.meeting_id, words, until=before.deferred_until)
        _permit_outcome(transaction, actor, before.outcome, kept["outcome"])
        about = {"decision": decision_id, "revision": before.revision + 1, "words": kept}
        transaction.append(actor.meeting_id, DECISION_CHANGED, author, facts(about))

    await journal.act(perform)


async def read_back_decision(journal: Journal, actor: Actor, decision_id: str, *, revision: int) -> None:
    """Put a decision's exact words before everybody. Raises `Refused`; "invalid" names what they still lack."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "settle_decision")
        decision = open_decision(transaction, actor.meeting_id, decision_id)
        _same_revision(decision, revision)
        _complete(decision._asdict())
        about = {"decision": decision_id, "revision": decision.revision}
        transaction.append(actor.meeting_id, DECISION_READ_BACK, author, facts(about))

    await journal.act(perform)


async def put_off_decision(journal: Journal, actor: Actor, decision_id: str) -> None:
    """Its words are no longer being read back; it stays open. Raises `Refused`; "conflict" when they were not."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "settle_decision")
        if open_decision(transaction, actor.meeting_id, decision_id).read_back_revision is None:
            raise Refused("conflict", "read_back")
        about = {"decision": decision_id, "revision": None}
        transaction.append(actor.meeting_id, DECISION_READ_BACK, author, facts(about))

    await journal.act(perform)


async def settle_decision(
    journal: Journal, actor: Actor, decision_id: str, *, revision: int, seen: str, absent: Iterable[str] = ()
) -> None:
    """What was read back is confirmed; nothing of it changes any more. Raises `Refused`.

    "conflict" with field revision (other words by now), read_back (these were not read back), positions (`seen`, the
    mark of what was before the actor's eyes, is not what stands there now) or supersedes (somebody superseded that
    decision first). `absent` are members to be noted as not present.
    """

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "settle_decision")
        decision = open_decision(transaction, actor.meeting_id, decision_id)
        _same_revision(decision, revision)
        _complete(decision._asdict())
        if decision.read_back_revision != decision.revision:
            raise Refused("conflict", "read_back")
        positions = _positions(transaction, decision_id)
        if seen != seen_mark(decision.revision, positions):
            raise Refused("conflict", "positions")
        if decision.supersedes is not None:
            _superseded(transaction, actor.meeting_id, decision.supersedes)
        about = {
            "decision": decision_id,
            "revision": decision.revision,
            "positions": _absent(transaction, author, actor.meeting_id, positions, absent),
            "pins": [_pin(transaction, document_id) for document_id in decision.sections],
            "supersedes": decision.supersedes,
        }
        transaction.append(actor.meeting_id, DECISION_SETTLED, author, facts(about))

    await journal.act(perform)


def open_decision(transaction: Transaction, meeting_id: str, decision_id: str) -> Row[Any]:
    """A decision of the meeting that is not settled. Raises `Refused`: not_found, or conflict (state)."""
    decision = transaction.connection.execute(
        select(Decision.__table__).where(Decision.id == decision_id, Decision.meeting_id == meeting_id)
    ).first()
    if decision is None:
        raise Refused("not_found")
    if decision.state != OPEN:
        raise Refused("conflict", "state")
    return decision


def _same_revision(decision: Row[Any], revision: int) -> None:
    if decision.revision != revision:
        raise Refused("conflict", "revision")


def _complete(decision: dict[str, Any]) -> None:
    missing = missing_to_settle(decision)
    if missing:
        raise Refused("invalid", missing[0])


def _permit_outcome(transaction: Transaction, actor: Actor, before: str | None, after: str | None) -> None:
    """Only who may settle says what comes of a question, and not before the meeting."""
    if before != after:
        transaction.permit(actor.meeting_id, actor.person_id, "settle_decision")


def _next_ordinal(transaction: Transaction, meeting_id: str) -> int:
    newest = transaction.connection.scalar(select(func.max(Decision.ordinal)).where(Decision.meeting_id == meeting_id))
    return (newest or 0) + 1


def _item(transaction: Transaction, meeting_id: str, item_id: str | None) -> str | None:
    if item_id is None:
        if transaction.rules(meeting_id).phase != LIVE:
            return None
        return transaction.connection.scalar(select(Meeting.current_item_id).where(Meeting.id == meeting_id))
    found = select(AgendaItem.id).where(AgendaItem.id == item_id, AgendaItem.meeting_id == meeting_id)
    if transaction.connection.scalar(found) is None:
        raise Refused("not_found", "item")
    return item_id


def _superseded(transaction: Transaction, meeting_id: str, decision_id: str | None) -> str | None:
    if decision_id is not None:
        state = transaction.connection.scalar(
            select(Decision.state).where(Decision.id == decision_id, Decision.meeting_id == meeting_id)
        )
        if state is None:
            raise Refused("not_found", "supersedes")
        if state != SETTLED:
            raise Refused("conflict", "supersedes")
    return decision_id


def _members(transaction: Transaction, meeting_id: str) -> list[str]:
    return list(
        transaction.connection.scalars(
            select(Participant.person_id)
            .where(
                Participant.meeting_id == meeting_id,
                Participant.role.in_(sorted(MEMBERS)),
                Participant.removed_at.is_(None),
            )
            .order_by(Participant.created_at, Participant.id)
        )
    )


def _present_members(transaction: Transaction, author: Author, meeting_id: str) -> list[str]:
    """Members who came and have not left, and who acts; all of them where nobody's coming was noted."""
    members = _members(transaction, meeting_id)
    rows = transaction.connection.execute(
        select(Attendance.person_id, Attendance.left_at).where(
            Attendance.meeting_id == meeting_id, Attendance.removed_at.is_(None)
        )
    ).all()
    if not rows:
        return members
    here = {author.person_id, *(row.person_id for row in rows if row.left_at is None)}
    return [person_id for person_id in members if person_id in here]


def _noted(person_id: str, position: str) -> dict[str, str]:
    return {"person": person_id, "position": position, "words": "", "lang": "en"}


def _positions(transaction: Transaction, decision_id: str) -> list[dict[str, Any]]:
    rows = transaction.connection.execute(select(Position.__table__).where(Position.decision_id == decision_id))
    return [row._asdict() for row in rows]


def _absent(
    transaction: Transaction, author: Author, meeting_id: str, positions: list[dict[str, Any]], absent: Iterable[str]
) -> list[dict[str, str]]:
    """Those to be noted as not present. Raises `Refused` for who is no member or has spoken for themselves."""
    members = _members(transaction, meeting_id)
    spoken = {one["person_id"] for one in positions if one["noted_by"] == one["person_id"]}
    noted = []
    for person_id in dict.fromkeys(absent):
        if person_id not in members or person_id == author.person_id:
            raise Refused("invalid", "absent")
        if person_id in spoken:
            raise Refused("conflict", "positions")
        noted.append(_noted(person_id, NOT_PRESENT))
    return noted


def _pin(transaction: Transaction, document_id: str) -> dict[str, Any]:
    """The version of a section that a decision speaks of: its newest text, as everybody has it now."""
    number, digest = newest_text(transaction, document_id)
    section = transaction.connection.scalar(select(Document.section).where(Document.id == document_id))
    return {"document": document_id, "section": section, "number": number, "hash": digest}
