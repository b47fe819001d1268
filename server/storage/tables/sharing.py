"""What the family was shown of the draft before the meeting. Changed by the journal's entries alone."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Opening(Base):
    """When somebody of the family first opened a section that was shared: a fact that they see as well."""

    __tablename__ = "opening"

    document_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    opened_at: Mapped[datetime]


class SectionView(Base):
    """What somebody of the family says about a shared section: "fine" or "talk". A fact for the meeting, no consent."""

    __tablename__ = "section_view"

    document_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    view: Mapped[str] = mapped_column(String(8))
    said_at: Mapped[datetime]
