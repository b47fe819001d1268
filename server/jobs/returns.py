"""Brings back what an earlier meeting left for a day that has come: one node at a time, each thing once."""

from server.jobs.lease import Held
from server.journal.writer import Journal
from server.meeting.returns import bring_back, due_returns
from server.storage.engine import Database
from server.storage.tables import now


class Returns:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def due(self) -> bool:
        """By a look that writes nothing."""
        return bool(await self._journal.read(lambda connection: due_returns(connection, now())))

    async def __call__(self, held: Held) -> None:
        at = now()
        for one in await self._journal.read(lambda connection: due_returns(connection, at)):
            async with self._database.transaction() as session:
                await held.check(session)
            await bring_back(self._journal, one, at)
