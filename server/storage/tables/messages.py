"""What the family and the school write to each other. Changed by the journal's entries alone."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Message(Base):
    """One message, never changed. `thread`: whose of the family it is; `read_at`: the other side first had it."""

    __tablename__ = "message"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    thread: Mapped[str] = mapped_column(doc="a person's id")
    number: Mapped[int] = mapped_column(BigInteger, doc="the journal entry that wrote it: their order")
    author_id: Mapped[str]
    author_role: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8), doc="the language of the page it was written on")
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None]
