"""Sends the reminders that are due: one node at a time, each of them once; what it says is what was previewed."""

import secrets
from datetime import UTC, datetime

import structlog
from sqlalchemy import Connection, select

from server.domain.errors import Refused
from server.domain.meeting_notice import REMINDER, content_of
from server.jobs.lease import Held
from server.journal.writer import Journal
from server.mail import Post
from server.meeting.meeting_notices import Addressed, current_content, newest_notice, next_sequence, send_notice
from server.meeting.reminders import Due, Silent, due_reminders
from server.storage.engine import Database
from server.storage.tables import Meeting, now
from server.web.letters import is_address
from server.web.notice_letters import Draft, Recipient, letter

log = structlog.get_logger()


class Reminders:
    """A job. `base_url`: the address of this installation, where the settings name it."""

    def __init__(self, database: Database, journal: Journal, post: Post, sender: str, base_url: str) -> None:
        self._database = database
        self._journal = journal
        self._post = post
        self._sender = sender
        self._base_url = base_url

    async def due(self) -> bool:
        """Whether any is planned for a day that may have come, by a look that writes nothing."""
        async with self._database.session() as session:
            return await session.scalar(select(Meeting.id).where(Meeting.remind_on.is_not(None)).limit(1)) is not None

    async def __call__(self, held: Held) -> None:
        for due in await self._journal.read(lambda connection: due_reminders(connection, now())):
            async with self._database.transaction() as session:
                await held.check(session)
            try:
                await self._send(due)
            except Refused as refusal:  # planned anew, answered or over meanwhile: the next look tells
                log.info("a planned reminder was not sent", reason=refusal.code)

    async def _send(self, due: Due) -> None:
        meeting_id = due.actor.meeting_id

        def read(connection: Connection) -> Draft:
            sent = content_of(newest_notice(connection, meeting_id).content)
            content = current_content(connection, meeting_id, transition=sent.transition, agencies=sent.agencies)
            sequence, _ = next_sequence(connection, meeting_id, REMINDER, content.digest())
            return Draft(REMINDER, content, sequence)

        draft = await self._journal.read(read)
        letters = [self._letter(due, draft, one) for one in due.silent if is_address(one.email)]
        await send_notice(
            self._journal, due.actor, self._post, REMINDER, draft.content, draft.sequence, letters, planned=due.day
        )

    def _letter(self, due: Due, draft: Draft, one: Silent) -> Addressed:
        token = secrets.token_urlsafe(32)
        link = f"{self._base_url or due.at}/invite/{token}?to=notice"
        to = Recipient(one.person_id, one.name, one.email, one.locale)
        uid = f"{due.actor.meeting_id}@roundtable"
        mail = letter(draft, to, link, uid=uid, sender=self._sender, at=datetime.now(UTC))
        return Addressed(one.person_id, one.locale, token, mail)
