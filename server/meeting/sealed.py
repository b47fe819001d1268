"""Reading what was read back and what was sealed: for pages, from the tables and the journal as they stand."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from server.documents.errors import Malformed
from server.documents.tree import read_tree, text_of
from server.domain.sections import FINAL
from server.domain.wording import changed_words
from server.journal.kinds import AMENDED, SECTION, TEXT_KINDS
from server.journal.payload import facts_of
from server.journal.snapshot import Damaged, load
from server.storage.tables import NO_EDIT, Document, Entry, Person

MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Words that were put before everybody and are not final. `state`: the document as it was then.

    `changed`: how many words are others since, and `changed_by` whose changes they were.
    """

    document_id: str
    section: str
    number: int
    at: datetime
    by: str
    state: bytes
    is_current: bool
    changed: int
    changed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """A version that was made final: by whom, when, its number and hash, and what was passed over with which reason."""

    number: int
    hash: str
    at: datetime
    by: str
    reason: str
    overrides: tuple[Mapping[str, Any], ...]
    unchecked: tuple[Mapping[str, Any], ...]


def read_backs(connection: Connection, meeting_id: str, document_id: str | None = None) -> list[ReadBack]:
    """What is being read back in a meeting, or of one document.

    A document that cannot be read is left out.
    """
    query = select(Document.id, Document.section, Document.read_back_number, Document.read_back_at, Person.name)
    rows = connection.execute(
        query.join(Person, Person.id == Document.read_back_by)
        .where(
            Document.meeting_id == meeting_id,
            Document.state != FINAL,
            Document.read_back_number.is_not(None),
            *([Document.id == document_id] if document_id else []),
        )
        .order_by(Document.position)
    ).all()
    found = []
    for found_id, section, number, at, by in rows:
        if number is not None and at is not None:
            with suppress(Damaged, Malformed):  # the section says so itself, where its words would stand
                found.append(_read_back(connection, found_id, section, number, at, by))
    return found


def _read_back(connection: Connection, document_id: str, section: str, number: int, at: datetime, by: str) -> ReadBack:
    state = load(connection, document_id, number).state()
    later = select(Entry.author_id).where(
        Entry.document_id == document_id, Entry.kind.in_(sorted(TEXT_KINDS)), Entry.number > number
    )
    if connection.execute(later.limit(1)).first() is None:
        return ReadBack(document_id, section, number, at, by, state, True, 0, ())
    names = connection.scalars(
        select(Person.name).where(Person.id.in_(later)).order_by(Person.name).limit(MOST_NAMES)
    ).all()
    now = text_of(read_tree(load(connection, document_id).state()))
    changed = changed_words(text_of(read_tree(state)), now)
    return ReadBack(document_id, section, number, at, by, state, False, changed, tuple(names))


def seals(connection: Connection, document_id: str) -> list[Seal]:
    """Every version of a section that was ever made final, oldest first."""
    meeting = select(Document.meeting_id).where(Document.id == document_id).scalar_subquery()
    rows = connection.execute(
        select(Entry.number, Entry.kind, Entry.hash, Entry.time, Entry.payload, Person.name)
        .join(Person, Person.id == Entry.author_id)
        .where(Entry.meeting_id == meeting, NO_EDIT)
        .where(Entry.document_id == document_id, Entry.kind.in_((SECTION, AMENDED)))
        .order_by(Entry.number)
    )
    found = []
    for number, kind, digest, time, payload, name in rows:
        about = facts_of(kind, payload) or {}
        if kind == AMENDED or about["state"] == FINAL:
            # Words that an amendment made final are those of its own entry.
            sealed = about.get("sealed") or {"number": number, "hash": digest.hex()}
            found.append(
                Seal(
                    sealed["number"],
                    sealed["hash"],
                    datetime.fromtimestamp(time / 1_000_000, UTC),
                    name,
                    about["reason"],
                    tuple(about["overrides"]),
                    tuple(about["unchecked"]),
                )
            )
    return found


def section_state_at(connection: Connection, document_id: str, number: int | None = None) -> tuple[bytes, int]:
    """A document just after entry `number` (None: now), and the number of the newest entry that is in it."""
    loaded = load(connection, document_id, number)
    return loaded.state(), loaded.number
