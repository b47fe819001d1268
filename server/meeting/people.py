"""Who takes part in a meeting, and the links by which they sign in. Each act is one journal entry."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, bindparam, func, insert, select, update

from server.domain import seats
from server.domain.errors import Refused
from server.domain.roles import CASE_MANAGER, ROLES
from server.journal.entry import Author
from server.journal.kinds import ADDED, CHANGED, INVITED, REMOVED
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor
from server.storage.tables import Invitation, Participant, Person, new_id, now

COLORS = 8
MOST_PEOPLE = 200  # in one meeting, with those who were removed
_SEAT = select(Participant.id, Participant.removed_at, Participant.color).where(
    Participant.meeting_id == bindparam("meeting"), Participant.person_id == bindparam("person")
)
_TAKEN = select(func.count()).select_from(Participant).where(Participant.meeting_id == bindparam("meeting"))


def insert_participant(
    transaction: Transaction,
    author: Author,
    meeting_id: str,
    person_id: str,
    role: str,
    title: str,
    given: Sequence[str] = (),
) -> str:
    """Seat a person, with the author colour that fewest have. Somebody removed before gets their seat back.

    `given`: the seats of `server.domain.seats` that they fill beyond what the role says.
    """
    connection = transaction.connection
    who = {"meeting": meeting_id, "person": person_id}
    held = connection.execute(_SEAT, who).first()
    if held is not None and held.removed_at is None:
        raise Refused("conflict", "person")
    participant_id: str
    if held is not None:
        participant_id, color = held.id, held.color
    else:
        participant_id = new_id("pt")
        taken = connection.scalar(_TAKEN, who)
        color = (taken or 0) % COLORS + 1
    about = {
        "participant": participant_id,
        "person": person_id,
        "role": role,
        "title": title,
        "color": color,
        "seats": seats.ordered(given),
    }
    transaction.append(meeting_id, ADDED, author, facts(about))
    return participant_id


async def add_participant(
    journal: Journal, actor: Actor, *, person_id: str, role: str, title: str, given: Sequence[str] = ()
) -> str:
    """Returns the participant's id.

    Raises `Refused`: role, invalid (which field), conflict (seated already), too_big (field people).
    """
    _check(role, title, given)

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        if transaction.connection.scalar(select(Person.id).where(Person.id == person_id)) is None:
            raise Refused("not_found", "person")
        others = (
            select(func.count())
            .select_from(Participant)
            .where(Participant.meeting_id == actor.meeting_id, Participant.person_id != person_id)
        )
        if (transaction.connection.scalar(others) or 0) >= MOST_PEOPLE:
            raise Refused("too_big", "people")
        return insert_participant(transaction, author, actor.meeting_id, person_id, role, title, given)

    return await journal.act(perform)


async def change_participant(
    journal: Journal, actor: Actor, participant_id: str, *, role: str, title: str, given: Sequence[str] = ()
) -> None:
    """Another role or seat. Raises `Refused`; "conflict" when the meeting would be left without a case manager."""
    _check(role, title, given)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        before = _seat(transaction, actor.meeting_id, participant_id)
        if before.role == CASE_MANAGER and role != CASE_MANAGER:
            _keep_a_case_manager(transaction, actor.meeting_id, participant_id)
        about = {
            "participant": participant_id,
            "person": before.person_id,
            "role": role,
            "role_before": before.role,
            "title": title,
            "seats": seats.ordered(given),
        }
        transaction.append(actor.meeting_id, CHANGED, author, facts(about))

    await journal.act(perform)


async def remove_participant(journal: Journal, actor: Actor, participant_id: str) -> None:
    """They see the meeting no more, and their open links into it are void. Raises `Refused` like the others."""

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        seat = _seat(transaction, actor.meeting_id, participant_id)
        if seat.role == CASE_MANAGER:
            _keep_a_case_manager(transaction, actor.meeting_id, participant_id)
        _void_links(transaction, actor.meeting_id, seat.person_id)
        about = {"participant": participant_id, "person": seat.person_id, "role": seat.role}
        transaction.append(actor.meeting_id, REMOVED, author, facts(about))

    await journal.act(perform)


async def issue_invitation(
    journal: Journal, actor: Actor, *, person_id: str, lifetime: timedelta = timedelta(days=7)
) -> str:
    """A fresh single-use sign-in token (only its hash is kept); the person's earlier links to the meeting are void."""
    token = secrets.token_urlsafe(32)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "manage_meeting")
        transaction.role(actor.meeting_id, person_id)
        until = open_link(transaction, author, actor.meeting_id, person_id, token, lifetime, scope=actor.scope)
        append_invited(transaction, author, actor.meeting_id, person_id, until)

    await journal.act(perform)
    return token


def append_invited(
    transaction: Transaction, author: Author, meeting_id: str, person_id: str, expires_at: datetime
) -> None:
    """The entry that tells of a link which `open_link` has opened."""
    about = {"person": person_id, "expires_at": expires_at.isoformat(timespec="seconds")}
    transaction.append(meeting_id, INVITED, author, facts(about))


def open_link(
    transaction: Transaction,
    author: Author,
    meeting_id: str,
    person_id: str,
    token: str,
    lifetime: timedelta,
    *,
    scope: Sequence[str] | None = None,
) -> datetime:
    """A link into the meeting, and the person's earlier ones void; the act's entry tells of it. Until when it works.

    `scope`: that of the session it is issued in, where the author came in by somebody else's link.
    """
    _void_links(transaction, meeting_id, person_id)
    expires_at = now() + lifetime
    transaction.connection.execute(
        insert(Invitation).values(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            person_id=person_id,
            meeting_id=meeting_id,
            created_by=author.person_id,
            expires_at=expires_at,
            opens=None if scope is None else list(scope),
        )
    )
    return expires_at


def _void_links(transaction: Transaction, meeting_id: str, person_id: str) -> None:
    transaction.connection.execute(
        update(Invitation)
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.person_id == person_id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=now())
    )


def _seat(transaction: Transaction, meeting_id: str, participant_id: str) -> Row[str, str]:
    row = transaction.connection.execute(
        select(Participant.person_id, Participant.role).where(
            Participant.id == participant_id,
            Participant.meeting_id == meeting_id,
            Participant.removed_at.is_(None),
        )
    ).first()
    if row is None:
        raise Refused("not_found", "participant")
    return row


def _keep_a_case_manager(transaction: Transaction, meeting_id: str, leaving: str) -> None:
    others = transaction.connection.scalar(
        select(func.count())
        .select_from(Participant)
        .where(
            Participant.meeting_id == meeting_id,
            Participant.role == CASE_MANAGER,
            Participant.removed_at.is_(None),
            Participant.id != leaving,
        )
    )
    if not others:
        raise Refused("conflict", "role")


def _check(role: str, title: str, given: Sequence[str]) -> None:
    if role not in ROLES:
        raise Refused("invalid", "role")
    if len(title) > 120:
        raise Refused("invalid", "title")
    if not seats.allowed(role, given):
        raise Refused("invalid", "seats")
