"""When a record's time has come, and what keeps it. Changed by the journal's entries alone."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Hold(Base):
    """Why a record may not be destroyed while it stands (34 CFR 99.10(e), an open complaint, another legal hold)."""

    __tablename__ = "hold"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16), doc="complaint, inspection, legal")
    words: Mapped[str] = mapped_column(Text)
    put_by: Mapped[str]
    put_at: Mapped[datetime]
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
    lifted_words: Mapped[str] = mapped_column(Text, default="")


class Retention(Base):
    """What was noted of a record's end (34 CFR 300.624). Days are ISO 8601 dates."""

    __tablename__ = "retention"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    left_on: Mapped[str | None] = mapped_column(String(10), doc="when the student left the school")
    asked_on: Mapped[str | None] = mapped_column(String(10), doc="when the parents asked that it be destroyed")
    asked_words: Mapped[str] = mapped_column(Text, default="", doc="who asked, and how")
    informed_on: Mapped[str | None] = mapped_column(String(10), doc="when the parents were told it is needed no longer")
    informed_how: Mapped[str | None] = mapped_column(String(16), doc="mail, letter, person")


class Destruction(Base):
    """That a meeting's record was destroyed, by its entry `number`; no part of a record.

    `wiped_at`: when the database's file was rid of what had been deleted (`server.storage.wipe`).
    """

    __tablename__ = "destruction"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    wiped_at: Mapped[datetime | None]
