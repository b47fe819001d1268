"""Who must do what by the final plan, and that they have read it: one journal entry each (34 CFR 300.323(d))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from server.documents.errors import Malformed
from server.documents.fields import typed_blocks
from server.documents.tree import read_tree
from server.domain import roles
from server.domain.duties import SECTIONS, Change, Row, Someone, changes, seen_mark, share_out
from server.domain.errors import Refused
from server.domain.seats import filled_by
from server.domain.sections import FINAL
from server.journal.kinds import ACKNOWLEDGED
from server.journal.payload import facts
from server.journal.snapshot import Damaged, load
from server.journal.transaction import Transaction
from server.journal.writer import Journal
from server.meeting.actor import Actor
from server.storage.tables import Acknowledgment, Document, Participant, Person


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person's page. `unsaid`: rows that name nobody. `read_at`: when they last said that they had read theirs.

    `changed`: what reads otherwise since then, of theirs and of what names nobody. `is_due`: other versions are final
    than those they read, or they read none.
    """

    someone: Someone
    own: tuple[Row, ...]
    unsaid: tuple[Row, ...]
    read_at: datetime | None
    changed: tuple[Change, ...]
    is_due: bool


@dataclass(frozen=True, slots=True)
class Duties:
    """`versions`: the final sections' entries by document; `open_sections`: those that are not final; `damaged`."""

    versions: Mapping[str, int]
    sheets: Mapping[str, Sheet]
    open_sections: tuple[str, ...]
    damaged: tuple[str, ...]

    @property
    def mark(self) -> str:
        return seen_mark(self.versions)


def read_duties(connection: Connection, meeting_id: str) -> Duties:
    """Everybody's of the school, from the sealed versions alone."""
    documents = connection.execute(
        select(Document.id, Document.section, Document.state, Document.sealed_number)
        .where(Document.meeting_id == meeting_id, Document.section.in_(SECTIONS))
        .order_by(Document.position)
    ).all()
    section_of = {row.id: row.section for row in documents}
    versions = {row.id: row.sealed_number for row in documents if row.state == FINAL and row.sealed_number}
    damaged: list[str] = []
    known: dict[tuple[str, int], list[Row]] = {}

    def rows_of(wanted: Mapping[str, int]) -> list[Row]:
        found: list[Row] = []
        for document_id, section in section_of.items():
            if (number := wanted.get(document_id)) is not None:
                if (document_id, number) not in known:
                    known[document_id, number] = _rows(connection, section, document_id, number, damaged)
                found += known[document_id, number]
        return found

    team = _team(connection, meeting_id)
    now, unsaid = share_out(rows_of(versions), team)
    read = _acknowledged(connection, meeting_id)
    sheets = {}
    for someone in team:
        own = now[someone.person_id]
        at, seen = read.get(someone.person_id, (None, {}))
        # A section that is open again is not final yet: nothing of it is asked anew, and nothing is taken away.
        past = {document: number for document, number in seen.items() if document in versions}
        was, was_unsaid = share_out(rows_of(past), team)
        changed = changes([*was[someone.person_id], *was_unsaid], [*own, *unsaid]) if at else []
        due = bool(versions) and (at is None or any(seen.get(one) != number for one, number in versions.items()))
        sheets[someone.person_id] = Sheet(someone, tuple(own), tuple(unsaid), at, tuple(changed), due)
    still_open = tuple(row.section for row in documents if row.id not in versions)
    return Duties(versions, sheets, still_open, tuple(dict.fromkeys(damaged)))


def _rows(connection: Connection, section: str, document_id: str, number: int, damaged: list[str]) -> list[Row]:
    try:
        tree = read_tree(load(connection, document_id, number).state())
    except (Damaged, Malformed):
        damaged.append(section)
        return []
    blocks = [block for block in typed_blocks(tree) if any(block.fields.values())]
    return [Row(section, one.kind, one.ordinal, one.label, tuple(one.fields.items())) for one in blocks]


def _team(connection: Connection, meeting_id: str) -> list[Someone]:
    rows = connection.execute(
        select(Participant.person_id, Participant.role, Participant.title, Participant.seats, Person.name)
        .join(Person, Person.id == Participant.person_id)
        .where(
            Participant.meeting_id == meeting_id,
            Participant.removed_at.is_(None),
            Participant.role.in_(sorted(roles.STAFF)),
        )
        .order_by(Participant.created_at, Participant.id)
    )
    return [
        Someone(row.person_id, row.name, row.title, frozenset((row.role, *filled_by(row.role, row.seats or ()))))
        for row in rows
    ]


def _acknowledged(connection: Connection, meeting_id: str) -> dict[str, tuple[datetime, dict[str, int]]]:
    """By person when, and which versions; the newest counts."""
    rows = connection.execute(
        select(Acknowledgment.person_id, Acknowledgment.at, Acknowledgment.versions)
        .where(Acknowledgment.meeting_id == meeting_id)
        .order_by(Acknowledgment.number)
    )
    return {row.person_id: (row.at, dict(row.versions)) for row in rows}


async def acknowledge(journal: Journal, actor: Actor, seen: str) -> None:
    """The actor has read what the plan asks of them, in the versions of which `seen` is the mark. Raises `Refused`.

    "conflict" (field versions) when other versions are final by now, or none is. The same again makes no entry.
    """

    def perform(transaction: Transaction) -> None:
        author = transaction.permit(actor.meeting_id, actor.person_id, "acknowledge_duties")
        rows = transaction.connection.execute(
            select(Document.id, Document.sealed_number).where(
                Document.meeting_id == actor.meeting_id,
                Document.section.in_(SECTIONS),
                Document.state == FINAL,
                Document.sealed_number.is_not(None),
            )
        )
        versions = {row.id: row.sealed_number for row in rows}
        if not versions or seen_mark(versions) != seen:
            raise Refused("conflict", "versions")
        if _newest(transaction, actor) != versions:
            transaction.append(actor.meeting_id, ACKNOWLEDGED, author, facts({"versions": versions}))

    await journal.act(perform)


def _newest(transaction: Transaction, actor: Actor) -> Mapping[str, int] | None:
    found: Sequence[Mapping[str, int]] = transaction.connection.scalars(
        select(Acknowledgment.versions)
        .where(Acknowledgment.meeting_id == actor.meeting_id, Acknowledgment.person_id == actor.person_id)
        .order_by(Acknowledgment.number.desc())
        .limit(1)
    ).all()
    return found[0] if found else None
