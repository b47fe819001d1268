"""Decisions and the draft held against each other: which numbers does the draft not say as they were decided?"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.documents.agreement import Difference, differences
from server.documents.fields import TypedBlock, typed_blocks
from server.documents.tree import read_tree
from server.domain.decisions import CHANGES_THE_PLAN, SETTLED
from server.journal.snapshot import load
from server.storage.tables import Decision


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A settled decision, and a field of the draft that does not say what it set."""

    decision_id: str
    ordinal: int
    difference: Difference


def agreement(connection: Connection, meeting_id: str, document_id: str | None = None) -> list[Contradiction]:
    """Every contradiction between the settled decisions and the draft, or one document of it, as they stand.

    Superseded decisions bind nobody any more. Raises `server.journal.snapshot.Damaged`.
    """
    decisions = connection.execute(
        select(Decision.id, Decision.ordinal, Decision.numbers)
        .where(
            Decision.meeting_id == meeting_id,
            Decision.state == SETTLED,
            Decision.outcome.in_(sorted(CHANGES_THE_PLAN)),
        )
        .order_by(Decision.ordinal)
    ).all()
    named = {number["document"] for decision in decisions for number in decision.numbers}
    if document_id is not None:
        named &= {document_id}
    blocks = {one: document_blocks(connection, one) for one in sorted(named)}
    return [
        Contradiction(decision.id, decision.ordinal, difference)
        for decision in decisions
        for difference in differences(decision.numbers, blocks)
    ]


def document_blocks(connection: Connection, document_id: str) -> list[TypedBlock]:
    """The typed blocks of a document as it is committed."""
    return typed_blocks(read_tree(load(connection, document_id).state()))
