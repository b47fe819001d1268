"""A position as pages show it: whose it is, who wrote it down, and whether it was on other words."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from server.domain.decisions import DISSENT, MEMBERS, NO_POSITION, NOT_PRESENT
from server.storage.tables import Position


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the meeting, also when they have left it. `present`: came and has not left (None: nobody noted)."""

    person_id: str
    name: str
    role: str
    title: str
    color: int
    removed: bool
    present: bool | None

    @property
    def is_member(self) -> bool:
        """Whether they take positions."""
        return self.role in MEMBERS and not self.removed


class Taken(NamedTuple):
    """A position as it is stored (`Position`): a full meeting has hundreds of them, which are only read here."""

    decision_id: str
    person_id: str
    position: str
    words: str
    lang: str
    noted_by: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class PositionView:
    """A position, whose it is and who wrote it down. `is_older`: said before the decision's words were changed."""

    row: Taken
    member: Member
    noted_by: Member
    is_older: bool = False

    @property
    def is_own(self) -> bool:
        return self.row.noted_by == self.row.person_id

    @property
    def is_dissent(self) -> bool:
        return self.row.position in DISSENT

    @property
    def is_absence(self) -> bool:
        """Nothing but that somebody was not there."""
        return self.row.position == NOT_PRESENT and not self.row.words


def said_before(position: Taken | Position, changed: datetime | None) -> bool:
    """Whether a position was on other words: those of its decision changed since. Who said nothing is not meant."""
    says = position.words or position.position not in {NOT_PRESENT, NO_POSITION}
    return changed is not None and position.noted_at < changed and bool(says)
