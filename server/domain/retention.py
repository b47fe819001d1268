"""When a meeting's record may be destroyed (34 CFR 300.624, 300.573), and what forbids it (34 CFR 99.10(e)).

How long a state has it kept is data: `retention` of `server/domain/profiles`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from server.domain.roles import LIVE

# What can hold a record: an open complaint or hearing, a request to inspect it (34 CFR 99.10(e)), anything else.
HOLDS = ("complaint", "inspection", "legal")
WAYS = ("mail", "letter", "person")  # how the parents were informed
REQUEST, PERIOD = "request", "period"  # the rule under which a record is destroyed
CITATIONS = {REQUEST: "34 CFR 300.624(b)", PERIOD: "34 CFR 300.624(a)"}
# What stays without limit of time, of the list in 300.624(b): that which this installation has of it.
PERMANENT = ("name", "grade_level", "year")
MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a state has records kept: `years` from the meeting, or (`after` = "leaving") from when the student
    leaves the school; `notice_days` from when the parents are informed, in which they can take a copy.
    """

    years: int
    after: str
    citation: str
    notice_days: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one record. `ended_on`: when the meeting was closed; of one that was never held, its day."""

    phase: str
    ended_on: date
    left_on: date | None = None
    asked_on: date | None = None
    informed_on: date | None = None
    holds: int = 0


def kept_until(facts: Facts, keeping: Keeping) -> date | None:
    """The last day of the period, or None while it is not known when it begins."""
    begins = facts.ended_on if keeping.after == "meeting" else facts.left_on
    if begins is None:
        return None
    begins = max(begins, facts.ended_on)
    try:
        return begins.replace(year=begins.year + keeping.years)
    except ValueError:  # 29 February
        return begins.replace(year=begins.year + keeping.years, day=28)


def copies_until(facts: Facts, keeping: Keeping) -> date | None:
    """The last day on which the parents can take a copy, once they were informed."""
    return None if facts.informed_on is None else facts.informed_on + timedelta(days=keeping.notice_days)


def rule_of(facts: Facts) -> str:
    """Parents who asked need not wait for a period."""
    return REQUEST if facts.asked_on is not None else PERIOD


def why_not_yet(facts: Facts, keeping: Keeping, today: date) -> list[str]:
    """What stands against destroying the record today, as codes; nothing does when there are none.

    "live", "held", "not_informed"; without the parents' request also "left_unknown", "period" and "copies".
    """
    found = []
    if facts.phase == LIVE:
        found.append("live")
    if facts.holds:
        found.append("held")
    if facts.informed_on is None:
        found.append("not_informed")
    if rule_of(facts) == REQUEST:
        return found
    until, copies = kept_until(facts, keeping), copies_until(facts, keeping)
    if until is None:
        found.append("left_unknown")
    elif today <= until:
        found.append("period")
    if copies is not None and today <= copies:
        found.append("copies")
    return found
