"""Signed moments of the record, and the public keys they were signed for."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base, now


class CheckpointRow(Base):
    """One signed checkpoint (`server.journal.checkpoint`); `time` is microseconds since the Unix epoch."""

    __tablename__ = "checkpoint"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    time: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(16))
    files: Mapped[str] = mapped_column(String(64), default="")
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class SigningKey(Base):
    """A public key that signatures here were made with. The private one is never in the database.

    `imported`: another installation's, which came with a record of its.
    """

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary(32))
    first_used: Mapped[datetime] = mapped_column(default=now)
    imported: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
