"""Positions on a decision: each member's own, in their own words, until it is settled. Recorded, never counted."""

from sqlalchemy import select

from server.domain.decisions import MEMBERS, OWN_POSITIONS, POSITIONS
from server.domain.errors import Refused
from server.journal.entry import Author
from server.journal.kinds import POSITION
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.decisions import open_decision
from server.storage.tables import Participant, Position

MOST_WORDS = 2000
LANGUAGES = ("en", "es")


async def record_position(
    journal: Journal, actor: Actor, decision_id: str, position: str, *, words: str = "", lang: str = "en"
) -> None:
    """The actor's own position, in place of any earlier one. Raises `Refused`; "conflict" (state) once settled."""
    clean.choice(position, "position", OWN_POSITIONS)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "record_position")
        open_decision(transaction, actor.meeting_id, decision_id)
        _append(transaction, actor, author, decision_id, actor.person_id, position, words, lang)

    await journal.act(perform)


async def note_position(
    journal: Journal,
    actor: Actor,
    decision_id: str,
    person_id: str,
    position: str,
    *,
    words: str = "",
    lang: str = "en",
) -> None:
    """Another member's position, as they said it; shown as noted by the actor. Raises `Refused`.

    "invalid" (person) for who is no member of the team, "conflict" (positions) when they have spoken for themselves.
    """
    clean.choice(position, "position", POSITIONS)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "settle_decision")
        open_decision(transaction, actor.meeting_id, decision_id)
        role = transaction.connection.scalar(
            select(Participant.role).where(
                Participant.meeting_id == actor.meeting_id,
                Participant.person_id == person_id,
                Participant.removed_at.is_(None),
            )
        )
        if role is None:
            raise Refused("not_found", "person")
        if role not in MEMBERS or person_id == actor.person_id:
            raise Refused("invalid", "person")
        noted_by = transaction.connection.scalar(
            select(Position.noted_by).where(Position.decision_id == decision_id, Position.person_id == person_id)
        )
        if noted_by == person_id:
            raise Refused("conflict", "positions")
        _append(transaction, actor, author, decision_id, person_id, position, words, lang)

    await journal.act(perform)


def _append(
    transaction: Transaction,
    actor: Actor,
    author: Author,
    decision_id: str,
    person_id: str,
    position: str,
    words: str,
    lang: str,
) -> None:
    about = {
        "decision": decision_id,
        "person": person_id,
        "position": position,
        "words": clean.text(words, "words", most=MOST_WORDS, required=False),
        "lang": clean.choice(lang, "lang", LANGUAGES),
    }
    transaction.append(actor.meeting_id, POSITION, author, facts(about))
