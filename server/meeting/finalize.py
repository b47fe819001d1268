"""Making a section final: its words are read back, sealed, and reopened only with a reason."""

from sqlalchemy import func, select

from server.domain.errors import Refused
from server.domain.sections import DRAFT, FINAL
from server.journal.kinds import READ_BACK, SECTION, TEXT_KINDS
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor, own_section
from server.meeting.conduct import clean_reason
from server.storage.tables import Document, Entry


async def read_back_section(journal: Journal, actor: Actor, document_id: str) -> int:
    """Put a section's words before everybody. Returns the number of their newest entry. Raises `Refused`."""

    def perform(transaction: Transaction) -> int:
        section = own_section(transaction, actor, document_id)
        author = transaction.permit(actor.meeting_id, actor.person_id, "finalize_section", section_state=section.state)
        number, _ = newest_text(transaction, document_id)
        transaction.append(actor.meeting_id, READ_BACK, author, facts({"number": number}), document_id=document_id)
        return number

    return await journal.act(perform)


async def finalize_section(journal: Journal, actor: Actor, document_id: str, *, override: str = "") -> None:
    """Seal the words that were read back; nobody can change them then. Raises `Refused`.

    `override` is why the LEA representative seals them though a rule of `server.domain.readiness` stands against it.

    "conflict" (field read_back) when the words were not read back, or were changed since.
    """

    override = clean_reason(override)

    def perform(transaction: Transaction) -> None:
        section = own_section(transaction, actor, document_id)
        author = transaction.permit(actor.meeting_id, actor.person_id, "finalize_section", section_state=section.state)
        number, digest = newest_text(transaction, document_id)
        read_back = transaction.connection.scalar(select(Document.read_back_number).where(Document.id == document_id))
        if read_back != number:
            raise Refused("conflict", "read_back")
        about = {
            "state": FINAL,
            "before": section.state,
            "reason": override,
            "sealed": {"number": number, "hash": digest},
            "overrides": [],
        }
        transaction.append(actor.meeting_id, SECTION, author, facts(about), document_id=document_id)

    await journal.act(perform)


async def reopen_section(journal: Journal, actor: Actor, document_id: str, *, reason: str) -> None:
    """A final section becomes a draft again; what was final stays readable. Raises `Refused`."""
    reason = clean_reason(reason)

    def perform(transaction: Transaction) -> None:
        section = own_section(transaction, actor, document_id)
        author = transaction.permit(actor.meeting_id, actor.person_id, "reopen_section", section_state=section.state)
        if section.state != FINAL:
            raise Refused("conflict", "state")
        if not reason:
            raise Refused("invalid", "reason")
        about = {"state": DRAFT, "before": FINAL, "reason": reason}
        transaction.append(actor.meeting_id, SECTION, author, facts(about), document_id=document_id)

    await journal.act(perform)


def newest_text(transaction: Transaction, document_id: str) -> tuple[int, str]:
    """The number of the document's newest text entry and that entry's hash in hexadecimal; (0, "") without any."""
    newest = select(func.max(Entry.number)).where(Entry.document_id == document_id, Entry.kind.in_(sorted(TEXT_KINDS)))
    row = transaction.connection.execute(
        select(Entry.number, Entry.hash).where(
            Entry.document_id == document_id, Entry.number == newest.scalar_subquery()
        )
    ).first()
    return (0, "") if row is None else (row.number, row.hash.hex())
