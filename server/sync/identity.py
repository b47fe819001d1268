"""Who a ticket says is here, and whether that still stands."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, bindparam, select

from server.documents.schema import SCHEMA_VERSION
from server.journal.writer import Journal
from server.storage.tables import Person, Session, now
from server.sync import protocol, tickets

MOST_AT_ONCE = 500  # sessions in one look: engines bound the parameters of a statement


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


class Door:
    """Finds out whose a ticket is. Who comes while a look into the tables is under way is in the next, all together:
    a crowd that returns at once costs few looks.
    """

    def __init__(self, journal: Journal, secret_keys: str | Sequence[str]) -> None:
        self._journal = journal
        self._secret_keys = secret_keys
        self._asked: list[tuple[tickets.Ticket, asyncio.Future[float | None]]] = []
        self._looking: asyncio.Task[None] | None = None

    async def identify(self, token: str) -> Identity:
        """Whose ticket this is. Raises `Denied` when it is none of ours, too old, or its session has ended."""
        ticket = tickets.read(self._secret_keys, token)
        if ticket is None:
            raise Denied(protocol.UNAUTHORIZED, "the ticket is no good any more")
        expires = await self._expiry(ticket)
        if expires is None:
            raise Denied(protocol.UNAUTHORIZED, "signed out")
        return Identity(
            ticket.session_id, ticket.person_id, ticket.meeting_id, ticket.schema_version != SCHEMA_VERSION, expires
        )

    async def _expiry(self, ticket: tickets.Ticket) -> float | None:
        """When the ticket's session ends, or None if it doesn't stand any more."""
        future: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
        self._asked.append((ticket, future))
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(), name="identify")
        return await future

    async def _look(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked[:MOST_AT_ONCE], self._asked[MOST_AT_ONCE:]
                sessions = {ticket.session_id for ticket, _ in asked}
                try:
                    found = await self._journal.read(partial(_standing, sessions=sorted(sessions)))
                except Exception as error:  # noqa: BLE001 - it is for those who asked
                    for _, future in asked:
                        if not future.done():
                            future.set_exception(error)
                    continue
                for ticket, future in asked:
                    if not future.done():  # whoever asked may have gone
                        future.set_result(found.get((ticket.session_id, ticket.person_id)))
        finally:
            self._looking = None


_STANDING = (
    select(Session.id, Session.person_id, Session.expires_at)
    .join(Person, Person.id == Session.person_id)
    .where(
        Session.id.in_(bindparam("sessions", expanding=True)),
        Session.revoked_at.is_(None),
        Session.expires_at > bindparam("instant"),
        Person.disabled_at.is_(None),
    )
)


def _standing(connection: Connection, sessions: Sequence[str]) -> dict[tuple[str, str], float]:
    """Of these sessions those that stand, each with its person, and when they end."""
    rows = connection.execute(_STANDING, {"sessions": sessions, "instant": now()})
    return {(row.id, row.person_id): row.expires_at.timestamp() for row in rows}
