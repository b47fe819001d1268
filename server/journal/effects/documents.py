"""A new document of a meeting."""

from sqlalchemy import Connection

from server.journal.effects.form import moment
from server.journal.effects.rows import add_row
from server.journal.entry import Entry
from server.storage.tables import Document


def add_document(
    connection: Connection,
    entry: Entry,
    document_id: str,
    section: str,
    position: int,
    *,
    kind: str,
    carried_from: str | None = None,
) -> None:
    add_row(
        connection,
        Document,
        id=document_id,
        meeting_id=entry.meeting_id,
        section=section,
        position=position,
        kind=kind,
        created_at=moment(entry),
        carried_from=carried_from,
    )
