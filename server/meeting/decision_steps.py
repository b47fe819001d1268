"""How a decision came about, as the journal tells it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.journal.kinds import DECISION_CHANGED, DECISION_PROPOSED, DECISION_READ_BACK, DECISION_SETTLED
from server.journal.payload import read_facts
from server.storage.tables import NO_EDIT, Entry

STEPS = (DECISION_PROPOSED, DECISION_CHANGED, DECISION_READ_BACK, DECISION_SETTLED)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of how a decision came about. `action` are its words then, where the entry tells them."""

    kind: str
    number: int
    at: datetime
    author_id: str
    action: str | None


def read_steps(session: Session, meeting_id: str, decision_id: str) -> list[Step]:
    """How a decision came about, from the journal: proposed, changed, read back, settled."""
    rows = session.execute(
        select(Entry.kind, Entry.number, Entry.time, Entry.author_id, Entry.payload)
        .where(Entry.meeting_id == meeting_id, NO_EDIT, Entry.kind.in_(STEPS))
        .order_by(Entry.number)
    )
    steps = []
    for kind, number, time, author_id, payload in rows:
        about = read_facts(payload)
        if about["decision"] == decision_id:
            at = datetime.fromtimestamp(time / 1_000_000, UTC)
            action = about["words"]["action"] if "words" in about else None
            put_off = kind == DECISION_READ_BACK and about["revision"] is None
            steps.append(Step("put_off" if put_off else kind, number, at, author_id, action))
    return steps
