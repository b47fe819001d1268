"""Reading the journal: a section's revisions, and its text at any of them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.journal.kinds import ADOPTED, EDIT, RESTORE, TEXT_KINDS
from server.journal.payload import facts_of, restored_number
from server.journal.snapshot import load
from server.storage.tables import Entry

GAP = 5 * 60 * 1_000_000  # microseconds: a longer rest, or somebody else, starts a new revision
PAGE = 4000  # entries looked at for one page of revisions

EntryRow = Row[int, str, str, str, int, int, int]


@dataclass(frozen=True, slots=True)
class Revision:
    """What one person did to a section without a rest: entries `first` to `last`. Sizes are characters.

    `restored`: the entry that a restore went back to; `proposer`: whose wording was adopted.
    """

    first: int
    last: int
    author_id: str
    author_role: str
    started_at: datetime
    ended_at: datetime
    inserted: int
    deleted: int
    kind: str
    restored: int | None = None
    proposer: str | None = None


async def revisions(session: AsyncSession, document_id: str, *, before: int | None = None) -> list[Revision]:
    """The section's newest revisions (those before entry `before`), newest first.

    A page looks at a bounded number of entries: go on with `before=` the last revision's `first`.
    """
    query = (
        select(Entry.number, Entry.kind, Entry.author_id, Entry.author_role, Entry.time, Entry.inserted, Entry.deleted)
        .where(Entry.document_id == document_id, Entry.kind.in_(sorted(TEXT_KINDS)))
        .order_by(Entry.number.desc())
        .limit(PAGE)
    )
    if before is not None:
        query = query.where(Entry.number < before)
    groups: list[list[EntryRow]] = []
    for row in await session.execute(query):
        if groups and _continues(groups[-1][-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    found = [_revision(group) for group in groups]
    told = [revision.last for revision in found if revision.kind in (RESTORE, ADOPTED)]
    if told:
        rows = await session.execute(
            select(Entry.number, Entry.payload).where(Entry.document_id == document_id, Entry.number.in_(told))
        )
        payloads = {row.number: row.payload for row in rows}
        found = [_told(revision, payloads.get(revision.last)) for revision in found]
    return found


def _told(revision: Revision, payload: bytes | None) -> Revision:
    if payload is None:
        return revision
    if revision.kind == RESTORE:
        return replace(revision, restored=restored_number(payload))
    return replace(revision, proposer=(facts_of(revision.kind, payload) or {}).get("proposer"))


async def state_at(session: AsyncSession, document_id: str, number: int) -> bytes:
    """The section's whole text just after entry `number`, as a Yjs v1 update.

    Raises `LookupError` when the section has no text that early.
    """
    connection = await session.connection()
    loaded = await connection.run_sync(load, document_id, number)
    if not loaded.number:
        raise LookupError(f"{document_id} has no text at {number}")
    return loaded.state()


def _continues(later: EntryRow, row: EntryRow) -> bool:
    same = row.author_id == later.author_id and row.author_role == later.author_role
    return bool(same and row.kind == later.kind == EDIT and later.time - row.time < GAP)


def _revision(group: list[EntryRow]) -> Revision:
    newest, oldest = group[0], group[-1]
    return Revision(
        oldest.number,
        newest.number,
        newest.author_id,
        newest.author_role,
        _time(oldest.time),
        _time(newest.time),
        sum(row.inserted for row in group),
        sum(row.deleted for row in group),
        newest.kind,
    )


def _time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
