"""What the guard (`server.domain.guard`) looks at, as it stands. Nothing is written; of others nothing is read."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from server.documents.errors import Malformed
from server.documents.tree import read_tree, text_of
from server.domain.decisions import SUPERSEDED
from server.domain.guard import (
    DECISION,
    PLACEMENT,
    SECTION,
    THREAD,
    Choice,
    Look,
    Part,
    Passage,
    Place,
    Proposal,
    Reader,
    shortened,
)
from server.domain.roles import FAMILY, PARENT, STAFF
from server.domain.sections import PARENT_INPUT
from server.journal.snapshot import Damaged, load
from server.meeting.comment_reader import ThreadView, threads
from server.meeting.looks import newest_numbers
from server.meeting.marks import alike
from server.storage.tables import (
    Decision,
    Document,
    Invitation,
    Mailing,
    Meeting,
    Opening,
    Participant,
)


def look_at(connection: Connection, meeting_id: str, keys: Sequence[str]) -> Look:
    """`keys`: the server's secret keys, under any of which marks may have been taken (`server.meeting.marks`)."""
    meeting = connection.execute(select(Meeting.phase, Meeting.starts_at).where(Meeting.id == meeting_id)).one()
    documents = connection.execute(
        select(Document.id, Document.section, Document.sealed_at, Document.shared_number)
        .where(Document.meeting_id == meeting_id, Document.kind == "section", Document.section != PARENT_INPUT)
        .order_by(Document.position)
    ).all()
    newest = newest_numbers(connection, meeting_id)
    same = alike(connection, meeting_id, keys)
    parts = tuple(
        Part(row.id, row.sealed_at, row.shared_number, newest.get(row.id, 0), same.get(row.id, ())) for row in documents
    )
    family = set(
        connection.scalars(
            select(Participant.person_id).where(Participant.meeting_id == meeting_id, Participant.role.in_(FAMILY))
        )
    )
    rows = connection.execute(
        select(Decision.__table__)
        .where(Decision.meeting_id == meeting_id, Decision.state != SUPERSEDED)
        .order_by(Decision.ordinal)
    ).all()
    said = threads(connection, meeting_id)
    placement = {row.id for row in documents if row.section == PLACEMENT}
    return Look(
        phase=meeting.phase,
        called_for=meeting.starts_at,
        parts=parts,
        choices=tuple(
            Choice(
                row.id,
                len(row.options),
                row.outcome,
                row.settled_at,
                bool(row.basis),
                bool(placement & set(row.sections)),
                row.action or row.question,
                tuple(
                    option["text"]
                    for option in row.options
                    if option["proposed_by"] in family and not option["chosen"] and not option["why"]
                ),
            )
            for row in rows
        ),
        proposals=tuple(_declined(said, {row.id for row in rows if row.basis})),
        parents=tuple(_parents(connection, meeting_id)),
        passages=(
            *_sections(connection, [row.id for row in documents]),
            *_decisions(rows),
            *_staff_words(said),
        ),
    )


def _declined(said: Sequence[ThreadView], based: set[str]) -> Iterator[Proposal]:
    for thread in said:
        if thread.is_family and thread.disposition == "declined":
            words = thread.proposal or (thread.said[0].text if thread.said else "")
            yield Proposal(thread.id, shortened(" ".join(words.split())), thread.answered_by_decision in based)


def _parents(connection: Connection, meeting_id: str) -> Iterator[Reader]:
    """Told by a link or a letter that is on record; one that the mail server refused is none."""
    told = set(
        connection.scalars(
            select(Mailing.person_id).where(Mailing.meeting_id == meeting_id, Mailing.refused_at.is_(None))
        )
    )
    told |= set(connection.scalars(select(Invitation.person_id).where(Invitation.meeting_id == meeting_id)))
    opened = set(connection.scalars(select(Opening.person_id).where(Opening.meeting_id == meeting_id)))
    for person_id in connection.scalars(
        select(Participant.person_id)
        .where(Participant.meeting_id == meeting_id, Participant.role == PARENT, Participant.removed_at.is_(None))
        .order_by(Participant.created_at, Participant.id)
    ):
        yield Reader(person_id, person_id in told, person_id in opened)


def _sections(connection: Connection, document_ids: Sequence[str]) -> Iterator[Passage]:
    for document_id in document_ids:
        try:
            text = text_of(read_tree(load(connection, document_id).state()))
        except (Damaged, Malformed):
            continue  # the section says so itself
        yield Passage(Place(SECTION, document_id), text)


def _decisions(rows: Sequence[Row[Any]]) -> Iterator[Passage]:
    for row in rows:
        values = row._mapping
        whys = [option[name] for option in values["options"] for name in ("considered", "why")]
        text = "\n".join([values["action"], values["reasons"], values["other_factors"], *whys])
        yield Passage(Place(DECISION, values["id"]), text)


def _staff_words(said: Sequence[ThreadView]) -> Iterator[Passage]:
    for thread in said:
        words = [one.text for one in thread.said if one.author_role in STAFF]
        yield Passage(Place(THREAD, thread.id), "\n".join([*words, thread.reason]))
