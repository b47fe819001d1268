"""Who has had the record before them (34 CFR 300.614)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base, now


class Access(Base):
    """That somebody opened a meeting's record (once a day), or took a paper away (each time).

    The id of an opening is made of meeting, person and day, so that several nodes note it once. `role` is theirs then,
    and tells what they were there for.
    """

    __tablename__ = "access"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[str]
    role: Mapped[str] = mapped_column(String(24))
    what: Mapped[str] = mapped_column(String(16), doc="opened or taken")
    detail: Mapped[str] = mapped_column(String(60), default="", doc="which paper: iep.pdf")
    at: Mapped[datetime] = mapped_column(default=now)
