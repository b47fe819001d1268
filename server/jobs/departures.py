"""After a node died: whoever was there and is nowhere else has left, and what it had not put by is put by."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from server.jobs.lease import Held
from server.journal.snapshot import due
from server.journal.writer import Journal
from server.meeting.attendance import Visit, leave
from server.meeting.elsewhere import DEAD_AFTER
from server.storage.clock import clock
from server.storage.engine import Database
from server.storage.tables import Attending, Document, Node

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GRACE = 60_000_000  # microseconds that people of a dead node have to turn up at another one
AT_ONCE = 200  # people in one act


class Departures:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def __call__(self, held: Held) -> None:
        async with self._database.session() as session:
            dead = list(
                await session.execute(
                    select(Node.id, Node.seen_at).where(Node.seen_at < clock() - max(DEAD_AFTER, GRACE))
                )
            )
        for node_id, seen_at in dead:
            async with self._database.transaction() as session:
                await held.check(session)
                rows = await session.execute(
                    select(Attending.meeting_id, Attending.person_id).where(Attending.node_id == node_id)
                )
                people = [(row.meeting_id, row.person_id) for row in rows]
            at = EPOCH + timedelta(microseconds=seen_at)
            for start in range(0, len(people), AT_ONCE):
                visits = [Visit(*key, at) for key in people[start : start + AT_ONCE]]
                await leave(self._journal, visits, node_id)
            for meeting_id in sorted({meeting_id for meeting_id, _ in people}):
                await self._put_by(meeting_id)
            async with self._database.transaction() as session:
                await held.check(session)
                # Had it come back meanwhile, it would have shown that it lives.
                gone = delete(Node).where(Node.id == node_id, Node.seen_at == seen_at)
                await session.execute(gone)

    async def _put_by(self, meeting_id: str) -> None:
        """Snapshots of the documents that have grown: their rooms died before they came to rest."""
        async with self._database.session() as session:
            document_ids = list(await session.scalars(select(Document.id).where(Document.meeting_id == meeting_id)))
        for document_id in document_ids:
            loaded = await self._journal.load(document_id)
            if due(len(loaded.tail) * 8, loaded.tail_bytes, len(loaded.base)):
                state = await asyncio.to_thread(loaded.state)
                self._journal.snapshot_soon(document_id, loaded.number, state)
