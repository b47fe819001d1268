"""What an item of the agenda has taken of its time box until a moment."""

from dataclasses import dataclass
from datetime import datetime

from server.storage.tables import AgendaItem


@dataclass(frozen=True, slots=True)
class ItemClock:
    """`seconds` until now, and since when more are added (None: the clock stands)."""

    seconds: int
    minutes: int
    since: datetime | None

    @property
    def over(self) -> int:
        """Seconds beyond the time box."""
        return max(self.seconds - self.minutes * 60, 0)


def clock_of(item: AgendaItem, now: datetime) -> ItemClock:
    since = item.current_since
    running = 0 if since is None else max(int((now - since).total_seconds()), 0)
    return ItemClock(item.seconds + running, item.minutes, since)


def whole_minutes(seconds: int) -> int:
    """What a page says that an item took: the nearest minute, and no less than one of what was begun."""
    return max((seconds + 30) // 60, min(seconds, 1))


def clock_words(seconds: int) -> str:
    """A time that a clock shows: 12:40, or 1:02:40."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
