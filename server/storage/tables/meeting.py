"""A meeting: its row, its people, its documents. The journal's entries alone change them (`server.journal.effects`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base, now


class Meeting(Base):
    """One IEP meeting and its draft. `head_number` and `head_hash` are the journal's head; who appends locks them."""

    __tablename__ = "meeting"

    id: Mapped[str] = mapped_column(primary_key=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("student.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(40), default="annual_review")
    place: Mapped[str] = mapped_column(String(200), default="")
    video_link: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"), doc="http(s)")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(String(64), default="America/New_York")
    profile: Mapped[str] = mapped_column(
        String(24), default="federal", server_default="federal", doc="whose rules it follows: server/domain/profiles"
    )
    phase: Mapped[str] = mapped_column(String(16), default="prework")
    editing_paused: Mapped[bool] = mapped_column(Boolean, default=False)
    head_number: Mapped[int] = mapped_column(BigInteger, default=0)
    head_hash: Mapped[bytes] = mapped_column(LargeBinary(32), default=bytes(32))
    created_at: Mapped[datetime] = mapped_column(default=now)
    current_item_id: Mapped[str | None] = mapped_column(doc="the agenda item that the meeting is at")
    started_at: Mapped[datetime | None] = mapped_column(doc="when it first went live")
    closed_at: Mapped[datetime | None]
    evaluated_on: Mapped[str | None] = mapped_column(String(10), doc="the last evaluation; ISO 8601 date")
    safeguards_on: Mapped[str | None] = mapped_column(String(10), doc="the parents got the notice of 300.504; ISO 8601")
    eligible_on: Mapped[str | None] = mapped_column(String(10), doc="first found eligible; ISO 8601 date")
    file_noted_at: Mapped[datetime | None] = mapped_column(doc="when these were noted; a student's newest count")
    report_days: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True), doc="when reports of progress are due; ISO 8601"
    )
    remind_on: Mapped[str | None] = mapped_column(String(10), doc="when who has not answered is reminded; ISO 8601")
    remind_by: Mapped[str | None] = mapped_column(doc="whose wish that is")
    remind_at: Mapped[str | None] = mapped_column(String(300), doc="the address of this installation in the letters")
    read_back_at: Mapped[datetime | None] = mapped_column(doc="when the record was read back at its close")
    carried: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True), doc="sections that were not final at its close"
    )
    follows: Mapped[str | None] = mapped_column(doc="the meeting whose plan its draft was taken from")
    stage: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), doc="what the projector shows")
    gathering: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), doc="the last call to one place")


class Participant(Base):
    """A person in a meeting, in one role. `title` is the seat as people say it ("Grade 5 teacher").

    `seats` are those of 34 CFR 300.321 that they were given (`server.domain.seats`), beyond what the role says.
    """

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(120), default="")
    color: Mapped[int] = mapped_column(Integer, doc="1 to 8: which of the author colours")
    seats: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]


class Document(Base):
    """One Yjs document: a section of the draft, or an agenda item's notes. The id is its name on the wire.

    `section` is the section's name, or the agenda item's id. `sealed_*` tell of the version that is final,
    `read_back_*` of the one that was last read back: the number of its newest text entry and that entry's hash (hex).
    """

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("meeting_id", "section"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    section: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    kind: Mapped[str] = mapped_column(String(16), default="section", server_default="section", doc="section or notes")
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_back_number: Mapped[int | None] = mapped_column(BigInteger)
    read_back_at: Mapped[datetime | None]
    read_back_by: Mapped[str | None]
    sealed_number: Mapped[int | None] = mapped_column(BigInteger)
    sealed_hash: Mapped[str | None] = mapped_column(String(64))
    sealed_at: Mapped[datetime | None]
    sealed_by: Mapped[str | None]
    shared_number: Mapped[int | None] = mapped_column(BigInteger, doc="the entry that shared it before the meeting")
    shared_at: Mapped[datetime | None]
    shared_by: Mapped[str | None]
    held: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True), doc="fields of its typed blocks that are open until the meeting"
    )
    carried_from: Mapped[str | None] = mapped_column(
        doc="the section of the meeting before that was not final when that one closed"
    )
    overrides: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True), doc="findings that did not hold the seal up, each with the reason"
    )
