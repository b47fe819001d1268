"""The form of every effect, and the entry's time as tables keep it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from server.journal.entry import Entry

Facts = dict[str, Any]
Effect = Callable[[Connection, Entry, Facts], None]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(entry: Entry) -> datetime:
    """When the entry was made, by the server's clock."""
    return EPOCH + timedelta(microseconds=entry.time)


def time_or_none(value: str | None) -> datetime | None:
    """An ISO 8601 time of the facts."""
    return None if value is None else datetime.fromisoformat(value)
