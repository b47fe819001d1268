"""The draft goes out to the family, and is opened."""

from sqlalchemy import Connection, insert, update

from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import Document, Opening, SectionView


def shared(connection: Connection, entry: Entry, about: Facts) -> None:
    for section in about["sections"]:
        change_row(
            connection,
            Document,
            section["document"],
            shared_number=entry.number,
            shared_at=moment(entry),
            shared_by=entry.author.person_id,
            held=section["held"] or None,
        )


def opened(connection: Connection, entry: Entry, about: Facts) -> None:
    rows = [
        {
            "document_id": document_id,
            "person_id": entry.author.person_id,
            "meeting_id": entry.meeting_id,
            "opened_at": moment(entry),
        }
        for document_id in about["documents"]
    ]
    connection.execute(insert(Opening), rows)


def viewed(connection: Connection, entry: Entry, about: Facts) -> None:
    """The newest word counts; the journal keeps the earlier ones."""
    whose = {"document_id": about["document"], "person_id": entry.author.person_id}
    values = {"view": about["view"], "said_at": moment(entry)}
    known = update(SectionView).filter_by(**whose).values(**values)
    if connection.execute(known).rowcount == 0:
        add_row(connection, SectionView, **whose, meeting_id=entry.meeting_id, **values)


EFFECTS: dict[str, Effect] = {kinds.SHARED: shared, kinds.OPENED: opened, kinds.VIEWED: viewed}
