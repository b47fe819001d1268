"""How far each person has seen each section."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Look(Base):
    """Up to which entry a person has seen a section. Theirs alone, and no part of the record."""

    __tablename__ = "look"

    document_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    number: Mapped[int] = mapped_column(BigInteger, doc="the newest entry of the section that was on their page")
    looked_at: Mapped[datetime]
