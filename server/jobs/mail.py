"""Sends what waits in the outbox: one node at a time, again with growing pauses, and not for ever.

A letter is claimed, by setting when it may be tried again, before it is sent. Whoever dies in between has it sent by
the next one then; should the server have taken it already, it gets it twice under one Message-ID, never not at all.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Row, select, update

from server import metrics
from server.jobs.lease import Held
from server.journal.entry import Author
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.mail.post import ACCEPTED, REFUSED, WAITING, Post, Unsealed
from server.mail.smtp import Conversation, Outcome, Server, Trouble
from server.meeting.mailings import note_accepted, note_refused
from server.storage.engine import Database
from server.storage.tables import Outbox, now

log = structlog.get_logger()

# After each attempt; then it is given up, two days after the first.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 720, 720)]
AT_ONCE = 10
ROUND = 40.0  # seconds, after which no further letters are begun; well under what the job may take
NO_KEY = "it was written under a secret key that this server no longer has"


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: str
    meeting_id: str | None
    author: Author | None
    content: bytes
    attempts: int
    created_at: datetime


class Mailman:
    def __init__(self, database: Database, journal: Journal, post: Post, server: Server) -> None:
        self._database = database
        self._journal = journal
        self._post = post
        self._server = server

    async def due(self) -> bool:
        """Whether anything waits, by a look that writes nothing."""
        async with self._database.session() as session:
            return await session.scalar(self._waiting().limit(1)) is not None

    async def __call__(self, held: Held) -> None:
        until = time.monotonic() + ROUND
        while time.monotonic() < until and (letters := await self._claim(held)):
            try:
                async with self._server.talk() as conversation:
                    for letter in letters:
                        await self._send(conversation, letter)
            except Trouble as trouble:
                log.warning("mail could not be sent, it is tried again", count=len(letters))
                metrics.MAIL.labels(outcome="trouble").inc()
                await self._journal.act(partial(_later, letters=letters, because=str(trouble)))
                return

    def _waiting(self) -> Any:
        return select(Outbox.id).where(Outbox.state == WAITING, Outbox.next_at <= now()).order_by(Outbox.next_at)

    async def _claim(self, held: Held) -> list[_Waiting]:
        async with self._database.transaction() as session:
            await held.check(session)
            ids = list(await session.scalars(self._waiting().limit(AT_ONCE)))
            rows = list(await session.execute(select(Outbox.__table__).where(Outbox.id.in_(ids))))
            for row in rows:
                pause = PAUSES[min(row.attempts, len(PAUSES) - 1)]
                claimed = update(Outbox).where(Outbox.id == row.id)
                await session.execute(claimed.values(attempts=row.attempts + 1, next_at=now() + pause))
        return [_waiting_of(row) for row in rows]

    async def _send(self, conversation: Conversation, letter: _Waiting) -> None:
        try:
            unsealed = self._post.unsealed(letter.content)
        except Unsealed:
            outcome = Outcome(False, because=NO_KEY)
        else:
            outcome = await conversation.send(unsealed, letter.id, letter.created_at)
        if not outcome.accepted and not outcome.final:
            await self._journal.act(partial(_later, letters=[letter], because=outcome.because))
        else:
            await self._journal.act(partial(_finish, letter=letter, outcome=outcome))
        metrics.MAIL.labels(outcome="accepted" if outcome.accepted else "refused" if outcome.final else "later").inc()


def _waiting_of(row: Row[Any]) -> _Waiting:
    author = Author(row.author_id, row.author_role) if row.author_id else None
    return _Waiting(row.id, row.meeting_id, author, bytes(row.content or b""), row.attempts + 1, row.created_at)


def _later(transaction: Transaction, letters: Sequence[_Waiting], because: str) -> None:
    """Tried again at the time that was set when it was claimed; given up where that was often enough."""
    for letter in letters:
        if letter.attempts > len(PAUSES):
            _finish(transaction, letter, Outcome(False, because=because))
        else:
            still = update(Outbox).where(Outbox.id == letter.id, Outbox.state == WAITING)
            transaction.connection.execute(still.values(because=because[:200]))


def _finish(transaction: Transaction, letter: _Waiting, outcome: Outcome) -> None:
    if letter.meeting_id is not None:
        transaction.rules(letter.meeting_id)  # its lock comes before that of any row
    # Also where it was withdrawn while it went out: the record says what happened.
    done = update(Outbox).where(Outbox.id == letter.id, Outbox.state.not_in((ACCEPTED, REFUSED)))
    values = {
        "state": ACCEPTED if outcome.accepted else REFUSED,
        "content": None,
        "finished_at": now(),
        "because": outcome.because[:200],
    }
    if transaction.connection.execute(done.values(values)).rowcount == 0:
        return
    if letter.meeting_id is None or letter.author is None:
        return
    if outcome.accepted:
        note_accepted(transaction, letter.meeting_id, letter.id, letter.author)
    else:
        note_refused(transaction, letter.meeting_id, letter.id, letter.author, outcome.because)
