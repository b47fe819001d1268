"""Messages between the family and the school: written, and read by the other side."""

from sqlalchemy import Connection, update

from server.domain.roles import FAMILY
from server.journal import kinds
from server.journal.effects import mailings
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row
from server.journal.entry import Entry
from server.storage.tables import Message


def written(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Message,
        id=about["message"],
        meeting_id=entry.meeting_id,
        thread=about["thread"],
        number=entry.number,
        author_id=entry.author.person_id,
        author_role=entry.author.role,
        text=about["text"],
        lang=about["lang"],
        written_at=moment(entry),
    )
    mailings.added(connection, entry, about["mailings"])


def read(connection: Connection, entry: Entry, about: Facts) -> None:
    """All of the other side up to an entry: to one of the family in their own thread, to the school in every one."""
    mine = entry.author.role in FAMILY
    theirs = Message.author_role.not_in(sorted(FAMILY)) if mine else Message.author_role.in_(sorted(FAMILY))
    unread = update(Message).where(
        Message.meeting_id == entry.meeting_id, Message.number <= about["upto"], Message.read_at.is_(None), theirs
    )
    if mine:
        unread = unread.where(Message.thread == entry.author.person_id)
    connection.execute(unread.values(read_at=moment(entry), read_by=entry.author.person_id))


EFFECTS: dict[str, Effect] = {kinds.MESSAGE_WRITTEN: written, kinds.MESSAGE_READ: read}
