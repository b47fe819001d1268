"""People, their sessions and sign-in links, and students. None of it is a meeting's: the journal holds ids of these."""

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base, now


class Person(Base):
    """Somebody who may sign in. A school's administrator manages people and sees no student content."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    locale: Mapped[str] = mapped_column(String(8), default="en")
    password_hash: Mapped[str | None] = mapped_column(Text)
    # What the password opens, as `Session.opens`: that of the session in which it was set.
    password_opens: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
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
    # The meeting whose link began it: where its person is led that may not open all.
    meeting_id: Mapped[str | None] = mapped_column(ForeignKey("meeting.id"))
    # Ids of meetings, and of people for what they lead (`server.people.scope`); None: whatever is the person's.
    opens: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))


class Invitation(Base):
    """A single-use sign-in link. Only the SHA-256 (hex) of its token is kept."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    meeting_id: Mapped[str | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    # As `Session.opens`, where the session that issued it did not open all itself; else `created_by` stands for it.
    opens: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
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
