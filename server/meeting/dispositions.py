"""What came of a comment: adopted, adopted in part, declined, parked, or answered by a decision."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.domain.errors import Refused
from server.journal.effects.comments import ADOPTED, DECLINED, IN_PART, PARKED
from server.journal.effects.form import EPOCH
from server.journal.kinds import DISPOSED, TEXT_KINDS
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor, own_section
from server.meeting.comments import check_member, own_thread
from server.meeting.today import day_to_come
from server.storage.tables import Comment, Decision, Entry, new_id

DISPOSITIONS = (ADOPTED, IN_PART, DECLINED, PARKED)
NEEDS_REASON = frozenset({IN_PART, DECLINED})
MOST_REASON = 2000


async def dispose(
    journal: Journal,
    actor: Actor,
    thread_id: str,
    disposition: str,
    *,
    before: str = "",
    reason: str = "",
    owner: str = "",
    due: str = "",
    document: str = "",
    decision: str = "",
) -> None:
    """Say what came of a thread. `before` is what the form showed as said so far ("" for nothing). Raises `Refused`.

    Adopted, whole or in part, names where: the newest change of `document` (else of the thread's own section), or a
    `decision`; "conflict" (field edit) where that text was not changed since the comment. In part and declined need a
    `reason`; parked a member as `owner` and a date.
    """
    clean.choice(disposition, "disposition", DISPOSITIONS)
    reason = clean.text(reason, "reason", most=MOST_REASON, required=disposition in NEEDS_REASON)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "dispose_comment")
        thread = own_thread(transaction, actor, thread_id)
        if (thread.disposition or "") != before:
            raise Refused("conflict", "disposition")
        about: dict[str, Any] = {
            "thread": thread_id,
            "disposition": disposition,
            "before": thread.disposition,
            "reason": reason,
            "owner": None,
            "due": None,
            "decision": _decision(transaction, actor, decision),
            "edit": None,
        }
        if disposition == PARKED:
            about["owner"] = check_member(transaction, actor, owner, "owner")
            about["due"] = day_to_come(
                transaction.connection, actor.meeting_id, due, "due", before=thread.due, required=True
            )
            about |= {"follow_up": new_id("fu"), "what": _first_words(transaction, thread_id)}
        elif disposition in (ADOPTED, IN_PART):
            where = document or thread.document_id
            if where:
                own_section(transaction, actor, where)
                about["edit"] = _newest_since(transaction, where, thread.created_at)
            if about["edit"] is None and about["decision"] is None:
                raise Refused("conflict", "edit")
        transaction.append(actor.meeting_id, DISPOSED, author, facts(about), document_id=thread.document_id)

    await journal.act(perform)


def _decision(transaction: Transaction, actor: Actor, decision_id: str) -> str | None:
    if not decision_id:
        return None
    found = transaction.connection.scalar(
        select(Decision.id).where(Decision.id == decision_id, Decision.meeting_id == actor.meeting_id)
    )
    if found is None:
        raise Refused("invalid", "decision")
    return found


def _newest_since(transaction: Transaction, document_id: str, moment: datetime) -> int | None:
    """The number of the document's newest change of text, if it came after this moment."""
    since = (moment - EPOCH) // timedelta(microseconds=1)
    newest = transaction.connection.execute(
        select(Entry.number, Entry.time)
        .where(Entry.document_id == document_id, Entry.kind.in_(sorted(TEXT_KINDS)))
        .order_by(Entry.number.desc())
        .limit(1)
    ).first()
    return newest.number if newest is not None and newest.time > since else None


def _first_words(transaction: Transaction, thread_id: str) -> str:
    return str(
        transaction.connection.scalar(
            select(Comment.text).where(Comment.thread_id == thread_id).order_by(Comment.number).limit(1)
        )
    )
