"""Single-use sign-in links. Looking at one changes nothing; redeeming it is one conditional UPDATE.

Links into a meeting are issued (and journaled) by `server.meeting.issue_invitation`; the links here are an
administrator's, into an account.

Whoever issues a link has seen it and could use it. So it must not open more than its issuer may see: a case manager's
link signs a person in wholly only where that is so, and else into the one meeting.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.domain.roles import CASE_MANAGER
from server.people.accounts import enabled_person
from server.storage.engine import Database
from server.storage.tables import Invitation, Participant, Person, now

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Redeemed:
    """`limited`: the session may open this meeting alone."""

    person_id: str
    meeting_id: str | None
    limited: bool = False


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
                .returning(Invitation.person_id, Invitation.meeting_id, Invitation.created_by)
            )
        ).one_or_none()
        if row is None:
            return None
        person_id, meeting_id, issuer_id = row
        limited = meeting_id is not None and not await _may_open_all(session, issuer_id, person_id)
    return Redeemed(person_id, meeting_id, limited)


async def _may_open_all(session: AsyncSession, issuer_id: str | None, person_id: str) -> bool:
    """Whether a person's account opens nothing that the issuer of a link into it may not see."""
    if issuer_id == person_id:
        return True
    person = await enabled_person(session, person_id)
    if person.is_administrator or (person.is_staff and person.password_hash is not None):
        return False
    led = select(Participant.meeting_id).where(
        Participant.person_id == issuer_id, Participant.role == CASE_MANAGER, Participant.removed_at.is_(None)
    )
    elsewhere = await session.scalar(
        select(Participant.id)
        .where(
            Participant.person_id == person_id,
            Participant.removed_at.is_(None),
            Participant.meeting_id.not_in(led),
        )
        .limit(1)
    )
    return elsewhere is None


def _usable() -> tuple[ColumnElement[bool], ...]:
    return (Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now())
