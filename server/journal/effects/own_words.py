"""The family's own words: written, and given to the team."""

from sqlalchemy import Connection, select, update

from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row
from server.journal.entry import Entry
from server.storage.tables import OwnWords


def written(connection: Connection, entry: Entry, about: Facts) -> None:
    """The newest wording counts; the journal keeps the earlier ones."""
    whose = {"meeting_id": entry.meeting_id, "person_id": entry.author.person_id}
    values = {"text": about["text"], "lang": about["lang"], "number": entry.number, "written_at": moment(entry)}
    known = update(OwnWords).filter_by(**whose, question=about["question"]).values(**values)
    if connection.execute(known).rowcount == 0:
        given = select(OwnWords.given_at).filter_by(**whose).where(OwnWords.given_at.is_not(None)).limit(1)
        values["given_at"] = connection.scalar(given)
        add_row(connection, OwnWords, **whose, question=about["question"], **values)


def given(connection: Connection, entry: Entry, _about: Facts) -> None:
    whose = {"meeting_id": entry.meeting_id, "person_id": entry.author.person_id}
    connection.execute(update(OwnWords).filter_by(**whose).values(given_at=moment(entry)))


EFFECTS: dict[str, Effect] = {kinds.WORDS_WRITTEN: written, kinds.WORDS_GIVEN: given}
