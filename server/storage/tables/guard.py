"""By what sentences of different students' plans can be found alike without being read. No part of any record."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class SentenceMark(Base):
    """That a meeting's draft has a sentence with this mark (`server.meeting.marks`): keyed, so it tells no words."""

    __tablename__ = "sentence_mark"
    __table_args__ = (Index("ix_sentence_mark_mark", "mark"),)

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(32), primary_key=True)


class MarkedMeeting(Base):
    """Up to which entry of its journal a meeting's marks were taken."""

    __tablename__ = "marked_meeting"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
