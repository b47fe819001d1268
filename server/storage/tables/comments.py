"""Threads of comments, and who has read what. All but `ReadMark` changes by the journal's entries alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Thread(Base):
    """What a thread is about: a passage or a whole section (`document_id`), an agenda item, or a decision.

    `anchor` of a passage: {"start", "end"} Yjs relative positions (base64), "quote" the words it was made on, "before"
    a few words ahead of them. `proposal`: the wording that the opener proposes. `disposition`: adopted,
    adopted_in_part, declined, parked; `adopted_number` is the journal entry of the edit.
    """

    __tablename__ = "thread"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    target: Mapped[str] = mapped_column(String(16), doc="passage, section, item, decision")
    document_id: Mapped[str | None]
    item_id: Mapped[str | None]
    decision_id: Mapped[str | None]
    anchor: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    proposal: Mapped[str | None] = mapped_column(Text)
    words_of: Mapped[str | None] = mapped_column(doc="whose own words it answers (OwnWords.person_id)")
    words_question: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), doc="open or resolved")
    resolved_by: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    disposition: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[str | None]
    due: Mapped[str | None] = mapped_column(String(10), doc="ISO 8601 date")
    answered_by_decision: Mapped[str | None] = mapped_column(doc="the decision that disposed of it")
    adopted_number: Mapped[int | None] = mapped_column(BigInteger)
    disposed_by: Mapped[str | None]
    disposed_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_role: Mapped[str] = mapped_column(String(24))
    created_at: Mapped[datetime]


class Comment(Base):
    """One contribution to a thread. `text` is the newest wording; the journal keeps the old ones."""

    __tablename__ = "comment"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    thread_id: Mapped[str] = mapped_column(index=True)
    number: Mapped[int] = mapped_column(BigInteger, doc="the journal entry with which it came: their order")
    author_id: Mapped[str]
    author_role: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8), doc="the language it was written in, as far as known")
    mentions: Mapped[list[str]] = mapped_column(JSON, doc="ids of the people it names")
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class ReadMark(Base):
    """How far a person has read a thread. Theirs alone: nobody else sees it, and it is no part of the record."""

    __tablename__ = "read_mark"

    thread_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
