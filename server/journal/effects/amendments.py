"""Amendments of a final plan: proposed words, offers, answers, and the plan as it reads from then on."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from server.domain import amendments as states
from server.domain.sections import DRAFT, FINAL
from server.journal import kinds
from server.journal.effects import mailings, notices
from server.journal.effects.documents import add_document
from server.journal.effects.form import Effect, Facts, moment
from server.journal.effects.rows import add_row, change_row
from server.journal.entry import Entry
from server.storage.tables import Amendment, AmendmentAnswer, Document


def proposed(connection: Connection, entry: Entry, about: Facts) -> None:
    """One section of a proposal; the first of them makes it."""
    add_document(connection, entry, entry.document_id or "", about["name"], about["position"], kind="amendment")
    part = {name: about[name] for name in ("section", "document", "base", "base_hash")}
    part |= {"copy": entry.document_id, "number": None, "hash": None}
    known = connection.scalar(select(Amendment.parts).where(Amendment.id == about["amendment"]))
    if known is not None:
        _update(connection, about["amendment"], parts=[*known, part])
        return
    add_row(
        connection,
        Amendment,
        id=about["amendment"],
        meeting_id=entry.meeting_id,
        ordinal=about["ordinal"],
        state=states.DRAFT,
        reason=about["reason"],
        lang=about["lang"],
        parts=[part],
        changes=[],
        override="",
        created_by=entry.author.person_id,
        created_at=moment(entry),
        words="",
    )


def offered(connection: Connection, entry: Entry, about: Facts) -> None:
    """Nobody changes the copies any more; what was offered before it is so no longer."""
    for other in about["supersedes"]:
        _end(connection, entry, other, states.SUPERSEDED)
    values = {name: about[name] for name in ("reason", "lang", "parts", "changes", "override", "mark")}
    _update(
        connection,
        about["amendment"],
        state=states.OFFERED,
        offered_at=moment(entry),
        offered_number=entry.number,
        **values,
    )
    _set_copies(connection, about["parts"], FINAL)
    mailings.added(connection, entry, about["mailings"])


def taken_back(connection: Connection, _entry: Entry, about: Facts) -> None:
    _update(connection, about["amendment"], state=states.DRAFT, mark=None)
    _set_copies(connection, _parts(connection, about["amendment"]), DRAFT)


def answered(connection: Connection, entry: Entry, about: Facts) -> None:
    add_row(
        connection,
        AmendmentAnswer,
        id=about["given"],
        meeting_id=entry.meeting_id,
        amendment_id=about["amendment"],
        person_id=entry.author.person_id,
        role=entry.author.role,
        number=entry.number,
        at=moment(entry),
        **{name: about[name] for name in ("answer", "words", "lang", "statement", "mark")},
    )


def withdrawn(connection: Connection, entry: Entry, about: Facts) -> None:
    _end(connection, entry, about["amendment"], states.WITHDRAWN, words=about["reason"])
    _set_copies(connection, _parts(connection, about["amendment"]), FINAL)


def made(connection: Connection, entry: Entry, about: Facts) -> None:
    """One section has new final words: this entry is its seal. The last of them puts the amendment into effect."""
    change_row(
        connection,
        Document,
        entry.document_id,
        sealed_number=entry.number,
        sealed_hash=entry.hash.hex(),
        sealed_at=moment(entry),
        sealed_by=entry.author.person_id,
        overrides=about["overrides"],
    )
    if about["last"]:
        notice = about["notice"]
        _end(connection, entry, about["amendment"], states.IN_EFFECT, notice_id=notice and notice["notice"])
        if notice:
            notices.composed(connection, entry, notice)
        mailings.added(connection, entry, about["mailings"])


def _end(connection: Connection, entry: Entry, amendment_id: str, state: str, **values: Any) -> None:
    ended = {"ended_by": entry.author.person_id, "ended_at": moment(entry), "ended_number": entry.number}
    _update(connection, amendment_id, state=state, **ended, **values)


def _parts(connection: Connection, amendment_id: str) -> Sequence[Facts]:
    """Nothing where a proposal's words are withheld from whoever reads the record: its end is told all the same."""
    return connection.scalar(select(Amendment.parts).where(Amendment.id == amendment_id)) or ()


def _update(connection: Connection, amendment_id: str, **values: Any) -> None:
    change_row(connection, Amendment, amendment_id, **values)


def _set_copies(connection: Connection, parts: Sequence[Facts], state: str) -> None:
    copies = [part["copy"] for part in parts]
    connection.execute(update(Document).where(Document.id.in_(copies)).values(state=state))


EFFECTS: dict[str, Effect] = {
    kinds.AMENDMENT_PROPOSED: proposed,
    kinds.AMENDMENT_OFFERED: offered,
    kinds.AMENDMENT_TAKEN_BACK: taken_back,
    kinds.AMENDMENT_ANSWERED: answered,
    kinds.AMENDMENT_WITHDRAWN: withdrawn,
    kinds.AMENDED: made,
}
