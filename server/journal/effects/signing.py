"""Signatures and statements of disagreement."""

from sqlalchemy import Connection, select

from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import Signoff, Statement


def signed(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Signoff,
        id=about["signoff"],
        meeting_id=entry.meeting_id,
        person_id=entry.author.person_id,
        role=entry.author.role,
        kind=about["kind"],
        about=about["about"],
        answer=about["answer"],
        words=about["words"],
        lang=about["lang"],
        statement=about["statement"],
        number=entry.number,
        at=moment(entry),
        revoked_words="",
    )


def revoked(connection: Connection, entry: Entry, about: Facts) -> None:
    connection.execute(select(Signoff.id).where(Signoff.id == about["signoff"])).one()
    change_row(
        connection,
        Signoff,
        about["signoff"],
        revoked_at=moment(entry),
        revoked_words=about["words"],
        revoked_number=entry.number,
    )


def stated(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Statement,
        id=about["statement"],
        meeting_id=entry.meeting_id,
        document_id=about["document"],
        author_id=entry.author.person_id,
        author_role=entry.author.role,
        text=about["text"],
        lang=about["lang"],
        number=entry.number,
        created_at=moment(entry),
    )


EFFECTS: dict[str, Effect] = {kinds.SIGNED: signed, kinds.REVOKED: revoked, kinds.STATED: stated}
