"""Decisions and the positions on them."""

from typing import Any

from sqlalchemy import Connection, delete, select

from server.domain.decisions import OPEN, SETTLED, SUPERSEDED
from server.journal import kinds
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import Decision, Position

# What is said in a decision, and grows a revision when it changes.
WORDS = (
    "question",
    "raised_by",
    "action",
    "reasons",
    "other_factors",
    "options",
    "basis",
    "sections",
    "numbers",
    "outcome",
    "deferred_to",
    "deferred_until",
)


def proposed(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        Decision,
        id=about["decision"],
        meeting_id=entry.meeting_id,
        ordinal=about["ordinal"],
        revision=1,
        state=OPEN,
        item_id=about["item"],
        thread_id=about["thread"],
        supersedes=about["supersedes"],
        pins=[],
        created_by=entry.author.person_id,
        created_at=moment(entry),
        read_back_revision=1 if about["read_back"] else None,
        read_back_at=moment(entry) if about["read_back"] else None,
        **_words(about),
    )
    for one in about["positions"]:
        _put_position(connection, entry, about["decision"], one)


def changed(connection: Connection, _entry: Entry, about: Facts) -> None:
    _update(connection, about["decision"], revision=about["revision"], **_words(about))


def read_back(connection: Connection, entry: Entry, about: Facts) -> None:
    revision = about["revision"]
    at = None if revision is None else moment(entry)
    _update(connection, about["decision"], read_back_revision=revision, read_back_at=at)


def settled(connection: Connection, entry: Entry, about: Facts) -> None:
    for one in about["positions"]:
        _put_position(connection, entry, about["decision"], one)
    _update(
        connection,
        about["decision"],
        state=SETTLED,
        pins=about["pins"],
        settled_by=entry.author.person_id,
        settled_at=moment(entry),
    )
    if about["supersedes"] is not None:
        _update(connection, about["supersedes"], state=SUPERSEDED, superseded_by=about["decision"])


def position(connection: Connection, entry: Entry, about: Facts) -> None:
    _put_position(connection, entry, about["decision"], about)


def _words(about: Facts) -> dict[str, Any]:
    return {name: about["words"][name] for name in WORDS}


def _update(connection: Connection, decision_id: str, **values: Any) -> None:
    # A row that is not there would be changed by no statement and missed by nobody.
    connection.execute(select(Decision.id).where(Decision.id == decision_id)).one()
    change_row(connection, Decision, decision_id, **values)


def _put_position(connection: Connection, entry: Entry, decision_id: str, one: Facts) -> None:
    connection.execute(delete(Position).where(Position.decision_id == decision_id, Position.person_id == one["person"]))
    add_row(
        connection,
        Position,
        decision_id=decision_id,
        person_id=one["person"],
        meeting_id=entry.meeting_id,
        position=one["position"],
        words=one["words"],
        lang=one["lang"],
        noted_by=entry.author.person_id,
        noted_at=moment(entry),
    )


EFFECTS: dict[str, Effect] = {
    kinds.DECISION_PROPOSED: proposed,
    kinds.DECISION_CHANGED: changed,
    kinds.DECISION_READ_BACK: read_back,
    kinds.DECISION_SETTLED: settled,
    kinds.POSITION: position,
}
