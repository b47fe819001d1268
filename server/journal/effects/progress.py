"""Measured data on goals: noted, corrected, taken out."""

from sqlalchemy import Connection, update

from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row
from server.journal.entry import Entry
from server.storage.tables import ProgressPoint

COPIED = ("goal", "day", "value", "unit", "note", "corrects")


def noted(connection: Connection, entry: Entry, about: Facts) -> None:
    if about["corrects"]:
        _end(connection, entry, about["corrects"], about["reason"])
    add_row(
        connection,
        ProgressPoint,
        id=about["point"],
        meeting_id=entry.meeting_id,
        noted_by=entry.author.person_id,
        noted_at=moment(entry),
        reason="",
        **{name: about[name] for name in COPIED},
    )


def removed(connection: Connection, entry: Entry, about: Facts) -> None:
    _end(connection, entry, about["point"], about["reason"])


def _end(connection: Connection, entry: Entry, point: str, reason: str) -> None:
    ended = update(ProgressPoint).where(ProgressPoint.id == point)
    connection.execute(ended.values(ended_at=moment(entry), reason=reason))


EFFECTS: dict[str, Effect] = {kinds.PROGRESS_NOTED: noted, kinds.PROGRESS_REMOVED: removed}
