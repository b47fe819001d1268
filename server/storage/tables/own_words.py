"""What the family writes for the meeting in their own words. Changed by the journal's entries alone."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class OwnWords(Base):
    """One person's answer to one question. Theirs alone while `given_at` is empty, and always theirs to change."""

    __tablename__ = "own_words"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(16), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8), doc="the language of the page it was written on")
    number: Mapped[int] = mapped_column(BigInteger, doc="the journal entry that wrote it")
    written_at: Mapped[datetime]
    given_at: Mapped[datetime | None] = mapped_column(doc="when its writer gave it to the team")
