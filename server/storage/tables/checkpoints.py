"""Signed moments of the record, and the public keys they were signed for."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
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
    """A public key that this installation has signed with. The private one is never in the database."""

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary(32))
    first_used: Mapped[datetime] = mapped_column(default=now)
