"""The journal and the snapshots of its replay."""

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, Integer, LargeBinary, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base

# What happened in a meeting besides typing is found by an index of its own. A statement has to say this as it stands
# here, or the planner does not know that the index serves, and reads past every keystroke.
NO_EDIT: ColumnElement[bool] = literal_column("entry.kind != 'edit'")


class Entry(Base):
    """One entry of a meeting's journal: append-only, hash-chained (see `server.journal.entry`).

    `inserted` and `deleted` are characters, derived from the payload so that history can be listed without reading it.
    Once a record is destroyed, `payload` and `salt` are None and the sizes 0 (`server.journal.destroyed`).
    """

    __tablename__ = "entry"
    # One tree less to write per commit on SQLite: rows lie in the order of the chain.
    __table_args__ = (
        Index("ix_entry_document_id_number", "document_id", "number"),
        Index(
            "ix_entry_events",
            "meeting_id",
            "number",
            sqlite_where=text("kind != 'edit'"),
            postgresql_where=text("kind != 'edit'"),
        ),
        {"sqlite_with_rowid": False},
    )

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    document_id: Mapped[str | None]
    author_id: Mapped[str]
    author_role: Mapped[str] = mapped_column(String(24))
    time: Mapped[int] = mapped_column(BigInteger, doc="microseconds since the Unix epoch, server's clock")
    payload: Mapped[bytes] = mapped_column(nullable=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16), nullable=True)
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
