"""A proposed wording becomes text of the draft: an edit by whoever adopts it that keeps the proposer's name."""

from typing import Any

from sqlalchemy import Row

from server.documents.adopt import Unfit, append_paragraphs, replace_passage
from server.documents.anchors import read_anchor
from server.documents.schema import check_structure
from server.documents.update import read_update
from server.domain.errors import Refused
from server.domain.sections import PARENT_INPUT
from server.journal.kinds import ADOPTED
from server.journal.payload import facts_and_text
from server.journal.snapshot import load
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor, own_section
from server.meeting.comments import PASSAGE, own_thread

# Why a wording doesn't go in by itself -> the field that says so.
UNFIT = {"gone": "passage_gone", "spread": "passage_spread", "changed": "passage_changed"}


async def adopt_proposal(journal: Journal, actor: Actor, thread_id: str, *, seen: str = "") -> int:
    """Put a thread's proposal into its section. Returns the number of the edit.

    `seen` is how the passage read for the adopter. Raises `Refused`: like an edit of that section, and like a
    disposition unless the section is the family's own; "conflict" when it is adopted already (field disposition) or
    the passage is gone, was changed, or goes over several blocks (fields passage_gone, passage_changed,
    passage_spread): such a wording is put in by hand.
    """

    def perform(transaction: Transaction) -> int:
        thread = own_thread(transaction, actor, thread_id)
        if not thread.proposal or thread.document_id is None:
            raise Refused("invalid", "proposal")
        section = own_section(transaction, actor, thread.document_id)
        if section.section != PARENT_INPUT:
            transaction.permit(actor.meeting_id, actor.person_id, "dispose_comment")
        _, author = transaction.permit_edit(thread.document_id, actor.person_id)
        if thread.disposition == "adopted":
            raise Refused("conflict", "disposition")
        state = load(transaction.connection, thread.document_id).state()
        data = _edit(state, thread, seen)
        reason = check_structure(state, data)
        if reason is not None:
            raise Refused(reason, "proposal")
        about: dict[str, Any] = {
            "thread": thread_id,
            "proposer": thread.created_by,
            "proposer_role": thread.created_role,
        }
        read = read_update(data)
        entry = transaction.append(
            actor.meeting_id,
            ADOPTED,
            author,
            facts_and_text(about, data),
            document_id=thread.document_id,
            inserted=read.inserted,
            deleted=read.deleted,
        )
        return entry.number

    return await journal.act(perform)


def _edit(state: bytes, thread: Row[Any], seen: str) -> bytes:
    if thread.target != PASSAGE:
        return append_paragraphs(state, thread.proposal)
    try:
        data, _ = replace_passage(state, read_anchor(thread.anchor), thread.proposal, seen)
    except Unfit as unfit:
        raise Refused("conflict", UNFIT[unfit.why]) from None
    return data
