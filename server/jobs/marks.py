"""Marks of sentences, taken anew for drafts that have changed: a few at a time, and never while a meeting is on."""

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.domain.roles import DESTROYED, LIVE
from server.jobs.lease import Held
from server.meeting.marks import Taken, put_marks, take_marks
from server.storage.engine import Database
from server.storage.tables import MarkedMeeting, Meeting

EVERY = 60.0  # seconds
AT_ONCE = 5  # meetings

_CHANGED = (
    select(Meeting.id)
    .outerjoin(MarkedMeeting, MarkedMeeting.meeting_id == Meeting.id)
    .where(
        Meeting.phase.not_in((LIVE, DESTROYED)),
        (MarkedMeeting.number.is_(None)) | (MarkedMeeting.number != Meeting.head_number),
    )
    .order_by(MarkedMeeting.number.is_(None).desc(), Meeting.id)
    .limit(AT_ONCE)
)


class Marks:
    """`key`: what marks are made with, the newest of `Settings.secret_keys`."""

    def __init__(self, database: Database, key: str) -> None:
        self._database = database
        self._key = key

    async def due(self) -> bool:
        async with self._database.session() as session:
            return await session.scalar(_CHANGED.limit(1)) is not None

    async def __call__(self, held: Held) -> None:
        async with self._database.session() as session:
            changed = list(await session.scalars(_CHANGED))
        for meeting_id in changed:
            # Read by itself, so that nobody's edit waits for it.
            taken = await self._database.read(partial(_take, meeting_id=meeting_id, key=self._key))
            async with self._database.transaction() as session:
                await held.check(session)
                await (await session.connection()).run_sync(put_marks, taken)


def _take(session: Session, *, meeting_id: str, key: str) -> Taken:
    return take_marks(session.connection(), meeting_id, key)
