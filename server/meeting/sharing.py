"""Sharing the draft with the family before the meeting: sections go out, and are opened. One journal entry each."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Row, select

from server.domain.errors import Refused
from server.domain.readiness import PROFILES
from server.domain.sections import SECTIONS
from server.domain.sharing import SHAREABLE, VIEWS, is_shared, why_not_read
from server.journal.entry import Author
from server.journal.kinds import OPENED, SHARED, VIEWED
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.storage.tables import Document, Meeting, Opening, SectionView

LANGUAGES = ("en", "es")  # of a draft's words


async def share_sections(journal: Journal, actor: Actor, document_ids: Iterable[str], *, language: str = "en") -> None:
    """From now on the family reads these sections; `language` is that of their words. Raises `Refused`.

    "invalid" (field sections) for none, or for what is never shared; "conflict" (field shared) for one that went out
    already, (field held) for one that the state's profile keeps open until the meeting.
    """
    language = clean.choice(language, "language", LANGUAGES)
    wanted = list(dict.fromkeys(document_ids))
    if not 0 < len(wanted) <= len(SECTIONS):
        raise Refused("invalid", "sections")

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "share_draft")
        append_shared(transaction, author, actor.meeting_id, wanted, language)

    await journal.act(perform)


def append_shared(
    transaction: Transaction, author: Author, meeting_id: str, document_ids: Sequence[str], language: str
) -> None:
    profile_id = transaction.connection.scalar(select(Meeting.profile).where(Meeting.id == meeting_id))
    profile = PROFILES.get(profile_id or "", PROFILES["federal"])
    rows = {row.id: row for row in _documents(transaction, meeting_id, document_ids)}
    told = []
    for document_id in document_ids:
        row = rows.get(document_id)
        if row is None or row.section not in SHAREABLE:
            raise Refused("invalid", "sections")
        if row.shared_number is not None:
            raise Refused("conflict", "shared")
        if row.section in profile.hold_sections:
            raise Refused("conflict", "held")
        held = list(profile.hold_fields.get(row.section, ()))
        told.append({"document": document_id, "section": row.section, "held": held})
    transaction.append(meeting_id, SHARED, author, facts({"sections": told, "language": language}))


async def note_opening(journal: Journal, actor: Actor, document_ids: Iterable[str]) -> None:
    """Keep that the actor opened these for the first time; what they had opened before, or may not, is left out.

    Raises `Refused`: only the family's openings before the meeting are kept.
    """
    wanted = list(dict.fromkeys(document_ids))

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "note_opening")
        before = set(
            transaction.connection.scalars(
                select(Opening.document_id).where(
                    Opening.meeting_id == actor.meeting_id, Opening.person_id == actor.person_id
                )
            )
        )
        rows = _documents(transaction, actor.meeting_id, wanted)
        new = [row.id for row in rows if row.shared_number is not None and row.id not in before]
        if new:
            transaction.append(actor.meeting_id, OPENED, author, facts({"documents": new}))

    await journal.act(perform)


async def say_about_section(journal: Journal, actor: Actor, document_id: str, view: str) -> None:
    """The actor's own word on a section that was shared: "fine" or "talk". The same again makes no entry.

    Raises `Refused`; "not_shared" for what did not go out yet.
    """
    clean.choice(view, "view", VIEWS)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "say_about_section")
        row = next(iter(_documents(transaction, actor.meeting_id, [document_id])), None)
        if row is None:
            raise Refused("not_found")
        if row.shared_number is None:
            raise Refused("not_shared")
        said = select(SectionView.view).where(
            SectionView.document_id == document_id, SectionView.person_id == actor.person_id
        )
        if transaction.connection.scalar(said) != view:
            about = {"document": document_id, "section": row.section, "view": view}
            transaction.append(actor.meeting_id, VIEWED, author, facts(about))

    await journal.act(perform)


def permit_read(transaction: Transaction, actor: Actor, document_id: str) -> None:
    """Raises `Refused("not_shared")` where the text of this document is not for the actor's eyes yet."""
    row = next(iter(_documents(transaction, actor.meeting_id, [document_id])), None)
    if row is None:
        raise Refused("not_found")
    role = transaction.role(actor.meeting_id, actor.person_id)
    phase = transaction.rules(actor.meeting_id).phase
    shared = is_shared(row.shared_number, row.held)
    if (reason := why_not_read(role, phase, row.section, actor.person_id, shared=shared)) is not None:
        raise Refused(reason)


def _documents(
    transaction: Transaction, meeting_id: str, document_ids: Iterable[str]
) -> Sequence[Row[str, str, int | None, list[str] | None]]:
    return transaction.connection.execute(
        select(Document.id, Document.section, Document.shared_number, Document.held)
        .where(Document.meeting_id == meeting_id, Document.id.in_(list(document_ids)))
        .order_by(Document.position)
    ).all()
