"""Excusals of members (34 CFR 300.321(e)): proposed, agreed by parent and LEA, with the member's input, taken back.

Each act is one journal entry. Whoever agrees for themselves does so signed in, now, to a statement that the entry
keeps; what was signed on paper is noted with its own date by somebody who leads, and stands as noted.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from server.domain import excusals as rules
from server.domain import roles
from server.domain.errors import Refused
from server.domain.seats import LEA_REPRESENTATIVE, filled_by
from server.domain.sections import SECTIONS
from server.journal import kinds
from server.journal.entry import Author
from server.journal.payload import facts
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting import clean
from server.meeting.actor import Actor
from server.meeting.agenda import own_item
from server.meeting.rights import speaks_for_family
from server.storage.tables import AgendaItem, Excusal, Meeting, Participant, new_id, now


async def propose_excusal(
    journal: Journal,
    actor: Actor,
    person_id: str,
    kind: str,
    *,
    sections: Sequence[str] = (),
    items: Sequence[str] = (),
    reason: str = "",
) -> str:
    """Ask that a member of the school be excused from a part of the meeting, or from all of it. Returns its id.

    Raises `Refused`: "invalid" (person, kind, sections, reason), "not_found" (person, item), "conflict" (person) for
    one that adds nothing to those of the same kind that stand already.
    """
    clean.choice(kind, "kind", rules.KINDS)
    wanted = [section for section in SECTIONS if section in sections]
    if len(wanted) != len(set(sections)):
        raise Refused("invalid", "sections")
    about_items = sorted(set(items))
    reason = clean.text(reason, "reason", most=rules.REASON_LENGTH, required=False)

    def perform(transaction: Transaction) -> str:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_excusal")
        if _participant(transaction, actor.meeting_id, person_id, "person").role not in roles.STAFF:
            raise Refused("invalid", "person")
        for item_id in about_items:
            own_item(transaction, actor.meeting_id, item_id)
        if _is_asked(transaction.connection, actor.meeting_id, person_id, kind, wanted, about_items):
            raise Refused("conflict", "person")
        held = select(func.count()).select_from(Excusal).where(Excusal.meeting_id == actor.meeting_id)
        if (transaction.connection.scalar(held) or 0) >= rules.MOST_EXCUSALS:
            raise Refused("too_big", "excusals")
        about = {
            "excusal": new_id("x"),
            "person": person_id,
            "kind": kind,
            "sections": wanted,
            "items": about_items,
            "reason": reason,
        }
        transaction.append(actor.meeting_id, kinds.EXCUSAL_PROPOSED, author, facts(about))
        return str(about["excusal"])

    return await journal.act(perform)


async def agree_to_excusal(journal: Journal, actor: Actor, excusal_id: str, *, statement: str) -> None:
    """A parent (or the student whose rights they are) consents, or the LEA's representative agrees, for themselves.

    `statement` is what they were shown and agreed to, in their language. Raises `Refused`; "role" for anybody else,
    "conflict" (agreed) when their side has agreed already.
    """
    statement = clean.text(statement, "statement", most=rules.STATEMENT_LENGTH)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "agree_excusal")
        side = _side(transaction, actor)
        excusal = _own(transaction, actor, excusal_id)
        _agree(transaction, actor, author, excusal, side, actor.person_id, rules.ON_PAGE, None, statement)

    await journal.act(perform)


async def note_agreement(
    journal: Journal, actor: Actor, excusal_id: str, person_id: str, *, signed_at: datetime | None
) -> None:
    """Note what a parent or the LEA's representative signed on paper, when they signed it.

    Raises `Refused`: "invalid" (signed_at for none or one to come, person for who can agree to nothing), "conflict".
    """

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "note_excusal")
        moment = _past(signed_at, "signed_at")
        row = _participant(transaction, actor.meeting_id, person_id, "person")
        if speaks_for_family(transaction.connection, actor.meeting_id, row.role):
            side = rules.PARENT
        elif LEA_REPRESENTATIVE in filled_by(row.role, row.seats or ()):
            side = rules.LEA
        else:
            raise Refused("invalid", "person")
        excusal = _own(transaction, actor, excusal_id)
        _agree(transaction, actor, author, excusal, side, person_id, rules.ON_PAPER, moment, "")

    await journal.act(perform)


async def give_input(
    journal: Journal, actor: Actor, excusal_id: str, text: str, *, given_at: datetime | None = None
) -> None:
    """The member's written input. Written here by the member it counts from now; whoever leads notes with `given_at`
    what reached parent and team another way, and when. Later words replace earlier ones; the journal keeps both.

    Raises `Refused`: "role" for others, "invalid" (input, given_at), "conflict" (kind) for an excusal that needs none.
    """
    text = clean.text(text, "input", most=rules.INPUT_LENGTH)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "propose_excusal")
        excusal = _own(transaction, actor, excusal_id)
        if excusal.kind != rules.EXCUSED:
            raise Refused("conflict", "kind")
        noted = given_at is not None
        if not noted and excusal.person_id != actor.person_id:
            raise Refused("role" if author.role not in roles.LEADS else "invalid", "given_at")
        if noted:
            transaction.permit(actor.meeting_id, actor.person_id, "note_excusal")
        about = {
            "excusal": excusal_id,
            "input": text,
            "how": rules.ON_PAPER if noted else rules.ON_PAGE,
            "at": _past(given_at, "given_at").isoformat() if noted else None,
        }
        transaction.append(actor.meeting_id, kinds.EXCUSAL_INPUT, author, facts(about))

    await journal.act(perform)


async def revoke_excusal(journal: Journal, actor: Actor, excusal_id: str, *, reason: str = "") -> None:
    """Take one back: whoever speaks for the family, whoever leads, or the member it is about.

    Raises `Refused`; "conflict" (revoked) for one that does not stand any more.
    """
    reason = clean.text(reason, "reason", most=rules.REASON_LENGTH, required=False)

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "revoke_excusal")
        excusal = _own(transaction, actor, excusal_id)
        own = excusal.person_id == actor.person_id
        family = speaks_for_family(transaction.connection, actor.meeting_id, author.role)
        if author.role not in roles.LEADS and not family and not own:
            raise Refused("role")
        about = {"excusal": excusal_id, "reason": reason}
        transaction.append(actor.meeting_id, kinds.EXCUSAL_REVOKED, author, facts(about))

    await journal.act(perform)


def list_excusals(connection: Connection, meeting_id: str) -> list[rules.Excusal]:
    """Those that stand, with the sections of their agenda items. An item that was removed excuses from nothing."""
    items = _sections_of_items(connection, meeting_id)
    rows = connection.execute(
        select(Excusal.__table__)
        .where(Excusal.meeting_id == meeting_id, Excusal.revoked_at.is_(None))
        .order_by(Excusal.proposed_at, Excusal.id)
    )
    found = []
    for row in rows:
        part = {*row.sections, *(section for item in row.items for section in items.get(item, ()))}
        if not part and row.items:
            continue
        found.append(rules.Excusal(row.person_id, row.kind, frozenset(part), row.parent_at, row.lea_at, row.input_at))
    return found


def _is_asked(
    connection: Connection, meeting_id: str, person_id: str, kind: str, sections: Sequence[str], items: Sequence[str]
) -> bool:
    """Whether what stands of this kind covers all of a part. No sections and no items are the whole meeting."""
    standing = connection.execute(
        select(Excusal.sections, Excusal.items).where(
            Excusal.meeting_id == meeting_id,
            Excusal.person_id == person_id,
            Excusal.kind == kind,
            Excusal.revoked_at.is_(None),
        )
    ).all()
    if any(not row.sections and not row.items for row in standing):
        return True
    if not sections and not items:
        return False
    sections_of = _sections_of_items(connection, meeting_id)
    named = {item for row in standing for item in row.items}
    part = {section for row in standing for section in row.sections}
    part.update(section for item in named for section in sections_of.get(item, ()))
    left = [item for item in items if item not in named]
    return part.issuperset(sections) and all(sections_of[item] and part.issuperset(sections_of[item]) for item in left)


def _sections_of_items(connection: Connection, meeting_id: str) -> dict[str, list[str]]:
    rows = connection.execute(
        select(AgendaItem.id, AgendaItem.sections).where(
            AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None)
        )
    )
    return {row.id: list(row.sections) for row in rows}


def start_of(connection: Connection, meeting_id: str) -> datetime:
    """When the meeting began, or is to begin: what has to come before it is held against this."""
    row = connection.execute(select(Meeting.started_at, Meeting.starts_at).where(Meeting.id == meeting_id)).one()
    return row.started_at or row.starts_at  # type: ignore[no-any-return]


def _agree(
    transaction: Transaction,
    actor: Actor,
    author: Author,
    excusal: Any,
    side: str,
    person_id: str,
    how: str,
    at: datetime | None,
    statement: str,
) -> None:
    if (excusal.parent_at if side == rules.PARENT else excusal.lea_at) is not None:
        raise Refused("conflict", "agreed")
    about = {
        "excusal": excusal.id,
        "side": side,
        "person": person_id,
        "how": how,
        "at": None if at is None else at.isoformat(),
        "statement": statement,
    }
    transaction.append(actor.meeting_id, kinds.EXCUSAL_AGREED, author, facts(about))


def _side(transaction: Transaction, actor: Actor) -> str:
    """Whom the actor speaks for: the family, or the LEA by role or by the seat they were given."""
    row = _participant(transaction, actor.meeting_id, actor.person_id, "person")
    if speaks_for_family(transaction.connection, actor.meeting_id, row.role):
        return rules.PARENT
    if LEA_REPRESENTATIVE in filled_by(row.role, row.seats or ()):
        return rules.LEA
    raise Refused("role")


def _past(moment: datetime | None, field: str) -> datetime:
    if moment is None or moment > now():
        raise Refused("invalid", field)
    return moment.astimezone(UTC)


def _participant(transaction: Transaction, meeting_id: str, person_id: str, field: str) -> Row[str, list[str] | None]:
    row = transaction.connection.execute(
        select(Participant.role, Participant.seats).where(
            Participant.meeting_id == meeting_id,
            Participant.person_id == person_id,
            Participant.removed_at.is_(None),
        )
    ).first()
    if row is None:
        raise Refused("not_found", field)
    return row


def _own(transaction: Transaction, actor: Actor, excusal_id: str) -> Any:
    row = transaction.connection.execute(
        select(
            Excusal.id, Excusal.person_id, Excusal.kind, Excusal.parent_at, Excusal.lea_at, Excusal.revoked_at
        ).where(Excusal.id == excusal_id, Excusal.meeting_id == actor.meeting_id)
    ).first()
    if row is None:
        raise Refused("not_found", "excusal")
    if row.revoked_at is not None:
        raise Refused("conflict", "revoked")
    return row
