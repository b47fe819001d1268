"""What was mailed and what came of it. Acts that send call `added` with the facts of each mailing."""

from collections.abc import Sequence

from sqlalchemy import Connection

from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import Mailing


def added(connection: Connection, entry: Entry, mailings: Sequence[Facts]) -> None:
    """Each as `server.mail.post.mailing` makes it."""
    for about in mailings:
        add_row(
            connection,
            Mailing,
            id=about["mailing"],
            meeting_id=entry.meeting_id,
            person_id=about["person"],
            purpose=about["purpose"],
            about=about["about"],
            way=about["way"],
            language=about["language"],
            created_at=moment(entry),
            created_by=entry.author.person_id,
            because="",
        )


def accepted(connection: Connection, entry: Entry, about: Facts) -> None:
    _set(connection, about, accepted_at=moment(entry))


def refused(connection: Connection, entry: Entry, about: Facts) -> None:
    _set(connection, about, refused_at=moment(entry), because=about["because"])


def _set(connection: Connection, about: Facts, **values: object) -> None:
    change_row(connection, Mailing, about["mailing"], **values)


EFFECTS: dict[str, Effect] = {kinds.MAIL_ACCEPTED: accepted, kinds.MAIL_REFUSED: refused}
