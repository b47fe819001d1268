"""How long a record is kept, what holds it, and its end."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from server.domain.roles import DESTROYED
from server.journal import kinds
from server.journal.effects import mailings
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.journal.view import MEETING_TABLES
from server.storage.tables import Base, Hold, Meeting, Retention


def held(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Hold,
        id=about["hold"],
        meeting_id=entry.meeting_id,
        kind=about["kind"],
        words=about["words"],
        put_by=entry.author.person_id,
        put_at=moment(entry),
    )


def hold_lifted(connection: Connection, entry: Entry, about: Facts) -> None:
    values = {"lifted_by": entry.author.person_id, "lifted_at": moment(entry), "lifted_words": about["words"]}
    change_row(connection, Hold, about["hold"], **values)


def left_school(connection: Connection, entry: Entry, about: Facts) -> None:
    _note(connection, entry, left_on=about["on"])


def destruction_asked(connection: Connection, entry: Entry, about: Facts) -> None:
    _note(connection, entry, asked_on=about["on"], asked_words=about["words"])


def parents_informed(connection: Connection, entry: Entry, about: Facts) -> None:
    _note(connection, entry, informed_on=about["on"], informed_how=about["how"])
    mailings.added(connection, entry, about.get("mailings", []))


def _note(connection: Connection, entry: Entry, **values: str | None) -> None:
    whose = Retention.meeting_id == entry.meeting_id
    if connection.execute(select(Retention.meeting_id).where(whose)).first() is None:
        add_row(connection, Retention, meeting_id=entry.meeting_id)
    connection.execute(update(Retention).where(whose).values(values))


def destroyed(connection: Connection, entry: Entry, about: Facts) -> None:
    """Nothing of the meeting is left in the tables but that there was one, and when.

    All of that stands in this entry: those before it have nothing to tell any more.
    """
    view = {table.__tablename__ for table in MEETING_TABLES}
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in view and table.name != Meeting.__tablename__:
            connection.execute(delete(table).where(table.c.meeting_id == entry.meeting_id))
    bare: dict[str, object] = dict.fromkeys(
        column.name
        for column in Meeting.__table__.columns
        if column.nullable and column.name not in ("id", "head_number", "head_hash")
    )
    bare |= {
        "title": "",
        "purpose": "",
        "place": "",
        "video_link": "",
        "editing_paused": False,
        "phase": DESTROYED,
        "student_id": about["student"],
        "starts_at": datetime.fromisoformat(about["starts_at"]),
        "time_zone": about["time_zone"],
        "profile": about["profile"],
        "created_at": datetime.fromisoformat(about["created_at"]),
    }
    if not change_row(connection, Meeting, entry.meeting_id, **bare):
        add_row(connection, Meeting, id=entry.meeting_id, **bare)


EFFECTS: dict[str, Effect] = {
    kinds.HELD: held,
    kinds.HOLD_LIFTED: hold_lifted,
    kinds.LEFT_SCHOOL: left_school,
    kinds.DESTRUCTION_ASKED: destruction_asked,
    kinds.PARENTS_INFORMED: parents_informed,
    kinds.DESTROYED: destroyed,
}
