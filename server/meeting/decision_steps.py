"""How a decision came about, as the journal tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.journal.kinds import DECISION_CHANGED, DECISION_PROPOSED, DECISION_READ_BACK, DECISION_SETTLED
from server.journal.payload import read_facts
from server.storage.tables import NO_EDIT, Entry

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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


def words_changed(session: Session, meeting_id: str, decision_ids: Iterable[str]) -> dict[str, datetime]:
    """When each of these decisions last came to say other words; none for those that say what they said at first."""
    wanted = set(decision_ids)
    if not wanted:
        return {}
    rows = session.execute(
        select(Entry.time, Entry.payload)
        .where(Entry.meeting_id == meeting_id, NO_EDIT, Entry.kind.in_((DECISION_PROPOSED, DECISION_CHANGED)))
        .order_by(Entry.number)
    )
    words: dict[str, Any] = {}
    changed: dict[str, datetime] = {}
    for time, payload in rows:
        about = read_facts(payload)
        decision_id, before = about["decision"], words.get(about["decision"])
        # Saved again as it was, it says nothing else.
        if decision_id in wanted and before is not None and before != about["words"]:
            changed[decision_id] = EPOCH + timedelta(microseconds=time)
        words[decision_id] = about["words"]
    return changed
