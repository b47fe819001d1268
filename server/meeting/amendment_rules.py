"""What an amendment is held against before each of its steps: its state, its base, its words, who has answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from server.documents.tree import load, read_doc
from server.domain import amendments
from server.domain.amendments import DRAFT, Answer
from server.domain.errors import Refused
from server.domain.readiness import Readiness, evaluate
from server.domain.roles import CLOSED, LEA_REPRESENTATIVE
from server.domain.sections import FINAL
from server.journal.snapshot import load as load_document
from server.meeting.actor import Actor
from server.meeting.agreement import Contradiction, agreement, as_amended
from server.meeting.readiness import Proposal, gather
from server.meeting.rights import speaks_for_family
from server.storage.tables import Amendment, AmendmentAnswer, Document, Meeting, Participant


def decided_otherwise(
    connection: Connection, meeting_id: str, parts: Sequence[Mapping[str, Any]]
) -> list[Contradiction]:
    """The numbers of settled decisions that the proposed words do not say."""
    copies = {part["document"]: part["copy"] for part in parts}
    return [one for part in parts for one in agreement(connection, meeting_id, part["document"], instead=copies)]


def check(
    connection: Connection, parts: Sequence[Mapping[str, Any]], changed: Sequence[Contradiction]
) -> dict[str, Readiness]:
    """What the rules of finalizing find in the proposed words, by the document they are proposed for.

    `changed`: the numbers of decisions that the proposal says it changes.
    """
    copies = {part["document"]: part["copy"] for part in parts}
    declared = frozenset(as_amended(one.decision_id, one.difference) for one in changed)
    proposal = Proposal(copies, declared)
    return {document: evaluate(gather(connection, document, proposal)) for document in copies}


def has_say(connection: Connection, meeting_id: str, role: str) -> bool:
    """Whether who is here in this role is one of the two sides: the school's representative, or the family's voice."""
    return role == LEA_REPRESENTATIVE or speaks_for_family(connection, meeting_id, role)


def answers_in_force(connection: Connection, row: Any) -> dict[str, Answer]:
    """Of an amendment's row: each person's newest answer to what is offered now."""
    found = connection.execute(
        select(
            AmendmentAnswer.person_id,
            AmendmentAnswer.role,
            AmendmentAnswer.answer,
            AmendmentAnswer.mark,
            AmendmentAnswer.number,
        ).where(AmendmentAnswer.amendment_id == row.id)
    )
    here = connection.execute(
        select(Participant.person_id, Participant.role).where(
            Participant.meeting_id == row.meeting_id, Participant.removed_at.is_(None)
        )
    ).all()
    roles = {one.person_id: one.role for one in here}
    # Who has another part in the meeting by now speaks for that no longer.
    answers = [Answer(*one) for one in found if roles.get(one.person_id) == one.role]
    return amendments.in_force(answers, row.mark or "", roles)


def own_amendment(connection: Connection, actor: Actor, amendment_id: str, *states: str) -> Row[Any]:
    row = connection.execute(
        select(Amendment.__table__).where(Amendment.id == amendment_id, Amendment.meeting_id == actor.meeting_id)
    ).first()
    if row is None:
        raise Refused("not_found")
    if row.state not in states:
        raise Refused("conflict", "state")
    return row


def no_draft(connection: Connection, meeting_id: str) -> None:
    draft = select(Amendment.id).where(Amendment.meeting_id == meeting_id, Amendment.state == DRAFT)
    if connection.execute(draft.limit(1)).first() is not None:
        raise Refused("conflict", "open")


def is_newest_plan(connection: Connection, meeting_id: str) -> None:
    if later_plan(connection, meeting_id) is not None:
        raise Refused("conflict", "newer")


def later_plan(connection: Connection, meeting_id: str) -> str | None:
    """A meeting of the same student that was closed after this one with something final; None for none."""
    own = connection.execute(select(Meeting.student_id, Meeting.closed_at).where(Meeting.id == meeting_id)).one()
    found: str | None = connection.scalar(
        select(Meeting.id)
        .join(Document, Document.meeting_id == Meeting.id)
        .where(
            Meeting.student_id == own.student_id,
            Meeting.id != meeting_id,
            Meeting.phase == CLOSED,
            Meeting.closed_at > own.closed_at,
            Document.kind == "section",
            Document.state == FINAL,
        )
        .order_by(Meeting.closed_at.desc())
        .limit(1)
    )
    return found


def unchanged_base(connection: Connection, part: Mapping[str, Any]) -> None:
    """The section is final still, in the version that the proposal was made from."""
    row = connection.execute(
        select(Document.state, Document.sealed_number, Document.sealed_hash).where(Document.id == part["document"])
    ).one()
    if (row.state, row.sealed_number, row.sealed_hash) != (FINAL, part["base"], part["base_hash"]):
        raise Refused("conflict", "base")


def reads_alike(connection: Connection, part: Mapping[str, Any]) -> bool:
    was, now_reads = (
        read_doc(load(load_document(connection, part[name], number).state()))
        for name, number in (("document", part["base"]), ("copy", None))
    )
    return was == now_reads


def key_of(change: Mapping[str, Any]) -> tuple[str | None, ...]:
    return tuple(change[name] for name in ("decision", "document", "block", "label", "field", "now"))
