"""Signatures and statements as pages and papers show them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from server.domain.signing import CONSENT
from server.storage.tables import Document, Meeting, Participant, Person, Signoff, Statement


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature. `is_earlier`: it was given before the meeting was last closed, so for an earlier record."""

    row: Signoff
    name: str
    title: str
    is_earlier: bool


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement of disagreement; `section` is "" for the whole plan."""

    id: str
    document_id: str | None
    section: str
    author_id: str
    name: str
    title: str
    role: str
    text: str
    lang: str
    number: int
    at: datetime


def signatures(connection: Connection, meeting_id: str) -> list[Signed]:
    """In the order in which they were given; revoked ones too."""
    closed_at = connection.scalar(select(Meeting.closed_at).where(Meeting.id == meeting_id))
    rows = connection.execute(
        select(Signoff.__table__, Person.name, Participant.title)
        .join(Person, Person.id == Signoff.person_id)
        .outerjoin(
            Participant, (Participant.person_id == Signoff.person_id) & (Participant.meeting_id == Signoff.meeting_id)
        )
        .where(Signoff.meeting_id == meeting_id)
        .order_by(Signoff.number)
    )
    columns = [column.name for column in Signoff.__table__.columns]
    found = []
    for row in rows:
        values = row._mapping
        signoff = Signoff(**{name: values[name] for name in columns})
        earlier = closed_at is None or signoff.at < closed_at
        found.append(Signed(signoff, values["name"], values["title"] or "", earlier))
    return found


def consents_in_force(signed: list[Signed]) -> dict[str, Signed]:
    """Each person's newest answer on consent that is not revoked, by person."""
    found: dict[str, Signed] = {}
    for one in signed:
        if one.row.kind == CONSENT:
            found.pop(one.row.person_id, None)
            if one.row.revoked_at is None:
                found[one.row.person_id] = one
    return found


def statements(connection: Connection, meeting_id: str, document_id: str | None = None) -> list[Stated]:
    """Every statement of a meeting, or those about one section and the whole plan, oldest first."""
    query = (
        select(Statement.__table__, Document.section, Person.name, Participant.title)
        .join(Person, Person.id == Statement.author_id)
        .outerjoin(Document, Document.id == Statement.document_id)
        .outerjoin(
            Participant,
            (Participant.person_id == Statement.author_id) & (Participant.meeting_id == Statement.meeting_id),
        )
        .where(Statement.meeting_id == meeting_id)
        .order_by(Statement.number)
    )
    if document_id is not None:
        query = query.where((Statement.document_id == document_id) | Statement.document_id.is_(None))
    return [
        Stated(
            row.id,
            row.document_id,
            row.section or "",
            row.author_id,
            row.name,
            row.title or "",
            row.author_role,
            row.text,
            row.lang,
            row.number,
            row.created_at,
        )
        for row in connection.execute(query)
    ]
