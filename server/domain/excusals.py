"""Excusing a required member from a meeting or a part of it (34 CFR 300.321(e)): both kinds, and what each still lacks.

Kind 1: the member's area is neither changed nor discussed; the parent and the LEA agree in writing that nobody is
needed for it. Kind 2: the area is discussed; the parent consents in writing, the LEA consents, and the member has
given written input to the parent and the team before the meeting.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

NOT_NEEDED, EXCUSED = "not_needed", "excused"
KINDS = (NOT_NEEDED, EXCUSED)
PARENT, LEA = "parent", "lea"
SIDES = (PARENT, LEA)
ON_PAGE, ON_PAPER = "page", "paper"

MOST_EXCUSALS = 60
REASON_LENGTH = 1000
INPUT_LENGTH = 20_000
STATEMENT_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Excusal:
    """`sections`: the part of the meeting that it is for; empty for all of it. Times are aware, None for not yet."""

    person_id: str
    kind: str
    sections: frozenset[str] = frozenset()
    parent_at: datetime | None = None
    lea_at: datetime | None = None
    input_at: datetime | None = None

    def covers(self, section: str) -> bool:
        return not self.sections or section in self.sections


def lacks(excusal: Excusal, start: datetime) -> tuple[str, ...]:
    """What keeps it from being complete: parent, lea or input, each with "_late" when it came after the start.

    The law asks that the input come before the meeting; an agreement made later excuses nobody from what is over.
    """
    needed = [(PARENT, excusal.parent_at), (LEA, excusal.lea_at)]
    if excusal.kind == EXCUSED:
        needed.append(("input", excusal.input_at))
    found = []
    for name, moment in needed:
        if moment is None:
            found.append(name)
        elif moment >= start:
            found.append(f"{name}_late")
    return tuple(found)


def standing(excusals: Iterable[Excusal], person_id: str, section: str, start: datetime) -> str:
    """How this member stands for this section: "excused", "not_needed", "incomplete" (one lacks something), or ""."""
    found = ""
    for excusal in excusals:
        if excusal.person_id != person_id or not excusal.covers(section):
            continue
        if lacks(excusal, start):
            found = found or "incomplete"
        elif excusal.kind == EXCUSED:
            return EXCUSED
        else:
            found = NOT_NEEDED
    return found


def seat_standing(holders: Collection[str], excusals: Collection[Excusal], section: str, start: datetime) -> str:
    """How an empty seat stands: as its holder who is excused the least, for any of them could have filled it."""
    order = ("", "incomplete", NOT_NEEDED, EXCUSED)
    stands = [order.index(standing(excusals, holder, section, start)) for holder in holders]
    return order[min(stands, default=0)]
