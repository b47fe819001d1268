"""Reports of progress. Changed by the journal's entries alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class ProgressReport(Base):
    """Issued once and never changed; a correction is another one that names it.

    `goals`: [{"goal", "outlook", "words", "baseline", "criterion", "line", "points"}], the data as it stood then;
    `line`: {"start", "baseline", "end", "target"} or None; `points`: [{"day", "value", "unit", "note"}].
    """

    __tablename__ = "progress_report"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    period: Mapped[str] = mapped_column(String(10), doc="the report date that it is for; ISO 8601")
    goals: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    left: Mapped[int] = mapped_column(Integer, doc="goals of the plan that no report of this period tells of yet")
    lang: Mapped[str] = mapped_column(String(8), doc="the language of the page it was written on")
    number: Mapped[int] = mapped_column(BigInteger)
    issued_by: Mapped[str]
    issued_at: Mapped[datetime]
    corrects: Mapped[str | None]
    corrected_by: Mapped[str | None] = mapped_column(doc="the report that stands in its place")
