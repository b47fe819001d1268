"""Who is excused from the meeting or a part of it, and how parents were reached. Changed by the journal alone."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Excusal(Base):
    """One member, one part of the meeting (34 CFR 300.321(e)). `sections` and `items` both empty: all of it.

    `*_at` is when somebody agreed or the input was given, `*_noted_by` who entered what was said on paper.
    """

    __tablename__ = "excusal"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16), doc="not_needed (e)(1), or excused (e)(2)")
    sections: Mapped[list[str]] = mapped_column(JSON)
    items: Mapped[list[str]] = mapped_column(JSON, doc="agenda items")
    reason: Mapped[str] = mapped_column(Text, default="")
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    parent_by: Mapped[str | None]
    parent_at: Mapped[datetime | None]
    parent_noted_by: Mapped[str | None]
    lea_by: Mapped[str | None]
    lea_at: Mapped[datetime | None]
    lea_noted_by: Mapped[str | None]
    input: Mapped[str] = mapped_column(Text, default="", doc="the member's words, or where the written input is")
    input_at: Mapped[datetime | None]
    input_noted_by: Mapped[str | None] = mapped_column(doc="None where the member wrote it here")
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    revoked_reason: Mapped[str] = mapped_column(Text, default="")


class ContactAttempt(Base):
    """One attempt to reach a parent about the meeting (34 CFR 300.322(d))."""

    __tablename__ = "contact_attempt"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(doc="the parent, where they are in the meeting")
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime]
    result: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(Text, default="")
    noted_by: Mapped[str]
    noted_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
