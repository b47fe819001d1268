"""What is held against an edit: a meeting's phase and head, a section's state, people's roles; kept between commits."""

from dataclasses import dataclass
from typing import Any, NamedTuple

MOST_KNOWN = 50_000  # people whose roles are remembered


@dataclass(slots=True)
class Rules:
    """What the gate needs to know of a meeting, and the journal's head, under lock until the transaction ends."""

    phase: str
    paused: bool
    head_number: int
    head_hash: bytes
    head_time: int


class Section(NamedTuple):
    meeting_id: str
    section: str
    state: str


class Rulebook:
    """What one connection has read of the rules. Good for a later transaction only while nobody has written since.

    SQLite can tell (`PRAGMA data_version` changes when another connection commits), so there the rules that an edit is
    held against are known to be those of this very transaction without reading them anew.
    """

    def __init__(self) -> None:
        self.rules: dict[str, Rules] = {}
        self.sections: dict[str, Section] = {}
        self.roles: dict[tuple[str, str], str | None] = {}
        self._version: int | None = None

    def clear(self) -> None:
        self.rules.clear()
        self.sections.clear()
        self.roles.clear()

    def open(self, cursor: Any, *, tells: bool) -> None:
        """At the start of a writing transaction: forget what may have changed."""
        version = None
        if tells:
            cursor.execute("PRAGMA data_version")
            (version,) = cursor.fetchone()
        if version is None or version != self._version or len(self.roles) > MOST_KNOWN:
            self.clear()
        self._version = version
