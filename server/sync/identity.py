"""Who a ticket says is here, and whether that still stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.documents.schema import SCHEMA_VERSION
from server.journal.writer import Journal
from server.storage.tables import Person, Session, now
from server.sync import protocol, tickets


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a ticket says is here."""

    session_id: str
    person_id: str
    meeting_id: str
    outdated: bool
    expires: float  # of the session, seconds since the epoch


class Denied(Exception):
    """This ticket opens nothing, or not this document. `code` closes the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def identify(journal: Journal, secret_keys: str | Sequence[str], token: str) -> Identity:
    """Whose ticket this is. Raises `Denied` when it is none of ours, too old, or its session has ended."""
    ticket = tickets.read(secret_keys, token)
    if ticket is None:
        raise Denied(protocol.UNAUTHORIZED, "the ticket is no good any more")
    expires = await journal.read(lambda connection: _session_expiry(connection, ticket))
    if expires is None:
        raise Denied(protocol.UNAUTHORIZED, "signed out")
    return Identity(
        ticket.session_id, ticket.person_id, ticket.meeting_id, ticket.schema_version != SCHEMA_VERSION, expires
    )


def _session_expiry(connection: Connection, ticket: tickets.Ticket) -> float | None:
    """When the ticket's session ends, or None if it doesn't stand any more."""
    row = connection.execute(
        select(Session.expires_at)
        .join(Person, Person.id == Session.person_id)
        .where(
            Session.id == ticket.session_id,
            Session.person_id == ticket.person_id,
            Session.revoked_at.is_(None),
            Session.expires_at > now(),
            Person.disabled_at.is_(None),
        )
    ).first()
    return None if row is None else row.expires_at.timestamp()
