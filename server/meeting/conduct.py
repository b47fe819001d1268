"""How a meeting goes: its phase, a pause of editing, what is discussed, a section's text brought back."""

from collections.abc import Collection
from typing import Any

from server.documents.restore import Place, bring_back, restore
from server.documents.update import read_update
from server.domain.errors import Refused
from server.domain.roles import CLOSED, LIVE, PHASE_STEPS, PHASES
from server.domain.sections import DRAFT, FINAL, IN_DISCUSSION
from server.journal.entry import Author
from server.journal.kinds import PAUSED, PHASE, RESTORE, SECTION
from server.journal.payload import facts, restoration
from server.journal.snapshot import EMPTY_UPDATE, load
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor, own_section
from server.meeting.agenda import item_to_start_with
from server.meeting.closing import left_over
from server.meeting.letters import Letters
from server.meeting.parking import still_parked

MOST_REASON = 1000

MOST_TEXT = 4 * 1024 * 1024  # bytes of a whole document, as for edits


async def set_phase(
    journal: Journal,
    actor: Actor,
    phase: str,
    *,
    reason: str = "",
    read_back: bool = False,
    seen: str | None = None,
    letters: Letters | None = None,
) -> None:
    """Start, close or reopen the meeting; starting goes to the first item of its agenda. Raises `Refused`.

    Reopening a closed one needs a reason. "conflict" (field parking) closes none whose parking lot is not empty.
    Closing notes the sections that are not final, to be carried over, and whether the record was read back; "conflict"
    (field closing) when what is left over is not what the actor had `seen` (`server.meeting.closing.Left.mark`).
    `letters` go out with the close, and with nothing else.
    """
    if phase not in PHASES:
        raise Refused("invalid", "phase")
    reason = clean_reason(reason)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        rules = transaction.rules(actor.meeting_id)
        if (rules.phase, phase) not in PHASE_STEPS:
            raise Refused("conflict", "phase")
        if rules.phase == CLOSED and not reason:
            raise Refused("invalid", "reason")
        if phase == CLOSED and still_parked(transaction, actor.meeting_id):
            raise Refused("conflict", "parking")
        about: dict[str, Any] = {"phase": phase, "before": rules.phase, "reason": reason}
        if phase == CLOSED:
            left = left_over(transaction.connection, actor.meeting_id)
            if seen is not None and seen != left.mark:
                raise Refused("conflict", "closing")
            about |= {"carried": list(left.carried), "open": list(left.open), "read_back": read_back}
            about["mailings"] = letters.put(transaction, actor.meeting_id, author) if letters else []
        if phase == LIVE and (item_id := item_to_start_with(transaction, actor.meeting_id)) is not None:
            about["item"] = item_id
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
        transaction.append(actor.meeting_id, PAUSED, author, facts({"paused": paused}))

    await journal.act(perform)


async def discuss_section(journal: Journal, actor: Actor, document_id: str, *, discussing: bool) -> None:
    """Mark a section as being discussed, or as a draft again. Raises `Refused`; "final" for one that is final."""
    state = IN_DISCUSSION if discussing else DRAFT

    def perform(transaction: Transaction) -> None:
        section = own_section(transaction, actor, document_id)
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        if transaction.rules(actor.meeting_id).phase == CLOSED:
            raise Refused("closed")
        if section.state == FINAL:
            raise Refused("final")
        if section.state == state:
            raise Refused("conflict", "state")
        about = {"state": state, "before": section.state, "reason": ""}
        transaction.append(actor.meeting_id, SECTION, author, facts(about), document_id=document_id)

    await journal.act(perform)


async def restore_section(journal: Journal, actor: Actor, document_id: str, number: int) -> None:
    """Make a section read as it did just after entry `number`: a new edit by the actor, no step back in history.

    Raises `Refused`: like an edit, or "not_found" for a number that the section has no text at, "conflict" when the
    text reads so already.
    """

    def perform(transaction: Transaction) -> None:
        author, old = _as_it_was(transaction, actor, document_id, number)
        data = restore(load(transaction.connection, document_id).state(), old)
        if data == EMPTY_UPDATE:
            raise Refused("conflict")
        _append(transaction, actor, author, document_id, number, data)

    await journal.act(perform)


async def restore_passages(
    journal: Journal, actor: Actor, document_id: str, number: int, wanted: Collection[Place]
) -> bool:
    """Write single passages of a section as it read just after entry `number` into its text of now.

    Whether some of them stand at its end, for their place could not be found again. Raises `Refused` as
    `restore_section`; "invalid" for a passage that it did not have.
    """

    def perform(transaction: Transaction) -> bool:
        author, old = _as_it_was(transaction, actor, document_id, number)
        current = load(transaction.connection, document_id).state()
        try:
            brought = bring_back(current, old, wanted)
        except LookupError:
            raise Refused("invalid", "passage") from None
        if brought.update == EMPTY_UPDATE:
            raise Refused("conflict")
        if len(current) + len(brought.update) > MOST_TEXT:
            raise Refused("too_big")
        _append(transaction, actor, author, document_id, number, brought.update)
        return brought.at_end

    at_end: bool = await journal.act(perform)
    return at_end


def _as_it_was(transaction: Transaction, actor: Actor, document_id: str, number: int) -> tuple[Author, bytes]:
    """Who brings it back, and the section's state just after entry `number`. Raises `Refused`."""
    meeting_id, author = transaction.permit_edit(document_id, actor.person_id)
    if meeting_id != actor.meeting_id:
        raise Refused("not_found")
    old = load(transaction.connection, document_id, number)
    if not old.number:
        raise Refused("not_found")
    return author, old.state()


def _append(
    transaction: Transaction, actor: Actor, author: Author, document_id: str, number: int, update: bytes
) -> None:
    read = read_update(update)
    transaction.append(
        actor.meeting_id,
        RESTORE,
        author,
        restoration(number, update),
        document_id=document_id,
        inserted=read.inserted,
        deleted=read.deleted,
    )


def clean_reason(reason: str) -> str:
    """A reason as it is kept. Raises `Refused` for one that is too long."""
    reason = reason.strip()
    if len(reason) > MOST_REASON:
        raise Refused("invalid", "reason")
    return reason
