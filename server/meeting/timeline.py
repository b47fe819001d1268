"""The whole meeting on one line: what happened and when, and how a text read at any moment of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from server.journal import kinds
from server.journal.kinds import TEXT_KINDS
from server.storage.tables import NO_EDIT, Entry, Person

# What people look for in a meeting. The rest of the record stands in the pages of its own.
EVENTS = (
    kinds.PHASE,
    kinds.SECTION,
    kinds.RESTORE,
    kinds.AGENDA_POINTED,
    kinds.THREAD_OPENED,
    kinds.DISPOSED,
    kinds.ADOPTED,
    kinds.DECISION_PROPOSED,
    kinds.DECISION_SETTLED,
    kinds.PARKED,
    kinds.SHARED,
    kinds.ARRIVED,
    kinds.ATTENDANCE_NOTED,
    kinds.LEFT,
    kinds.ARRANGED,
    kinds.AMENDMENT_OFFERED,
    kinds.AMENDED,
)
# What two texts are most often held between.
LANDMARKS = (kinds.PHASE, kinds.SECTION, kinds.SHARED, kinds.ADOPTED, kinds.AMENDED)


@dataclass(frozen=True, slots=True)
class Event:
    """An entry that people look for. `payload` is its facts as stored."""

    number: int
    kind: str
    document_id: str | None
    author_id: str
    author: str
    at: datetime
    payload: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """A text's own entries: the first and the last that changed it, and how many there are."""

    first: int
    last: int
    count: int


def events(
    connection: Connection,
    meeting_id: str,
    *,
    before: int | None = None,
    most: int = 100,
    only: Sequence[str] = EVENTS,
) -> list[Event]:
    """The newest events of these kinds (those before entry `before`), newest first."""
    query = _events(meeting_id, only).order_by(Entry.number.desc()).limit(most)
    if before is not None:
        query = query.where(Entry.number < before)
    return [_event(row) for row in connection.execute(query)]


def nearest_events(connection: Connection, meeting_id: str, number: int) -> tuple[Event | None, Event | None]:
    """The event at entry `number` or the last before it, and the next one."""
    past = _events(meeting_id).where(Entry.number <= number).order_by(Entry.number.desc()).limit(1)
    next_ = _events(meeting_id).where(Entry.number > number).order_by(Entry.number).limit(1)
    rows = [connection.execute(query).first() for query in (past, next_)]
    return _event(rows[0]) if rows[0] else None, _event(rows[1]) if rows[1] else None


def event_before(connection: Connection, meeting_id: str, number: int) -> int | None:
    """The number of the newest event before entry `number`."""
    found = select(func.max(Entry.number)).where(
        Entry.meeting_id == meeting_id, NO_EDIT, Entry.kind.in_(EVENTS), Entry.number < number
    )
    before: int | None = connection.scalar(found)
    return before


def first_draft(connection: Connection, document_ids: Sequence[str]) -> int:
    """The entry after which each of these texts stood for the first time; 0 where none ever did."""
    firsts = (connection.scalar(_texts(one).order_by(Entry.number).limit(1)) for one in document_ids)
    return max((one for one in firsts if one is not None), default=0)


def span(connection: Connection, document_id: str) -> Span | None:
    """None for a text that nothing was ever written into."""
    # One by one, each a step in the index; both in one query would read every entry.
    first = connection.scalar(_texts(document_id).order_by(Entry.number).limit(1))
    last = connection.scalar(_texts(document_id).order_by(Entry.number.desc()).limit(1))
    if first is None or last is None:
        return None
    count = connection.scalar(select(func.count()).select_from(Entry).where(Entry.document_id == document_id)) or 0
    return Span(first, last, count)


def steps(connection: Connection, document_id: str, number: int, size: int) -> tuple[int | None, int | None]:
    """The text's entries that are `size` of its own before and after entry `number`; the ends of it where less are."""
    past = _texts(document_id).where(Entry.number < number).order_by(Entry.number.desc()).limit(size)
    ahead = _texts(document_id).where(Entry.number > number).order_by(Entry.number).limit(size)
    return connection.scalar(select(func.min(past.subquery().c.number))), connection.scalar(
        select(func.max(ahead.subquery().c.number))
    )


def _texts(document_id: str) -> Select[int]:
    return select(Entry.number).where(Entry.document_id == document_id, Entry.kind.in_(sorted(TEXT_KINDS)))


def _events(meeting_id: str, only: Sequence[str] = EVENTS) -> Any:
    return (
        select(Entry.number, Entry.kind, Entry.document_id, Entry.author_id, Entry.time, Entry.payload, Person.name)
        .outerjoin(Person, Person.id == Entry.author_id)
        .where(Entry.meeting_id == meeting_id, NO_EDIT, Entry.kind.in_(only))
    )


def _event(row: Row[Any]) -> Event:
    at = datetime.fromtimestamp(row.time / 1_000_000, UTC)
    return Event(row.number, row.kind, row.document_id, row.author_id, row.name or "", at, bytes(row.payload))
