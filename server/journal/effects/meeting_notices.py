"""Notices, reminders, their opening, and the answers."""

from sqlalchemy import Connection

from server.domain.meeting_notice import CANCELLATION
from server.journal import kinds
from server.journal.effects import mailings
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import Mailing, Meeting, MeetingNotice, NoticeAnswer


def sent(connection: Connection, entry: Entry, about: Facts) -> None:
    """`new`: it says something else than the one before; else the same was sent again, perhaps to others."""
    if about["new"]:
        add_row(
            connection,
            MeetingNotice,
            id=about["notice"],
            meeting_id=entry.meeting_id,
            sequence=about["sequence"],
            kind=about["kind"],
            content=about["content"],
            digest=about["digest"],
            created_at=moment(entry),
            created_by=entry.author.person_id,
        )
    mailings.added(connection, entry, about["mailings"])
    if about.get("planned") or about["kind"] == CANCELLATION:
        _plan(connection, entry, None)


def planned(connection: Connection, entry: Entry, about: Facts) -> None:
    _plan(connection, entry, about["on"], about["at"])


def _plan(connection: Connection, entry: Entry, day: str | None, at: str | None = None) -> None:
    plan = {"remind_on": day, "remind_by": entry.author.person_id if day else None, "remind_at": at if day else None}
    change_row(connection, Meeting, entry.meeting_id, **plan)


def opened(connection: Connection, entry: Entry, about: Facts) -> None:
    for mailing_id in about["mailings"]:
        change_row(connection, Mailing, mailing_id, opened_at=moment(entry))


def answered(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        NoticeAnswer,
        id=about["id"],
        meeting_id=entry.meeting_id,
        notice_id=about["notice"],
        person_id=entry.author.person_id,
        answer=about["answer"],
        other_time=about["other_time"],
        interpreter=about["interpreter"],
        bringing=about["bringing"],
        note=about["note"],
        answered_at=moment(entry),
    )


EFFECTS: dict[str, Effect] = {
    kinds.MEETING_NOTICE_SENT: sent,
    kinds.REMINDER_PLANNED: planned,
    kinds.MEETING_NOTICE_OPENED: opened,
    kinds.MEETING_NOTICE_ANSWERED: answered,
}
