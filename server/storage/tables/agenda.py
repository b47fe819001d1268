"""How the meeting goes: agenda, parking lot, attendance, follow-ups. Changed by the journal's entries alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base


class AgendaItem(Base):
    """One item. `seconds` is what it has taken so far, without the time since it last became current (`current_since`).

    `state`: proposed, open, current, done.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_came_from", "came_from", unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int] = mapped_column(Integer)
    presenter: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[str] = mapped_column(String(300), default="", doc="what the team wants to have at its end")
    sections: Mapped[list[str]] = mapped_column(JSON, doc="names of the sections that it is about")
    state: Mapped[str] = mapped_column(String(16))
    carried: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True),
        doc="what it goes on with: meeting, kind, targets (`server.meeting.carried`)",
    )
    notes_id: Mapped[str] = mapped_column(doc="the document of its notes")
    seconds: Mapped[int] = mapped_column(Integer, default=0)
    current_since: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_because: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    came_from: Mapped[str | None] = mapped_column(doc="what of an earlier meeting comes back with it, each once")
    came_as: Mapped[str | None] = mapped_column(String(16), doc="decision, follow_up, goal")
    came_meeting_id: Mapped[str | None]


class ParkedItem(Base):
    """Something put off so that nothing is lost. It leaves as a follow-up, a next meeting's item, or a request."""

    __tablename__ = "parked_item"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="", doc="why not now")
    raised_by: Mapped[str]
    raised_at: Mapped[datetime]
    left_as: Mapped[str | None] = mapped_column(String(16), doc="follow_up, next_meeting, request, withdrawn")
    follow_up_id: Mapped[str | None]
    left_at: Mapped[datetime | None]
    left_by: Mapped[str | None]


class Attendance(Base):
    """One stay of one participant. `source`: presence (the socket said so) or hand."""

    __tablename__ = "attendance"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[str]
    how: Mapped[str] = mapped_column(String(16), doc="in_person, video, phone or online (not said)")
    source: Mapped[str] = mapped_column(String(16))
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    noted_by: Mapped[str]
    removed_at: Mapped[datetime | None]


class FollowUp(Base):
    """A promise: who does what by when. `kind`: task, meeting (continue on another day), next_meeting, request."""

    __tablename__ = "follow_up"

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    what: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[str | None]
    due: Mapped[str | None] = mapped_column(String(10), doc="ISO 8601 date")
    decision_id: Mapped[str | None]
    thread_id: Mapped[str | None]
    item_id: Mapped[str | None] = mapped_column(doc="the agenda item that needs more time")
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    done_note: Mapped[str] = mapped_column(Text, default="")
    removed_at: Mapped[datetime | None]
