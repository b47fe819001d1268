"""What a meeting leaves when it closes: the sections that are not final and the decisions that are open.

Whoever closes sees that list first; it is noted in the entry that closes the meeting, and nothing of it is lost.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from server.domain.decisions import OPEN
from server.domain.sections import FINAL
from server.journal.kinds import TEXT_KINDS
from server.storage.tables import Decision, Document, Entry


@dataclass(frozen=True, slots=True)
class Left:
    """`carried`: [{"document", "section", "number"}] of sections not final, `number` that of their newest text.

    `open`: the ids of decisions that are not settled.
    """

    carried: tuple[dict[str, Any], ...]
    open: tuple[str, ...]

    @property
    def mark(self) -> str:
        """Another one as soon as the list is another; the newest letter of a draft is not part of it."""
        told = [sorted(one["document"] for one in self.carried), sorted(self.open)]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def left_over(connection: Connection, meeting_id: str) -> Left:
    newest = (
        select(func.max(Entry.number))
        .where(Entry.document_id == Document.id, Entry.kind.in_(sorted(TEXT_KINDS)))
        .scalar_subquery()
    )
    rows = connection.execute(
        select(Document.id, Document.section, newest)
        .where(Document.meeting_id == meeting_id, Document.kind == "section", Document.state != FINAL)
        .order_by(Document.position)
    )
    carried = tuple({"document": row[0], "section": row[1], "number": row[2] or 0} for row in rows)
    undecided = connection.scalars(
        select(Decision.id).where(Decision.meeting_id == meeting_id, Decision.state == OPEN).order_by(Decision.ordinal)
    )
    return Left(carried, tuple(undecided))
