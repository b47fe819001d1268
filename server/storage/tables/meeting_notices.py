"""Notices of a meeting and the answers to them. The journal's entries alone change them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class MeetingNotice(Base):
    """What was told about when, where and with whom the meeting is (34 CFR 300.322(b)). To whom: `Mailing.about`.

    `kind`: notice or cancellation. `sequence` is the calendar entry's (RFC 5545, 3.8.7.4): it grows whenever something
    else is told. `content`: `server.domain.meeting_notice.Content` as facts; `digest` is its.
    """

    __tablename__ = "meeting_notice"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    sequence: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class NoticeAnswer(Base):
    """What somebody answered to a notice; the newest of each person counts. `interpreter`: the language, or ""."""

    __tablename__ = "notice_answer"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    notice_id: Mapped[str]
    person_id: Mapped[str]
    answer: Mapped[str] = mapped_column(String(16), doc="coming, by_phone or another_time")
    other_time: Mapped[str] = mapped_column(Text)
    interpreter: Mapped[str] = mapped_column(String(80))
    bringing: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
