"""Who has read what the final plan asks of them. Changed by the journal's entries alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Acknowledgment(Base):
    """`versions`: the final sections that they had before them, the sealed entry's number by document."""

    __tablename__ = "acknowledgment"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[str]
    versions: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
