"""Notices as pages show them, and how decisions, notices and reviews hang together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.domain.decisions import NEEDS_NOTICE, SETTLED
from server.domain.notices import APPROVED, DRAFT, REMOVED, Missing, decisions_of, missing
from server.meeting.notices import noticed
from server.storage.tables import (
    Decision,
    DecisionReview,
    Notice,
    NoticeDelivery,
    NoticeTranslation,
    Participant,
    Person,
)


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with its translations by language, its deliveries with names, and the numbers of its decisions."""

    row: Notice
    translations: Mapping[str, NoticeTranslation]
    given: Sequence[tuple[NoticeDelivery, str]]
    ordinals: Mapping[str, int]
    approved_by: str

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def name(self) -> str:
        return f"N{self.row.ordinal}"

    @property
    def is_draft(self) -> bool:
        return self.row.state == DRAFT

    @property
    def is_approved(self) -> bool:
        return self.row.state == APPROVED

    @property
    def decisions(self) -> list[str]:
        return decisions_of(self.row.parts)

    @property
    def missing(self) -> list[Missing]:
        return missing(self.row.parts, self.row.safeguards, self.row.contacts)

    def is_stale(self, translation: NoticeTranslation) -> bool:
        return translation.source_revision != self.row.revision

    def record_in(self, lang: str) -> NoticeTranslation | None:
        """The translation that may stand for the notice in this language: reviewed, and of what it says now."""
        found = self.translations.get(lang)
        return found if found is not None and found.reviewed_at is not None and not self.is_stale(found) else None


@dataclass(frozen=True, slots=True)
class Reviewed:
    row: DecisionReview
    name: str


def read_notices(connection: Connection, meeting_id: str, notice_id: str | None = None) -> list[NoticeView]:
    """Those that were not removed, oldest first; or that one."""
    query = select(Notice.__table__).where(Notice.meeting_id == meeting_id, Notice.state != REMOVED)
    if notice_id is not None:
        query = query.where(Notice.id == notice_id)
    rows = [Notice(**row._mapping) for row in connection.execute(query.order_by(Notice.ordinal))]
    if not rows:
        return []
    seated = select(Participant.person_id).where(Participant.meeting_id == meeting_id)
    names = dict(connection.execute(select(Person.id, Person.name).where(Person.id.in_(seated))).all())
    translations: dict[str, dict[str, NoticeTranslation]] = {}
    for row in connection.execute(
        select(NoticeTranslation.__table__).where(NoticeTranslation.meeting_id == meeting_id)
    ):
        translations.setdefault(row.notice_id, {})[row.lang] = NoticeTranslation(**row._mapping)
    given: dict[str, list[tuple[NoticeDelivery, str]]] = {}
    for row in connection.execute(
        select(NoticeDelivery.__table__)
        .where(NoticeDelivery.meeting_id == meeting_id)
        .order_by(NoticeDelivery.given_at, NoticeDelivery.id)
    ):
        given.setdefault(row.notice_id, []).append((NoticeDelivery(**row._mapping), names.get(row.person_id, "")))
    ordinals = dict(
        connection.execute(select(Decision.id, Decision.ordinal).where(Decision.meeting_id == meeting_id)).all()
    )
    return [
        NoticeView(
            row, translations.get(row.id, {}), given.get(row.id, []), ordinals, names.get(row.approved_by or "", "")
        )
        for row in rows
    ]


def waiting_for_notice(connection: Connection, meeting_id: str) -> list[Decision]:
    """Settled decisions that a notice is due for (300.503(a)) and that stand in none, in their order."""
    told = noticed(connection, meeting_id)
    rows = connection.execute(
        select(Decision.__table__)
        .where(
            Decision.meeting_id == meeting_id,
            Decision.state == SETTLED,
            Decision.outcome.in_(sorted(NEEDS_NOTICE)),
        )
        .order_by(Decision.ordinal)
    )
    return [Decision(**row._mapping) for row in rows if row.id not in told]


def read_reviews(connection: Connection, meeting_id: str) -> dict[str, list[Reviewed]]:
    """By decision, in their order."""
    found: dict[str, list[Reviewed]] = {}
    rows = connection.execute(
        select(DecisionReview.__table__, Person.name)
        .join(Person, Person.id == DecisionReview.author_id)
        .where(DecisionReview.meeting_id == meeting_id)
        .order_by(DecisionReview.number)
    )
    columns = [column.name for column in DecisionReview.__table__.columns]
    for row in rows:
        values = row._mapping
        review = DecisionReview(**{name: values[name] for name in columns})
        found.setdefault(review.decision_id, []).append(Reviewed(review, values["name"]))
    return found
