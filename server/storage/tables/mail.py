"""What was mailed: a meeting's record of it, and the messages that still wait to go out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class Mailing(Base):
    """Something of a meeting that went, or was to go, to one person. Its journal's entries alone change it.

    `way`: mail (through `Outbox`), or hand (its text and link were copied, or it was printed, to be handed over).
    `because`: what the mail server said, or why it was given up.
    """

    __tablename__ = "mailing"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[str]
    purpose: Mapped[str] = mapped_column(String(24), doc="what it was: notice, reminder, cancellation ...")
    about: Mapped[str | None] = mapped_column(doc="the id of what it told of, where there is one")
    way: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    accepted_at: Mapped[datetime | None] = mapped_column(doc="when the mail server took it")
    refused_at: Mapped[datetime | None]
    because: Mapped[str] = mapped_column(String(200), default="")
    opened_at: Mapped[datetime | None] = mapped_column(doc="when the person first read on a page what it told of")


class Outbox(Base):
    """A message on its way, written in the transaction of the act that sends it; no part of any record.

    `state`: waiting, accepted, refused (given up as well) or withdrawn. `content` is sealed (`server.mail.post`) and
    gone once the message is no longer waiting. `because`: the last trouble.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_next_at", "state", "next_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str | None] = mapped_column(ForeignKey("meeting.id"), doc="then `id` is its mailing's")
    author_id: Mapped[str | None]
    author_role: Mapped[str | None] = mapped_column(String(24))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    because: Mapped[str] = mapped_column(String(200))
