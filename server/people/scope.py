"""What a way in may open that somebody else has seen: no more than they may see themselves.

Such a scope is a list of ids: of meetings, and of the people who issued the links, for what they lead at the time it is
asked. None is the scope of what nobody else has seen, an administrator's link or a password set in such a session.
"""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from server.domain.roles import CASE_MANAGER
from server.storage.tables import Participant, Person

Scope = tuple[str, ...]


def wider(one: Scope | None, other: Scope | None) -> Scope | None:
    """What somebody may open who has come by both ways."""
    return None if one is None or other is None else tuple(dict.fromkeys((*one, *other)))


def as_scope(stored: Sequence[str] | None) -> Scope | None:
    return None if stored is None else tuple(stored)


def opened(session: Session, person: Person, scope: Scope) -> frozenset[str] | None:
    """The meetings of this person that the scope opens; None when that is all there is of theirs, and the account."""
    if person.id in scope:
        return None
    led = aliased(Participant)
    is_led = exists().where(
        led.meeting_id == Participant.meeting_id,
        led.person_id.in_(scope),
        led.role == CASE_MANAGER,
        led.removed_at.is_(None),
    )
    seats = session.execute(
        select(Participant.meeting_id, is_led).where(
            Participant.person_id == person.id, Participant.removed_at.is_(None)
        )
    ).all()
    within = frozenset(scope) | {meeting_id for meeting_id, by_them in seats if by_them}
    if person.is_administrator or _has_own_password(person, scope) or not {row[0] for row in seats} <= within:
        return within
    return None


def _has_own_password(person: Person, scope: Scope) -> bool:
    """Whether this is somebody of the school who is here without those whose scope it is."""
    if not person.is_staff or person.password_hash is None:
        return False
    return person.password_opens is None or not set(person.password_opens) <= set(scope)
