"""Single-use sign-in links. Looking at one changes nothing; redeeming it is one conditional UPDATE.

Links into a meeting are issued (and journaled) by `server.meeting.issue_invitation`; the links here are an
administrator's, into an account.

Whoever issues a link has seen it and could use it. So it must not open more than its issuer may see: a case manager's
link begins a session of that scope (`server.people.scope`).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from server.people.accounts import enabled_person
from server.people.scope import Scope
from server.storage.engine import Database
from server.storage.tables import Invitation, Person, now

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Redeemed:
    """`scope`: what the link's session may open."""

    person_id: str
    meeting_id: str | None
    scope: Scope | None = None


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def issue_account_link(
    database: Database, person_id: str, *, created_by: str | None, lifetime: timedelta = LIFETIME
) -> str:
    """A new link into this person's account, returned once and kept nowhere. Earlier unused account links end."""
    token = secrets.token_urlsafe(32)
    moment = now()
    async with database.transaction() as session:
        await enabled_person(session, person_id)
        await session.execute(
            update(Invitation)
            .where(
                Invitation.person_id == person_id,
                Invitation.meeting_id.is_(None),
                Invitation.used_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
            .values(revoked_at=moment)
        )
        session.add(
            Invitation(
                token_hash=hash_token(token),
                person_id=person_id,
                meeting_id=None,
                created_by=created_by,
                created_at=moment,
                expires_at=moment + lifetime,
            )
        )
    return token


async def find_open(database: Database, token: str) -> Person | None:
    """Whose still unused link this is. Changes nothing, so mail scanners may look as often as they like."""
    async with database.session() as session:
        person: Person | None = await session.scalar(
            select(Person)
            .join(Invitation, Invitation.person_id == Person.id)
            .where(Invitation.token_hash == hash_token(token), *_usable(), Person.disabled_at.is_(None))
        )
    return person


async def redeem(database: Database, token: str) -> Redeemed | None:
    """Use the link up. None when it is unknown, used, revoked, expired, or its person is disabled."""
    async with database.transaction() as session:
        row = (
            await session.execute(
                update(Invitation)
                .where(
                    Invitation.token_hash == hash_token(token),
                    *_usable(),
                    Invitation.person_id.in_(select(Person.id).where(Person.disabled_at.is_(None))),
                )
                .values(used_at=now())
                .returning(Invitation.person_id, Invitation.meeting_id, Invitation.created_by, Invitation.opens)
            )
        ).one_or_none()
        if row is None:
            return None
        person_id, meeting_id, issuer_id, opens = row
    if meeting_id is None:
        return Redeemed(person_id, None)
    seen = opens if opens is not None else [issuer_id] if issuer_id else []
    return Redeemed(person_id, meeting_id, tuple(dict.fromkeys((meeting_id, *seen))))


def _usable() -> tuple[ColumnElement[bool], ...]:
    return (Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now())
