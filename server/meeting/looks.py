"""How far a person has seen each section: marks of their own, and no part of the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.journal.kinds import TEXT_KINDS
from server.storage.engine import Database
from server.storage.standing import standing
from server.storage.tables import Document, Entry, Look, now


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest entry that was on the person's page, and when they looked."""

    number: int
    at: datetime


def read_looks(connection: Connection, meeting_id: str, person_id: str) -> dict[str, Seen]:
    """By document, what the person has seen of it."""
    rows = connection.execute(
        select(Look.document_id, Look.number, Look.looked_at).where(
            Look.meeting_id == meeting_id, Look.person_id == person_id
        )
    )
    return {row.document_id: Seen(row.number, row.looked_at) for row in rows}


def newest_numbers(connection: Connection, meeting_id: str) -> dict[str, int]:
    """By document, the newest entry that changed its text."""
    newest = (
        select(func.max(Entry.number))
        .where(Entry.document_id == Document.id, Entry.kind.in_(sorted(TEXT_KINDS)))
        .scalar_subquery()
    )
    rows = connection.execute(select(Document.id, newest).where(Document.meeting_id == meeting_id))
    return {document_id: number for document_id, number in rows if number is not None}


async def note_looks(
    database: Database, meeting_id: str, person_id: str, seen: Mapping[str, int], *, first: bool = False
) -> None:
    """The person has seen these documents up to these entries. A mark only moves forward.

    `first`: only where there is none yet. A number beyond what was written counts as the newest.
    """
    async with database.transaction() as session:
        connection = await session.connection()
        if not await connection.run_sync(standing, [meeting_id]):
            return
        newest = await connection.run_sync(newest_numbers, meeting_id)
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        for document_id, number in seen.items():
            if document_id not in newest:
                continue
            upto, at = min(number, newest[document_id]), now()
            values = {
                "document_id": document_id,
                "person_id": person_id,
                "meeting_id": meeting_id,
                "number": upto,
                "looked_at": at,
            }
            await session.execute(dialect.insert(Look).values(values).on_conflict_do_nothing())
            if not first:
                await session.execute(
                    update(Look)
                    .where(Look.document_id == document_id, Look.person_id == person_id, Look.number <= upto)
                    .values(number=upto, looked_at=at)
                )
