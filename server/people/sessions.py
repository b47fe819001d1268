"""Signed-in browsers: one row each, so that any of them can be ended at once.

The cookie holds 256 random bits, the table only their SHA-256. A session ends 14 days after the sign-in
(`session_days`) whatever happens. Staff, whose computers stand in classrooms, are also signed out after 12 hours
without a request; a parent's phone is not, because the link that let it in works only once.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as OrmSession

from server.bus.base import SESSIONS
from server.people.scope import Scope, as_scope, opened
from server.storage.engine import Database
from server.storage.tables import Person, Session, now

STAFF_IDLE = timedelta(hours=12)
# `last_seen_at` is written this seldom, so that reading pages costs no write.
SEEN_EVERY = timedelta(minutes=5)
_SESSION = select(Session, Person).join(Person, Person.id == Session.person_id).where(Session.id == bindparam("id"))


class Bus(Protocol):
    def tell_all(self, topic: str, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session and whose it is. `session_id` is safe to keep and log; it opens nothing.

    `scope` is what the way in allows, `opened` the meetings that this comes to now; None: all of the person's, and the
    account. Where it is not all, `meeting_id` is the meeting to lead to.
    """

    session_id: str
    person: Person
    expires_at: datetime
    scope: Scope | None = None
    opened: frozenset[str] | None = None
    meeting_id: str | None = None

    def opens(self, meeting_id: str) -> bool:
        return self.opened is None or meeting_id in self.opened

    @property
    def sets_up_meetings(self) -> bool:
        """Whether they may, and a meeting that they set up would open here too."""
        return self.person.is_staff and (self.scope is None or self.person.id in self.scope)


def session_id_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def start_session(
    database: Database,
    person_id: str,
    *,
    lifetime: timedelta,
    user_agent: str = "",
    meeting_id: str | None = None,
    scope: Scope | None = None,
) -> str:
    """Sign a person in, for all that is theirs or for a scope, and return the cookie's token.

    An old cookie is never upgraded.
    """
    token = secrets.token_urlsafe(32)
    moment = now()
    async with database.transaction() as session:
        session.add(
            Session(
                id=session_id_of(token),
                person_id=person_id,
                created_at=moment,
                last_seen_at=moment,
                expires_at=moment + lifetime,
                user_agent=user_agent[:200],
                meeting_id=meeting_id,
                opens=None if scope is None else list(scope),
            )
        )
    return token


async def find_session(database: Database, token: str) -> SignedIn | None:
    """Whose live session this cookie is, or None when it is unknown, ended, too old, or the person is disabled."""
    if not 40 <= len(token) <= 50:
        return None
    session_id = session_id_of(token)
    read = await database.read(lambda session: _read(session, session_id))
    if read is None:
        return None
    found, person, scope, within = read
    moment = now()
    if found.revoked_at is not None or found.expires_at <= moment or person.disabled_at is not None:
        return None
    if _keeps_office_hours(person) and found.last_seen_at + STAFF_IDLE <= moment:
        return None
    if found.last_seen_at + SEEN_EVERY <= moment:
        async with database.transaction() as session:
            await session.execute(update(Session).where(Session.id == session_id).values(last_seen_at=moment))
    home = None if within is None or scope is None else found.meeting_id or scope[0]
    return SignedIn(session_id, person, found.expires_at, scope, within, home)


def _read(session: OrmSession, session_id: str) -> tuple[Session, Person, Scope | None, frozenset[str] | None] | None:
    row = session.execute(_SESSION, {"id": session_id}).one_or_none()
    if row is None:
        return None
    found, person = row
    scope = as_scope(found.opens)
    if scope is None and found.meeting_id is not None:  # of before there were scopes
        scope = (found.meeting_id,)
    return found, person, scope, None if scope is None else opened(session, person, scope)


def _keeps_office_hours(person: Person) -> bool:
    return person.is_staff or person.is_administrator


async def list_sessions(database: Database, person_id: str) -> list[Session]:
    """A person's live sessions, latest used first."""
    async with database.session() as session:
        found = await session.scalars(
            select(Session)
            .where(Session.person_id == person_id, Session.revoked_at.is_(None), Session.expires_at > now())
            .order_by(Session.last_seen_at.desc())
        )
        return list(found)


async def revoke_session(database: Database, bus: Bus, person_id: str, session_id: str) -> bool:
    """End one session of this person; its open sockets close. False when there is no such session."""
    return bool(await _revoke(database, bus, Session.id == session_id, Session.person_id == person_id))


async def revoke_all(database: Database, bus: Bus, person_id: str, *, keep: str | None = None) -> int:
    """End every session of a person but `keep`. Returns how many ended."""
    return await _revoke(database, bus, Session.person_id == person_id, Session.id != (keep or ""))


async def _revoke(database: Database, bus: Bus, *conditions: Any) -> int:
    async with database.transaction() as session:
        ended = await _end(session, *conditions)
    for session_id in ended:
        bus.tell_all(SESSIONS, session_id.encode())
    return len(ended)


async def _end(session: AsyncSession, *conditions: Any) -> list[str]:
    ended = await session.scalars(
        update(Session).where(Session.revoked_at.is_(None), *conditions).values(revoked_at=now()).returning(Session.id)
    )
    return list(ended)
