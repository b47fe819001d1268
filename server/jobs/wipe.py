"""Rids the database's file of destroyed records, where that could not be done at once."""

from server.jobs.lease import Held
from server.journal.writer import Journal
from server.storage.engine import Database
from server.storage.wipe import unwiped, wipe


class Wipe:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def due(self) -> bool:
        return bool(await self._journal.read(unwiped))

    async def __call__(self, _held: Held) -> None:
        await self._journal.alone(lambda: wipe(self._database))
