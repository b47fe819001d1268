"""What opens nothing any more is removed: ended sessions and sign-in links, letters that are gone, files not used."""

from datetime import timedelta

from sqlalchemy import delete, or_

from server.jobs.lease import Held
from server.storage.engine import Database
from server.storage.tables import Invitation, Outbox, Session, WordImport, now

A_DAY = timedelta(days=1)  # for a Word file that became no draft
KEPT = timedelta(days=30)  # for whoever asks on which devices somebody was signed in


class Sweep:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, held: Held) -> None:
        before = now() - KEPT
        async with self._database.transaction() as session:
            await held.check(session)
            await session.execute(delete(Session).where(or_(Session.expires_at < before, Session.revoked_at < before)))
            await session.execute(delete(Invitation).where(Invitation.expires_at < before))
            await session.execute(delete(WordImport).where(WordImport.created_at < now() - A_DAY))
            await session.execute(delete(Outbox).where(Outbox.finished_at < before))
