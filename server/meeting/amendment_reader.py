"""Amendments as pages and letters show them: what is proposed, who answered what, what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from server.documents.difference import compare
from server.documents.errors import Malformed
from server.documents.told import changes
from server.documents.tree import Node, read_tree
from server.domain import amendments
from server.domain.amendments import Answer
from server.domain.roles import FAMILY, LEA_REPRESENTATIVE
from server.journal.snapshot import Damaged, load
from server.meeting.amendment_rules import answers_in_force, has_say
from server.meeting.changed import Changed, Told
from server.storage.tables import Amendment, AmendmentAnswer, Participant, Person


@dataclass(frozen=True, slots=True)
class Proposed:
    """A section as it is and as it is proposed; `changed` None where either cannot be read."""

    section: str
    document_id: str
    copy_id: str
    changed: Changed | None


@dataclass(frozen=True, slots=True)
class Given:
    """An answer with its giver. `is_void`: it was to other words or another reason than are offered now."""

    row: AmendmentAnswer
    name: str
    title: str
    is_void: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who has a say; `answer` is theirs to what is offered now."""

    person_id: str
    name: str
    title: str
    role: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class AmendmentView:
    """`missing`: what the answers lack of an agreement (`server.domain.amendments.missing`)."""

    row: Amendment
    by: str
    ended_by: str
    parts: tuple[Proposed, ...]
    answers: tuple[Given, ...]
    asked: tuple[Asked, ...]
    missing: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"A{self.row.ordinal}"

    @property
    def told(self) -> list[tuple[str, Changed]]:
        """By section what reads otherwise; sections that read as before are left out."""
        return [(part.section, part.changed) for part in self.parts if part.changed and part.changed.told]


def read_amendments(connection: Connection, meeting_id: str) -> list[Amendment]:
    """All of a meeting, the newest first."""
    rows = connection.execute(
        select(Amendment.__table__).where(Amendment.meeting_id == meeting_id).order_by(Amendment.ordinal.desc())
    )
    return [Amendment(**row._mapping) for row in rows]


def read_amendment(connection: Connection, meeting_id: str, amendment_id: str) -> AmendmentView | None:
    row = connection.execute(
        select(Amendment.__table__).where(Amendment.id == amendment_id, Amendment.meeting_id == meeting_id)
    ).first()
    if row is None:
        return None
    amendment = Amendment(**row._mapping)
    people = [one for one in (amendment.created_by, amendment.ended_by) if one]
    names: dict[str, str] = dict(connection.execute(select(Person.id, Person.name).where(Person.id.in_(people))).all())
    force = answers_in_force(connection, row)
    return AmendmentView(
        amendment,
        names.get(amendment.created_by, ""),
        names.get(amendment.ended_by or "", ""),
        tuple(_proposed(connection, part) for part in amendment.parts),
        tuple(_given(connection, amendment)),
        tuple(_asked(connection, meeting_id, force)),
        tuple(amendments.missing(force.values())),
    )


def _proposed(connection: Connection, part: Mapping[str, Any]) -> Proposed:
    try:
        was = read_tree(load(connection, part["document"], part["base"]).state())
        reads = read_tree(load(connection, part["copy"], part["number"]).state())
    except (Damaged, Malformed):
        return Proposed(part["section"], part["document"], part["copy"], None)
    return Proposed(part["section"], part["document"], part["copy"], _changed(compare(was, reads)))


def _changed(tree: Node) -> Changed:
    return Changed(tree, [Told(change) for change in changes(tree)], ())


def _given(connection: Connection, amendment: Amendment) -> list[Given]:
    rows = connection.execute(
        select(AmendmentAnswer.__table__, Person.name.label("who"), Participant.title)
        .join(Person, Person.id == AmendmentAnswer.person_id)
        .outerjoin(
            Participant,
            (Participant.person_id == AmendmentAnswer.person_id)
            & (Participant.meeting_id == AmendmentAnswer.meeting_id),
        )
        .where(AmendmentAnswer.amendment_id == amendment.id)
        .order_by(AmendmentAnswer.number)
    )
    columns = [column.name for column in AmendmentAnswer.__table__.columns]
    found = []
    for row in rows:
        values = row._mapping
        answer = AmendmentAnswer(**{name: values[name] for name in columns})
        found.append(Given(answer, values["who"], values["title"] or "", answer.mark != amendment.mark))
    return found


def _asked(connection: Connection, meeting_id: str, force: Mapping[str, Answer]) -> list[Asked]:
    rows = connection.execute(
        select(Participant.person_id, Person.name, Participant.title, Participant.role)
        .join(Person, Person.id == Participant.person_id)
        .where(
            Participant.meeting_id == meeting_id,
            Participant.removed_at.is_(None),
            Participant.role.in_(sorted(FAMILY | {LEA_REPRESENTATIVE})),
        )
        .order_by(Participant.role, Participant.created_at, Participant.id)
    ).all()
    return [
        Asked(*row, force[row.person_id].answer if row.person_id in force else None)
        for row in rows
        if has_say(connection, meeting_id, row.role)
    ]
