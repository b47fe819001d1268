"""Single-use sign-in links. Looking at one changes nothing; redeeming it is one conditional UPDATE.

Links into a meeting are issued (and journaled) by `server.meeting.issue_invitation`; the links here are an
administrator's, into an account.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from server.domain.roles import CASE_MANAGER
from server.people.accounts import enabled_person
from server.storage.engine import Database
from server.storage.tables import Invitation, Participant, Person, now

LIFETIME = timedelta(days=7)

ADMINISTRATOR, HAS_PASSWORD, OTHER_TEAM = "link_administrator", "link_password", "link_other_team"


@dataclass(frozen=True, slots=True)
class Redeemed:
    person_id: str
    meeting_id: str | None


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
                .returning(Invitation.person_id, Invitation.meeting_id)
            )
        ).one_or_none()
    return None if row is None else Redeemed(row[0], row[1])


def _usable() -> tuple[ColumnElement[bool], ...]:
    return (Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now())


async def why_no_link(database: Database, *, issuer_id: str, person_id: str) -> str | None:
    """Why a case manager may not issue a sign-in link for this person, or None.

    A link signs its bearer in as that person, everywhere. So it must not open more than the case manager may see: no
    administrator, no colleague with a password of their own, nobody who is in a meeting the case manager does not lead.
    """
    if issuer_id == person_id:
        return None
    async with database.session() as session:
        person = await enabled_person(session, person_id)
        if person.is_administrator:
            return ADMINISTRATOR
        if person.is_staff and person.password_hash is not None:
            return HAS_PASSWORD
        led = select(Participant.meeting_id).where(
            Participant.person_id == issuer_id, Participant.role == CASE_MANAGER, Participant.removed_at.is_(None)
        )
        elsewhere = await session.scalar(
            select(Participant.id).where(
                Participant.person_id == person_id,
                Participant.removed_at.is_(None),
                Participant.meeting_id.not_in(led),
            )
        )
    return OTHER_TEAM if elsewhere is not None else None
