"""Whether records still stand, for what is noted beside a journal: nothing comes after a record's end."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from server.storage.tables import Destruction, Meeting


def standing(connection: Connection, meeting_ids: Iterable[str]) -> set[str]:
    """Of these meetings those whose records were not destroyed, and will not be before this transaction ends."""
    # Who destroys holds the meeting's row: PostgreSQL waits for that here, and SQLite has one writer at a time.
    there = select(Meeting.id).where(Meeting.id.in_(sorted(set(meeting_ids))))
    found = set(connection.scalars(there.order_by(Meeting.id).with_for_update(read=True, key_share=True)))
    gone = select(Destruction.meeting_id).where(Destruction.meeting_id.in_(sorted(found)))
    return found - set(connection.scalars(gone))
