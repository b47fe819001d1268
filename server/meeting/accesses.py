"""The record of access (34 CFR 300.614): who had a meeting's record before them, when and for what.

The law exempts parents and the school's own authorized people; everybody is noted all the same, and the extract that it
asks for is a view. An opening is noted once a day and shortly after it, so that nobody waits for it to read: a server
that is killed in that second forgets it. A paper is handed out once it is noted.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from server.domain.errors import Refused
from server.domain.roles import FAMILY, STAFF
from server.meeting.actor import Actor
from server.storage.engine import Database
from server.storage.standing import standing
from server.storage.tables import Access, Mailing, Participant, Person, new_id, now

log = structlog.get_logger()

OPENED, TAKEN, SENT = "opened", "taken", "sent"
EVERY = 1.0  # seconds between two looks at what is to be noted
MOST_KNOWN = 100_000  # openings of a day that are remembered, so that the database is not asked again
EXEMPT = STAFF | FAMILY  # parents, and the school's own people


@dataclass(frozen=True, slots=True)
class Accessed:
    """`what`: opened, taken or sent. `detail`: which paper, or what a letter was about."""

    name: str
    title: str
    role: str
    what: str
    detail: str
    at: datetime


class Accesses:
    """Notes openings as they come, in the background."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: set[str] = set()
        self._waiting: dict[str, dict[str, object]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep(), name="accesses")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    def opened(self, actor: Actor) -> None:
        """Somebody reads a page of the meeting."""
        at = now()
        key = f"{actor.meeting_id}:{actor.person_id}:{at.date().isoformat()}"
        if key in self._known:
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known.add(key)
        self._waiting[key] = {**_row(actor, OPENED, "", at), "id": key}

    async def taken(self, actor: Actor, paper: str) -> None:
        """Somebody takes a paper away; `paper` is its name.

        Raises what the database raises, and `Refused("not_found")` where the record was destroyed meanwhile: then
        nothing is given.
        """
        async with self._database.transaction() as session:
            if not await (await session.connection()).run_sync(standing, [actor.meeting_id]):
                raise Refused("not_found")
            session.add(Access(**_row(actor, TAKEN, paper, now())))

    async def flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        try:
            async with self._database.transaction() as session:
                connection = await session.connection()
                dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
                stands = await connection.run_sync(standing, {str(row["meeting_id"]) for row in waiting.values()})
                for row in [row for row in waiting.values() if row["meeting_id"] in stands]:
                    await session.execute(dialect.insert(Access).values(row).on_conflict_do_nothing())
        except SQLAlchemyError as error:
            log.warning("who opened a record was not noted, it is tried again", error=type(error).__name__)
            self._waiting = {**waiting, **self._waiting}

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.flush()
            except Exception:
                log.exception("the record of access has failed")


def _row(actor: Actor, what: str, detail: str, at: datetime) -> dict[str, object]:
    return {
        "id": new_id("ac"),
        "meeting_id": actor.meeting_id,
        "person_id": actor.person_id,
        "role": actor.role,
        "what": what,
        "detail": detail,
        "at": at,
    }


def read_accesses(connection: Connection, meeting_id: str, *, as_the_law_asks: bool = False) -> Sequence[Accessed]:
    """Newest first. `as_the_law_asks`: without parents, the student and the school's own people."""
    rows = connection.execute(
        select(Access.role, Access.what, Access.detail, Access.at, Person.name, Participant.title)
        .join(Person, Person.id == Access.person_id)
        .outerjoin(
            Participant,
            (Participant.person_id == Access.person_id) & (Participant.meeting_id == Access.meeting_id),
        )
        .where(Access.meeting_id == meeting_id)
    )
    found = [Accessed(row.name, row.title or "", row.role, row.what, row.detail, row.at) for row in rows]
    letters = connection.execute(
        select(
            Mailing.purpose, Mailing.accepted_at, Mailing.created_at, Person.name, Participant.title, Participant.role
        )
        .join(Person, Person.id == Mailing.person_id)
        .join(
            Participant,
            (Participant.person_id == Mailing.person_id) & (Participant.meeting_id == Mailing.meeting_id),
        )
        .where(Mailing.meeting_id == meeting_id, Mailing.refused_at.is_(None))
    )
    found += [
        Accessed(row.name, row.title or "", row.role, SENT, row.purpose, row.accepted_at or row.created_at)
        for row in letters
    ]
    if as_the_law_asks:
        found = [one for one in found if one.role not in EXEMPT]
    return sorted(found, key=lambda one: one.at, reverse=True)
