"""How a meeting goes: its phase, a pause of editing, the state of a section, a section's text brought back."""

from sqlalchemy import update

from server.documents.restore import restore
from server.documents.update import read_update
from server.domain.errors import Refused
from server.domain.roles import PHASE_STEPS, PHASES
from server.domain.sections import FINAL, SECTION_STATES
from server.journal.kinds import PAUSED, PHASE, RESTORE, SECTION
from server.journal.payload import facts, restoration
from server.journal.snapshot import EMPTY_UPDATE, load
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor
from server.storage.tables import Document, Meeting

MOST_REASON = 1000


async def set_phase(journal: Journal, actor: Actor, phase: str, *, reason: str = "") -> None:
    """Start, close or reopen the meeting. Reopening a closed one needs a reason. Raises `Refused`."""
    if phase not in PHASES:
        raise Refused("invalid", "phase")
    reason = _reason(reason)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        rules = transaction.rules(actor.meeting_id)
        if (rules.phase, phase) not in PHASE_STEPS:
            raise Refused("conflict", "phase")
        if rules.phase == "closed" and not reason:
            raise Refused("invalid", "reason")
        transaction.connection.execute(
            update(Meeting).where(Meeting.id == actor.meeting_id).values(phase=phase, editing_paused=False)
        )
        about = {"phase": phase, "before": rules.phase, "reason": reason}
        transaction.append(actor.meeting_id, PHASE, author, facts(about))

    await journal.act(perform)


async def set_editing_paused(journal: Journal, actor: Actor, paused: bool) -> None:
    """Stop or go on with editing, for everybody. Raises `Refused`; "phase" outside the live meeting."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        rules = transaction.rules(actor.meeting_id)
        if rules.phase != "live":
            raise Refused("phase")
        if rules.paused == paused:
            return
        transaction.connection.execute(
            update(Meeting).where(Meeting.id == actor.meeting_id).values(editing_paused=paused)
        )
        transaction.append(actor.meeting_id, PAUSED, author, facts({"paused": paused}))

    await journal.act(perform)


async def set_section_state(journal: Journal, actor: Actor, document_id: str, state: str, *, reason: str = "") -> None:
    """Discuss, finalize or reopen a section. Reopening a final one needs a reason. Raises `Refused`."""
    if state not in SECTION_STATES:
        raise Refused("invalid", "state")
    reason = _reason(reason)

    def perform(transaction: Transaction) -> None:
        transaction.rules(actor.meeting_id)
        section = transaction.section(document_id)
        if section.meeting_id != actor.meeting_id:
            raise Refused("not_found")
        if section.state == state:
            raise Refused("conflict", "state")
        action = _action(section.state, state)
        author = transaction.permit(actor.meeting_id, actor.person_id, action, section_state=section.state)
        if section.state == FINAL and not reason:
            raise Refused("invalid", "reason")
        transaction.connection.execute(update(Document).where(Document.id == document_id).values(state=state))
        about = {"state": state, "before": section.state, "reason": reason}
        transaction.append(actor.meeting_id, SECTION, author, facts(about), document_id=document_id)

    await journal.act(perform)


async def restore_section(journal: Journal, actor: Actor, document_id: str, number: int) -> None:
    """Make a section read as it did just after entry `number`: a new edit by the actor, no step back in history.

    Raises `Refused`: like an edit, or "not_found" for a number that the section has no text at, "conflict" when the
    text reads so already.
    """

    def perform(transaction: Transaction) -> None:
        meeting_id, author = transaction.permit_edit(document_id, actor.person_id)
        if meeting_id != actor.meeting_id:
            raise Refused("not_found")
        old = load(transaction.connection, document_id, number)
        if not old.number:
            raise Refused("not_found")
        data = restore(load(transaction.connection, document_id).state(), old.state())
        if data == EMPTY_UPDATE:
            raise Refused("conflict")
        update_read = read_update(data)
        transaction.append(
            meeting_id,
            RESTORE,
            author,
            restoration(number, data),
            document_id=document_id,
            inserted=update_read.inserted,
            deleted=update_read.deleted,
        )

    await journal.act(perform)


def _action(before: str, after: str) -> str:
    if after == FINAL:
        return "finalize_section"
    if before == FINAL:
        return "reopen_section"
    return "manage_meeting"  # between draft and in discussion


def _reason(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > MOST_REASON:
        raise Refused("invalid", "reason")
    return reason
