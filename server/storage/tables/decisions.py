"""Decisions, and each member's position on them. Changed by the journal's entries alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Decision(Base):
    """A decision as 34 CFR 300.503(b) wants to be able to tell it. Never edited once it is settled, only superseded.

    `options`: [{"text", "proposed_by", "considered", "chosen", "why"}]; `basis`: [{"text", "date"}];
    `numbers`: [{"document", "block", "label", "field", "value"}], the fields of the draft that it sets;
    `pins`: [{"document", "section", "number", "hash"}], the versions that it speaks of.
    `outcome`: agreed, proposed (by the school, without consensus), refused, deferred, withdrawn.
    """

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("meeting_id", "ordinal"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    ordinal: Mapped[int] = mapped_column(Integer, doc="1 is shown as D1")
    revision: Mapped[int] = mapped_column(Integer, doc="grows with each change of its words")
    state: Mapped[str] = mapped_column(String(16), doc="open, settled, superseded")
    question: Mapped[str] = mapped_column(Text)
    raised_by: Mapped[str | None]
    action: Mapped[str] = mapped_column(Text, default="")
    reasons: Mapped[str] = mapped_column(Text, default="")
    other_factors: Mapped[str] = mapped_column(Text, default="")
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    basis: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sections: Mapped[list[str]] = mapped_column(JSON, doc="ids of the documents that it is about")
    numbers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    outcome: Mapped[str | None] = mapped_column(String(16))
    deferred_to: Mapped[str | None] = mapped_column(doc="a person's id")
    deferred_until: Mapped[str | None] = mapped_column(String(10), doc="ISO 8601 date")
    item_id: Mapped[str | None] = mapped_column(doc="the agenda item under which it was made")
    thread_id: Mapped[str | None] = mapped_column(doc="the comment that it answers")
    read_back_revision: Mapped[int | None] = mapped_column(Integer)
    read_back_at: Mapped[datetime | None]
    pins: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    supersedes: Mapped[str | None]
    superseded_by: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class Position(Base):
    """A member's position: agree, agree_in_part, disagree, not_present, no_position; `words` are their own.

    `noted_by` is who wrote it down: the member, or somebody who leads the meeting.
    """

    __tablename__ = "position"

    decision_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    position: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(String(8), default="en")
    noted_by: Mapped[str]
    noted_at: Mapped[datetime]
