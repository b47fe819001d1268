"""That somebody has read what the final plan asks of them."""

from sqlalchemy import Connection

from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row
from server.journal.entry import Entry
from server.storage.tables import Acknowledgment


def acknowledged(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Acknowledgment,
        meeting_id=entry.meeting_id,
        number=entry.number,
        person_id=entry.author.person_id,
        versions=about["versions"],
        at=moment(entry),
    )


EFFECTS: dict[str, Effect] = {kinds.ACKNOWLEDGED: acknowledged}
