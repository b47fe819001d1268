"""When and where a meeting is: what may be said of it, and what may change as it goes (34 CFR 300.322(a), (b))."""

from datetime import datetime, timedelta
from typing import NamedTuple

from server.domain.roles import CLOSED, LIVE, PREWORK

LONGEST = timedelta(hours=12)
PLACE_LENGTH = 200
LINK_LENGTH = 500
REASON_LENGTH = 500

WHEN = frozenset({"starts_at", "ends_at", "time_zone"})
WHERE = frozenset({"place", "video_link"})
# Once a meeting is on, its time is what happened; people can still be told of another room or link.
CHANGEABLE = {PREWORK: WHEN | WHERE, LIVE: WHERE, CLOSED: frozenset[str]()}


class Arrangement(NamedTuple):
    """Times are aware; `time_zone` is an IANA name; `video_link` an http(s) address, or "" for none."""

    starts_at: datetime
    ends_at: datetime | None
    time_zone: str
    place: str
    video_link: str

    def facts(self) -> dict[str, str | None]:
        """As an entry tells it."""
        return {
            "starts_at": self.starts_at.isoformat(),
            "ends_at": None if self.ends_at is None else self.ends_at.isoformat(),
            "time_zone": self.time_zone,
            "place": self.place,
            "video_link": self.video_link,
        }

    def changes(self, before: "Arrangement") -> set[str]:
        """The names of what is not as it was. Two names of one moment are the same."""
        return {name for name, old, new in zip(self._fields, before, self, strict=True) if old != new}


def fits(starts_at: datetime, ends_at: datetime | None) -> bool:
    """Whether a meeting can end then: after it starts, and on the same working day or so."""
    return ends_at is None or timedelta(0) < ends_at - starts_at <= LONGEST
