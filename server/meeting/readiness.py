"""The facts that a section's readiness is judged by, read from the tables and documents as they stand."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from server.documents.errors import Malformed
from server.documents.fields import NAMED_BY
from server.domain.decisions import SETTLED, missing_for_notice
from server.domain.errors import Refused
from server.domain.excusals import standing
from server.domain.meeting_notice import CANCELLATION, content_of, lacks, outdated
from server.domain.readiness import (
    PROFILES,
    Contradiction,
    DecisionFacts,
    Facts,
    NoticeFacts,
    Seat,
    SectionText,
    ThreadFacts,
)
from server.domain.readiness.prompts import plain
from server.domain.roles import PARENT
from server.domain.seats import filled_by
from server.domain.sections import PARENT_INPUT
from server.journal.snapshot import Damaged
from server.meeting.agreement import agreement, as_amended
from server.meeting.contacts import count_contacts
from server.meeting.excusals import list_excusals, start_of
from server.meeting.file_dates import file_dates
from server.meeting.meeting_notices import current_content, newest_notice
from server.meeting.own_words import parents_wrote
from server.meeting.present import list_stays, participations, who_is_here
from server.meeting.section_texts import section_text
from server.storage.tables import (
    Comment,
    Decision,
    Document,
    Mailing,
    Meeting,
    Participant,
    Person,
    Student,
    Thread,
)

# The sections that a section's rules look at besides itself.
LOOKED_AT: dict[str, tuple[str, ...]] = {
    "present_levels": ("goals", "services", "accommodations"),
    "goals": ("present_levels", "services", "accommodations", "assessments"),
    "services": ("placement",),
    "placement": ("services",),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that are proposed for final sections: by document, the copy they stand in.

    `declared`: numbers of decisions that the proposal says it changes, as `agreement.as_amended` tells them.
    """

    copies: Mapping[str, str]
    declared: frozenset[tuple[str | None, ...]] = frozenset()


WORDS = 120  # characters of a thread that tell which one it is


def gather(
    connection: Connection,
    document_id: str,
    proposal: Proposal | None = None,
    *,
    readable: Collection[str] | None = None,
) -> Facts:
    """All that the rules want to know of this section now, or with the words of a proposal to amend it.

    `readable`: the only other documents to look at, for a reader who may not read them all.
    Raises `Refused("not_found")`, `Damaged`.
    """
    instead = proposal.copies if proposal else {}
    row = connection.execute(
        select(
            Document.section,
            Document.shared_at,
            Meeting.id.label("meeting_id"),
            Meeting.phase,
            Meeting.profile,
            Meeting.starts_at,
            Meeting.time_zone,
            Student.id.label("student_id"),
            Student.name,
            Student.birth_date,
        )
        .select_from(Document)
        .join(Meeting, Meeting.id == Document.meeting_id)
        .join(Student, Student.id == Meeting.student_id)
        .where(Document.id == document_id)
    ).first()
    if row is None:
        raise Refused("not_found")
    text = section_text(connection, row.section, instead.get(document_id, document_id))
    return Facts(
        text=text,
        others=_others(connection, row.meeting_id, row.section, instead, readable),
        phase=row.phase,
        held_on=row.starts_at.astimezone(ZoneInfo(row.time_zone)).date(),
        student_name=row.name,
        birth_date=date.fromisoformat(row.birth_date) if row.birth_date else None,
        seats=tuple(_seats(connection, row.meeting_id, row.section)),
        contacts=count_contacts(connection, row.meeting_id, start_of(connection, row.meeting_id)),
        threads=tuple(_threads(connection, row.meeting_id, document_id)),
        decisions=tuple(_decisions(connection, row.meeting_id, document_id)),
        contradictions=tuple(_contradictions(connection, row.meeting_id, document_id, text, proposal)),
        other_students=tuple(connection.scalars(select(Student.name).where(Student.id != row.student_id))),
        shared_on=row.shared_at.astimezone(ZoneInfo(row.time_zone)).date() if row.shared_at else None,
        parents_wrote=row.section == PARENT_INPUT and parents_wrote(connection, row.meeting_id),
        file=file_dates(connection, row.student_id),
        notice=_notice(connection, row.meeting_id),
        by_agreement=proposal is not None,
        profile=PROFILES.get(row.profile, PROFILES["federal"]),
    )


def _notice(connection: Connection, meeting_id: str) -> NoticeFacts | None:
    newest = newest_notice(connection, meeting_id)
    if newest is None:
        return None
    to_parents = connection.scalar(
        select(Mailing.id)
        .join(Participant, Participant.person_id == Mailing.person_id)
        .where(
            Mailing.about == newest.id,
            Mailing.refused_at.is_(None),
            Participant.meeting_id == meeting_id,
            Participant.role == PARENT,
        )
        .limit(1)
    )
    sent = content_of(newest.content)
    current = current_content(connection, meeting_id, transition=sent.transition, agencies=sent.agencies)
    return NoticeFacts(to_parents is not None, lacks(sent), outdated(sent, current), newest.kind == CANCELLATION)


def _others(
    connection: Connection,
    meeting_id: str,
    section: str,
    instead: Mapping[str, str],
    readable: Collection[str] | None,
) -> dict[str, SectionText]:
    wanted = LOOKED_AT.get(section, ())
    if not wanted:
        return {}
    found = {}
    rows = select(Document.section, Document.id).where(Document.meeting_id == meeting_id, Document.section.in_(wanted))
    for name, document_id in connection.execute(rows).all():
        if readable is not None and document_id not in readable:
            continue
        try:
            found[name] = section_text(connection, name, instead.get(document_id, document_id))
        except (Damaged, Malformed):
            continue  # that section says so itself; here its rules are unchecked
    return found


def _seats(connection: Connection, meeting_id: str, section: str) -> Iterator[Seat]:
    excusals, start = list_excusals(connection, meeting_id), start_of(connection, meeting_id)
    came = {stay.person_id for stay in list_stays(connection, meeting_id)}
    here = who_is_here(connection, meeting_id)
    locales = dict(
        connection.execute(
            select(Participant.person_id, Person.locale)
            .join(Person, Person.id == Participant.person_id)
            .where(Participant.meeting_id == meeting_id)
        ).all()
    )
    for person_id, role, given in participations(connection, meeting_id):
        fills = frozenset(filled_by(role, given))
        excusal = standing(excusals, person_id, section, start)
        yield Seat(role, locales[person_id], person_id in came, person_id in here, fills, excusal)


def _threads(connection: Connection, meeting_id: str, document_id: str) -> Iterator[ThreadFacts]:
    first: dict[str, str] = {}
    for thread_id, text in connection.execute(
        select(Comment.thread_id, Comment.text)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Thread.document_id == document_id)
        .order_by(Comment.number)
    ):
        first.setdefault(thread_id, text)
    rows = connection.execute(
        select(
            Thread.id,
            Thread.state,
            Thread.disposition,
            Thread.answered_by_decision,
            Thread.created_role,
            Thread.proposal,
        )
        .where(Thread.meeting_id == meeting_id, Thread.document_id == document_id)
        .order_by(Thread.created_at, Thread.id)
    )
    for row in rows:
        words = " ".join((first.get(row.id) or row.proposal or "").split())
        shown = words if len(words) <= WORDS else words[: WORDS - 1] + "…"
        answered = row.disposition is not None or row.answered_by_decision is not None
        yield ThreadFacts(row.id, row.state == "open", answered, row.created_role, row.proposal is not None, shown)


def _decisions(connection: Connection, meeting_id: str, document_id: str) -> Iterator[DecisionFacts]:
    rows = connection.execute(
        select(Decision.__table__)
        .where(Decision.meeting_id == meeting_id, Decision.state == SETTLED)
        .order_by(Decision.ordinal)
    ).mappings()
    for row in rows:
        if document_id in row["sections"] or any(number["document"] == document_id for number in row["numbers"]):
            yield DecisionFacts(row["id"], row["ordinal"], row["outcome"] or "", tuple(missing_for_notice(dict(row))))


def _contradictions(
    connection: Connection, meeting_id: str, document_id: str, text: SectionText, proposal: Proposal | None
) -> Iterator[Contradiction]:
    for one in agreement(connection, meeting_id, document_id, instead=proposal.copies if proposal else None):
        found = one.difference
        if proposal and as_amended(one.decision_id, found) in proposal.declared:
            continue
        named = [
            block
            for block in text.of_kind(found.block)
            if plain(block.fields[NAMED_BY[found.block]]) == plain(found.label)
        ]
        block = named[0] if named and found.now is not None else None
        yield Contradiction(one.decision_id, one.ordinal, found.label, found.field, found.value, found.now or "", block)
