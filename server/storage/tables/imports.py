"""A Word file on its way to a draft: what was typed beside it, and what the conversion found. Kept a day at most."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.storage.tables.base import Base, now


class WordImport(Base):
    """`state`: waiting (for the file), reading, read, refused (`code` says why). The file itself is not kept."""

    __tablename__ = "word_import"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    form: Mapped[dict[str, Any]] = mapped_column(JSON)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    code: Mapped[str] = mapped_column(String(16), default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
