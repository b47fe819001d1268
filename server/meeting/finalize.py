"""Making a section final: its words are read back, sealed, and reopened only with a reason."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select

from server.domain.errors import Refused
from server.domain.readiness import Readiness, evaluate
from server.domain.roles import LEA_REPRESENTATIVE
from server.domain.sections import DRAFT, FINAL
from server.journal.kinds import READ_BACK, SECTION, TEXT_KINDS
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor, own_section
from server.meeting.conduct import clean_reason
from server.meeting.readiness import gather
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


async def finalize_section(
    journal: Journal, actor: Actor, document_id: str, *, override: str = "", seen: str | None = None
) -> None:
    """Seal the words that were read back; nobody can change them then. Raises `Refused`.

    `override` is the reason for sealing them though rules of `server.domain.readiness` stand against it. One that
    blocks takes the LEA representative, one that warns only the reason. `seen` is the fingerprint of the points that
    the actor had before them.

    "conflict" (field read_back) when the words were not read back, or were changed since; "conflict" (field readiness)
    while a point blocks, or when the points are others than those seen; "invalid" (field reason) without a reason.
    """

    override = clean_reason(override)

    def perform(transaction: Transaction) -> None:
        section = own_section(transaction, actor, document_id)
        author = transaction.permit(actor.meeting_id, actor.person_id, "finalize_section", section_state=section.state)
        number, digest = newest_text(transaction, document_id)
        read_back = transaction.connection.scalar(select(Document.read_back_number).where(Document.id == document_id))
        if read_back != number:
            raise Refused("conflict", "read_back")
        readiness = evaluate(gather(transaction.connection, document_id))
        _hold(readiness, author.role, override, seen)
        about = {
            "state": FINAL,
            "before": section.state,
            "reason": override,
            "sealed": {"number": number, "hash": digest},
            "overrides": _overrides(readiness, override),
            "unchecked": [{"rule": one.rule, "code": one.code} for one in readiness.unchecked],
        }
        transaction.append(actor.meeting_id, SECTION, author, facts(about), document_id=document_id)

    await journal.act(perform)


def _hold(readiness: Readiness, role: str, override: str, seen: str | None) -> None:
    """Raise `Refused` while something stands against the seal."""
    if seen is not None and seen != readiness.fingerprint:
        raise Refused("conflict", "readiness")
    if readiness.final_blocks or (readiness.blocking and role != LEA_REPRESENTATIVE):
        raise Refused("conflict", "readiness")
    if readiness.findings and not override:
        raise Refused("conflict", "readiness") if readiness.blocking else Refused("invalid", "reason")


def _overrides(readiness: Readiness, reason: str) -> list[dict[str, Any]]:
    """What did not hold the seal up: each kind of finding once, how often, and why."""
    counts = Counter((finding.rule, finding.code, finding.level) for finding in readiness.findings)
    return [
        {"rule": rule, "code": code, "level": level, "count": count, "reason": reason}
        for (rule, code, level), count in counts.items()
    ]


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
