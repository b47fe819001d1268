"""Decisions and the draft held against each other: which numbers does the draft not say as they were decided?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, select

from server.documents.agreement import Difference, differences
from server.documents.fields import TypedBlock, typed_blocks
from server.documents.tree import read_tree
from server.domain.amendments import IN_EFFECT
from server.domain.decisions import CHANGES_THE_PLAN, SETTLED
from server.journal.snapshot import load
from server.storage.tables import Amendment, Decision


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A settled decision, and a field of the draft that does not say what it set."""

    decision_id: str
    ordinal: int
    difference: Difference


def agreement(
    connection: Connection,
    meeting_id: str,
    document_id: str | None = None,
    *,
    instead: Mapping[str, str] | None = None,
) -> list[Contradiction]:
    """Every contradiction between the settled decisions and the draft, or one document of it, as they stand.

    Superseded decisions bind nobody any more, nor does a number that an amendment in effect changed. `instead`: for a
    document, the one whose words are looked at in its place. Raises `server.journal.snapshot.Damaged`.
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
    blocks = {one: document_blocks(connection, (instead or {}).get(one, one)) for one in sorted(named)}
    amended = amended_numbers(connection, meeting_id)
    return [
        Contradiction(decision.id, decision.ordinal, difference)
        for decision in decisions
        for difference in differences(decision.numbers, blocks)
        if as_amended(decision.id, difference) not in amended
    ]


def document_blocks(connection: Connection, document_id: str) -> list[TypedBlock]:
    """The typed blocks of a document as it is committed."""
    return typed_blocks(read_tree(load(connection, document_id).state()))


def change_of(one: Contradiction) -> dict[str, Any]:
    """As `tables.Amendment.changes` keeps it: a decision's number, and what the plan says instead of it."""
    return {"decision": one.decision_id, "ordinal": one.ordinal, **asdict(one.difference)}


def as_amended(decision_id: str, difference: Difference) -> tuple[str | None, ...]:
    return decision_id, difference.document, difference.block, difference.label, difference.field, difference.now


def amended_numbers(connection: Connection, meeting_id: str) -> set[tuple[str | None, ...]]:
    """The numbers of decisions that amendments in effect changed, each as `as_amended` tells it."""
    rows = connection.scalars(
        select(Amendment.changes).where(Amendment.meeting_id == meeting_id, Amendment.state == IN_EFFECT)
    )
    names = ("decision", "document", "block", "label", "field", "now")
    return {tuple(one[name] for name in names) for changes in rows for one in changes}
