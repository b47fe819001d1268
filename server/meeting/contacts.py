"""The log of attempts to have the parents at the meeting (34 CFR 300.322(d)). Each act is one journal entry."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from server.domain import contacts, roles
from server.domain.errors import Refused
from server.journal import kinds
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.storage.tables import ContactAttempt, Participant, new_id, now


async def note_contact(
    journal: Journal,
    actor: Actor,
    *,
    channel: str,
    result: str,
    at: datetime | None,
    person_id: str = "",
    language: str = "",
    note: str = "",
    next_step: str = "",
) -> str:
    """One attempt, by which road, when, in which language, what came of it and what is next. Returns its id.

    `person_id`: a parent of this meeting, or "" for the family. Raises `Refused`; "invalid" (at) for a time to come.
    """
    clean.choice(channel, "channel", contacts.CHANNELS)
    clean.choice(result, "result", contacts.RESULTS)
    about = {
        "channel": channel,
        "result": result,
        "language": clean.line(language, "language", most=contacts.LANGUAGE_LENGTH, required=False),
        "note": clean.text(note, "note", most=contacts.NOTE_LENGTH, required=False),
        "next_step": clean.text(next_step, "next_step", most=contacts.NOTE_LENGTH, required=False),
    }

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "log_contact")
        if at is None or at > now():
            raise Refused("invalid", "at")
        if person_id:
            parent = select(Participant.id).where(
                Participant.meeting_id == actor.meeting_id,
                Participant.person_id == person_id,
                Participant.role == roles.PARENT,
            )
            if transaction.connection.scalar(parent) is None:
                raise Refused("not_found", "person")
        held = select(func.count()).select_from(ContactAttempt).where(ContactAttempt.meeting_id == actor.meeting_id)
        if (transaction.connection.scalar(held) or 0) >= contacts.MOST_CONTACTS:
            raise Refused("too_big", "contacts")
        told = {"contact": new_id("ca"), "person": person_id or None, "at": at.astimezone(UTC).isoformat(), **about}
        transaction.append(actor.meeting_id, kinds.CONTACT_NOTED, author, facts(told))
        return str(told["contact"])

    return await journal.act(perform)


async def remove_contact(journal: Journal, actor: Actor, contact_id: str) -> None:
    """Take out one that was noted by mistake; the journal keeps it. Raises `Refused`."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "log_contact")
        own = select(ContactAttempt.id).where(
            ContactAttempt.id == contact_id,
            ContactAttempt.meeting_id == actor.meeting_id,
            ContactAttempt.removed_at.is_(None),
        )
        if transaction.connection.scalar(own) is None:
            raise Refused("not_found", "contact")
        transaction.append(actor.meeting_id, kinds.CONTACT_REMOVED, author, facts({"contact": contact_id}))

    await journal.act(perform)


def count_contacts(connection: Connection, meeting_id: str, before: datetime) -> int:
    """How many attempts were made before the meeting began."""
    counted = (
        select(func.count())
        .select_from(ContactAttempt)
        .where(
            ContactAttempt.meeting_id == meeting_id,
            ContactAttempt.removed_at.is_(None),
            ContactAttempt.at < before,
        )
    )
    return connection.scalar(counted) or 0
