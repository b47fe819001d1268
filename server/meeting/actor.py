"""Who acts on a meeting: an authenticated person in the role they have there now."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.domain.errors import Refused
from server.domain.sections import SECTIONS
from server.journal.rulebook import Section
from server.journal.transaction import Transaction
from server.storage.engine import Database
from server.storage.tables import Participant, Person


@dataclass(frozen=True, slots=True)
class Actor:
    """`scope`: what the session that acts may open, and so each link that it issues (`server.people.scope`)."""

    person_id: str
    meeting_id: str
    role: str
    scope: tuple[str, ...] | None = None


async def load_actor(database: Database, person_id: str, meeting_id: str) -> Actor | None:
    """The person as a participant of the meeting, or None when they are none."""
    return await database.read(lambda session: read_actor(session, person_id, meeting_id))


_ROLE = (
    select(Participant.role)
    .join(Person, Person.id == Participant.person_id)
    .where(
        Participant.meeting_id == bindparam("meeting"),
        Participant.person_id == bindparam("person"),
        Participant.removed_at.is_(None),
        Person.disabled_at.is_(None),
    )
)


def read_actor(session: Session, person_id: str, meeting_id: str) -> Actor | None:
    """As `load_actor`."""
    role = session.scalar(_ROLE, {"meeting": meeting_id, "person": person_id})
    return None if role is None else Actor(person_id, meeting_id, role)


def own_section(transaction: Transaction, actor: Actor, document_id: str) -> Section:
    """A section of the actor's meeting, read under its lock; notes are none. Raises `Refused("not_found")`."""
    transaction.rules(actor.meeting_id)
    section = transaction.section(document_id)
    if section.meeting_id != actor.meeting_id or section.section not in SECTIONS:
        raise Refused("not_found")
    return section
