"""Who was there, from when to when, and how."""

from sqlalchemy import Connection, insert, update

from server.domain.roles import CLOSED
from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment, time_or_none
from server.journal.effects.rows import add_row
from server.journal.entry import Entry
from server.storage.tables import Attendance

# A statement that is made once: whole crowds arrive.
_NEW = insert(Attendance)


def arrived(connection: Connection, entry: Entry, about: Facts) -> None:
    """Somebody's own socket said so."""
    connection.execute(
        _NEW,
        {
            "id": about["stay"],
            "meeting_id": entry.meeting_id,
            "person_id": entry.author.person_id,
            "how": about["how"],
            "source": "presence",
            "arrived_at": moment(entry),
            "noted_by": entry.author.person_id,
        },
    )


def left(connection: Connection, entry: Entry, about: Facts) -> None:
    """They were last seen at `at`: a socket's end is believed only when nobody has come back for a while."""
    _change(connection, entry, about, left_at=time_or_none(about["at"]))


def noted(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Attendance,
        id=about["stay"],
        meeting_id=entry.meeting_id,
        person_id=about["person"],
        how=about["how"],
        source="hand",
        arrived_at=time_or_none(about["arrived_at"]),
        left_at=time_or_none(about["left_at"]),
        noted_by=entry.author.person_id,
    )


def corrected(connection: Connection, entry: Entry, about: Facts) -> None:
    if about["removed"]:
        _change(connection, entry, about, removed_at=moment(entry))
        return
    values = {"how": about["how"], "source": about["source"]}
    values |= {name: time_or_none(about[name]) for name in ("arrived_at", "left_at")}
    if about["source"] == "hand":
        values["noted_by"] = entry.author.person_id
    _change(connection, entry, about, **values)


def after_phase(connection: Connection, entry: Entry, about: Facts) -> None:
    """A meeting that closes is over for everybody."""
    if about["phase"] == CLOSED:
        end_stays(connection, entry)


def end_stays(connection: Connection, entry: Entry, person_id: str | None = None) -> None:
    """End the open stays of the meeting, or those of one person who is taken out of it."""
    stays = update(Attendance).where(Attendance.meeting_id == entry.meeting_id, Attendance.left_at.is_(None))
    if person_id is not None:
        stays = stays.where(Attendance.person_id == person_id)
    connection.execute(stays.values(left_at=moment(entry)))


def _change(connection: Connection, entry: Entry, about: Facts, **values: object) -> None:
    connection.execute(
        update(Attendance)
        .where(Attendance.id == about["stay"], Attendance.meeting_id == entry.meeting_id)
        .values(**values)
    )


EFFECTS: dict[str, Effect] = {
    kinds.ARRIVED: arrived,
    kinds.LEFT: left,
    kinds.ATTENDANCE_NOTED: noted,
    kinds.ATTENDANCE_CORRECTED: corrected,
}
