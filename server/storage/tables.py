"""The tables. One schema for SQLite and PostgreSQL; every time is UTC.

Ids are opaque random strings (`new_id`) so that nothing about a person or a student can be read from one, and a
document's name on the wire is never reused for another history.
"""

import secrets
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    types,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id(prefix: str) -> str:
    """An opaque id such as `d_3kQ0…`: the prefix tells people what it names, 120 random bits name it."""
    return f"{prefix}_{secrets.token_urlsafe(15)}"


def now() -> datetime:
    return datetime.now(UTC)


class UtcDateTime(types.TypeDecorator[datetime]):
    """A timezone-aware UTC time on both engines (SQLite keeps none of its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), bytes: LargeBinary(), str: String()}


class Person(Base):
    """Somebody who may sign in. A school's administrator manages people and sees no student content."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    locale: Mapped[str] = mapped_column(String(8), default="en")
    password_hash: Mapped[str | None] = mapped_column(Text)
    is_staff: Mapped[bool] = mapped_column(Boolean, default=False)
    is_administrator: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class Session(Base):
    """A signed-in browser. The cookie holds a random token; only its SHA-256 (hex) is here, as the id."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    # Set: this session opens this one meeting and not the person's account (`server.people.invitations.redeem`).
    meeting_id: Mapped[str | None] = mapped_column(ForeignKey("meeting.id"))


class Invitation(Base):
    """A single-use sign-in link. Only the SHA-256 (hex) of its token is kept."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    meeting_id: Mapped[str | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Student(Base):
    __tablename__ = "student"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    birth_date: Mapped[str | None] = mapped_column(String(10), doc="ISO 8601 date")
    grade: Mapped[str] = mapped_column(String(40), default="")
    school: Mapped[str] = mapped_column(String(120), default="")
    district: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Meeting(Base):
    """One IEP meeting and its draft. `head_number` and `head_hash` are the journal's head; who appends locks them."""

    __tablename__ = "meeting"

    id: Mapped[str] = mapped_column(primary_key=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("student.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(40), default="annual_review")
    place: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(String(64), default="America/New_York")
    phase: Mapped[str] = mapped_column(String(16), default="prework")
    editing_paused: Mapped[bool] = mapped_column(Boolean, default=False)
    head_number: Mapped[int] = mapped_column(BigInteger, default=0)
    head_hash: Mapped[bytes] = mapped_column(LargeBinary(32), default=bytes(32))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Participant(Base):
    """A person in a meeting, in one role. `title` is the seat as people say it ("Grade 5 teacher")."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(120), default="")
    color: Mapped[int] = mapped_column(Integer, doc="1 to 8: which of the author colours")
    created_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]


class Document(Base):
    """A section of the draft: one Yjs document. The id is its name on the wire."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("meeting_id", "section"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    section: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Entry(Base):
    """One entry of a meeting's journal: append-only, hash-chained (see `server.journal.entry`).

    `inserted` and `deleted` are characters, derived from the payload so that history can be listed without reading it.
    """

    __tablename__ = "entry"
    # One tree less to write per commit on SQLite: rows lie in the order of the chain.
    __table_args__ = (Index("ix_entry_document_id_number", "document_id", "number"), {"sqlite_with_rowid": False})

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    document_id: Mapped[str | None]
    author_id: Mapped[str]
    author_role: Mapped[str] = mapped_column(String(24))
    time: Mapped[int] = mapped_column(BigInteger, doc="microseconds since the Unix epoch, server's clock")
    payload: Mapped[bytes]
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    payload_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    inserted: Mapped[int] = mapped_column(Integer, default=0)
    deleted: Mapped[int] = mapped_column(Integer, default=0)


class Snapshot(Base):
    """A document's whole state just after the meeting's entry `number`: a cache of the replay, checked by `verify`."""

    __tablename__ = "snapshot"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[bytes]
    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
