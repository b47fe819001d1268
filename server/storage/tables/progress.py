"""Measured data on goals. Changed by the journal's entries alone."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class ProgressPoint(Base):
    """One measured value. A correction is a row of its own; what it corrects stays, as does what was taken out."""

    __tablename__ = "progress_point"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    goal: Mapped[str] = mapped_column(Text, doc="the goal's name by server.domain.progress.goal_names")
    day: Mapped[str] = mapped_column(String(10), doc="when it was measured; ISO 8601 date")
    value: Mapped[str] = mapped_column(String(16), doc="a decimal number, as text so that it stays exact")
    unit: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    corrects: Mapped[str | None] = mapped_column(doc="the point that it stands in for")
    noted_by: Mapped[str]
    noted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(doc="when it was corrected or taken out")
    reason: Mapped[str] = mapped_column(Text, default="", doc="why it was")
