"""What follows a meeting: signatures, statements of disagreement, prior written notices, reviews of decisions.

Changed by the journal's entries alone.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Signoff(Base):
    """One act of one person: attended, received, agreement or consent (`server.domain.signing`), never two at once.

    `statement` is the sentence that the signer confirmed to understand, in the language in which they read it;
    `number` the act's entry, so that what was signed is the record up to there.
    """

    __tablename__ = "signoff"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[str]
    role: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(16))
    about: Mapped[str | None] = mapped_column(String(16), doc="what consent is to: evaluation, services, plan")
    answer: Mapped[str] = mapped_column(String(16), doc="yes, in_part, no")
    words: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    statement: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_words: Mapped[str] = mapped_column(Text, default="")
    revoked_number: Mapped[int | None] = mapped_column(BigInteger)


class Statement(Base):
    """A statement of disagreement by its author, about one section or the whole plan (no `document_id`).

    Written once and never edited; its author may add another.
    """

    __tablename__ = "statement"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    document_id: Mapped[str | None]
    author_id: Mapped[str]
    author_role: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class Notice(Base):
    """A prior written notice (34 CFR 300.503). Edited as a draft; approved once, and never changed after that.

    `parts`: [{"decision", "kind", "action", "reasons", "basis", "options": [{"text", "why"}], "factors"}], one for each
    thing that the school proposes or refuses; `decision` is None for what is no decision of the meeting.
    """

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("meeting_id", "ordinal"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    ordinal: Mapped[int] = mapped_column(Integer, doc="1 is shown as N1")
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), doc="draft, approved, removed")
    lang: Mapped[str] = mapped_column(String(8))
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    safeguards: Mapped[str] = mapped_column(Text)
    contacts: Mapped[str] = mapped_column(Text)
    takes_effect: Mapped[str | None] = mapped_column(String(10), doc="ISO 8601 date: from when it is carried out")
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    approved_number: Mapped[int | None] = mapped_column(BigInteger)


class NoticeTranslation(Base):
    """A notice in another language, by a person or (`machine`) by a machine, which is never the record unreviewed.

    `source_revision` is the notice's revision that it was made from: of an older one it is stale.
    """

    __tablename__ = "notice_translation"

    notice_id: Mapped[str] = mapped_column(primary_key=True)
    lang: Mapped[str] = mapped_column(String(8), primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    source_revision: Mapped[int] = mapped_column(Integer)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    safeguards: Mapped[str] = mapped_column(Text)
    contacts: Mapped[str] = mapped_column(Text)
    machine: Mapped[bool] = mapped_column(Boolean)
    translator: Mapped[str] = mapped_column(String(200), doc="who made it, as named by whoever entered it")
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]


class NoticeDelivery(Base):
    """That a notice was given to a parent: by mail, on paper, or read aloud in their language (300.503(c)(2))."""

    __tablename__ = "notice_delivery"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    notice_id: Mapped[str]
    person_id: Mapped[str]
    how: Mapped[str] = mapped_column(String(16), doc="mail, paper, aloud")
    lang: Mapped[str] = mapped_column(String(8))
    given_by: Mapped[str]
    given_at: Mapped[datetime]


class Amendment(Base):
    """A proposal to change final sections without a meeting (`server.domain.amendments`).

    `parts`: [{"section", "document", "copy", "base", "base_hash", "number", "hash"}]: the section's document and the
    entry (with its hash in hexadecimal) that made it final, the document of the proposed words and the entry as of
    which they were offered (None before that). `changes`: numbers of settled decisions that the amendment changes,
    each with the decision and what the plan says instead.
    """

    __tablename__ = "amendment"
    __table_args__ = (UniqueConstraint("meeting_id", "ordinal"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    ordinal: Mapped[int] = mapped_column(Integer, doc="1 is shown as A1")
    state: Mapped[str] = mapped_column(String(16), doc="draft, offered, withdrawn, superseded, in_effect")
    reason: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    override: Mapped[str] = mapped_column(Text, doc="why it is proposed though checks stand against it")
    mark: Mapped[str | None] = mapped_column(String(16), doc="of what is offered now")
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    offered_number: Mapped[int | None] = mapped_column(BigInteger)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_number: Mapped[int | None] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(Text, doc="why it was withdrawn")
    notice_id: Mapped[str | None] = mapped_column(doc="the prior written notice begun from it")


class AmendmentAnswer(Base):
    """What one person answered to an offer: agrees, declines, or asks for a meeting. Every answer stays.

    `statement` is the sentence that they confirmed, as they read it; `mark` that of the offer (`Amendment.mark`).
    """

    __tablename__ = "amendment_answer"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    amendment_id: Mapped[str]
    person_id: Mapped[str]
    role: Mapped[str] = mapped_column(String(24))
    answer: Mapped[str] = mapped_column(String(16), doc="agree, decline, meeting")
    words: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    statement: Mapped[str] = mapped_column(Text)
    mark: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class DecisionReview(Base):
    """How a settled decision goes, said by a member of the team during the year."""

    __tablename__ = "decision_review"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    decision_id: Mapped[str]
    state: Mapped[str] = mapped_column(String(16), doc="on_course, behind, done, not_done, changed")
    words: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    reviewed_on: Mapped[str] = mapped_column(String(10), doc="ISO 8601 date")
    author_id: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
