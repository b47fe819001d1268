"""What the projector shows: the facilitator puts it there, and everybody in the room reads the same words."""

import re
from typing import Any

from sqlalchemy import select

from server.domain.errors import Refused
from server.journal.kinds import STAGED
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor
from server.storage.tables import AgendaItem, Decision, Document, Meeting

SECTION, BLOCK, READ_BACK, ITEM, DECISION = "section", "block", "read_back", "item", "decision"
KINDS = (SECTION, BLOCK, READ_BACK, ITEM, DECISION)
# A block of a document by the Yjs id of its element, as the editor of every page knows it: client-clock.
BLOCK_ID = re.compile(r"[0-9]{1,16}-[0-9]{1,16}", re.ASCII)


async def put_on_stage(journal: Journal, actor: Actor, kind: str, target: str, *, block: str = "") -> None:
    """Show a section, one block of it, its reading back, an agenda item or a decision.

    `target` is the id of the document, the item or the decision. Raises `Refused`: "not_found" for a target that this
    meeting does not have, "invalid" naming the field. What is shown already makes no entry.
    """
    if kind not in KINDS:
        raise Refused("invalid", "kind")
    if (kind == BLOCK) != bool(block) or (block and not BLOCK_ID.fullmatch(block)):
        raise Refused("invalid", "block")
    stage: dict[str, Any] = {"kind": kind, "target": target}
    if block:
        stage["block"] = block

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        if not _is_there(transaction, actor.meeting_id, kind, target):
            raise Refused("not_found", "target")
        if _stage(transaction, actor.meeting_id) != stage:
            transaction.append(actor.meeting_id, STAGED, author, facts({"stage": stage}))

    await journal.act(perform)


async def clear_stage(journal: Journal, actor: Actor) -> None:
    """From now on the projector follows the agenda again. Raises `Refused`."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        if _stage(transaction, actor.meeting_id) is not None:
            transaction.append(actor.meeting_id, STAGED, author, facts({"stage": None}))

    await journal.act(perform)


def _stage(transaction: Transaction, meeting_id: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = transaction.connection.scalar(select(Meeting.stage).where(Meeting.id == meeting_id))
    return found


def _is_there(transaction: Transaction, meeting_id: str, kind: str, target: str) -> bool:
    if kind == ITEM:
        query = select(AgendaItem.id).where(
            AgendaItem.id == target,
            AgendaItem.meeting_id == meeting_id,
            AgendaItem.removed_at.is_(None),
            AgendaItem.state != "proposed",
        )
    elif kind == DECISION:
        query = select(Decision.id).where(Decision.id == target, Decision.meeting_id == meeting_id)
    else:
        query = select(Document.id).where(
            Document.id == target, Document.meeting_id == meeting_id, Document.kind == "section"
        )
    return transaction.connection.scalar(query) is not None
