"""Decisions as a team takes them: outcomes, positions, and what a notice of 34 CFR 300.503(b) would still lack.

Teams decide by consensus (34 CFR 300.321, 300.324): a position is a member's own, with words, and nothing here or
anywhere else ever counts them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from server.domain.roles import TEAM

AGREED, PROPOSED, REFUSED, DEFERRED, WITHDRAWN = "agreed", "proposed", "refused", "deferred", "withdrawn"
OUTCOMES = (AGREED, PROPOSED, REFUSED, DEFERRED, WITHDRAWN)

OPEN, SETTLED, SUPERSEDED = "open", "settled", "superseded"

AGREE, AGREE_IN_PART, DISAGREE, NOT_PRESENT, NO_POSITION = (
    "agree",
    "agree_in_part",
    "disagree",
    "not_present",
    "no_position",
)
POSITIONS = (AGREE, AGREE_IN_PART, DISAGREE, NOT_PRESENT, NO_POSITION)
# Whoever takes one is there to take it.
OWN_POSITIONS = (AGREE, AGREE_IN_PART, DISAGREE, NO_POSITION)
DISSENT = frozenset({AGREE_IN_PART, DISAGREE})

MOST_DECISIONS = 500  # in one meeting

# Members of the team take positions; an advocate, an interpreter or an observer speaks, and is no member of it.
MEMBERS = TEAM

# What the outcome makes of the plan: only these set numbers in the draft.
CHANGES_THE_PLAN = frozenset({AGREED, PROPOSED})
# What must be told to the parents in writing before it is done (34 CFR 300.503(a)).
NEEDS_NOTICE = frozenset({AGREED, PROPOSED, REFUSED})


def missing_to_settle(decision: Mapping[str, Any]) -> list[str]:
    """The fields that a decision still lacks before its words can be read back and settled, first things first."""
    missing = []
    if decision["outcome"] is None:
        missing.append("outcome")
    if not decision["action"] and decision["outcome"] != WITHDRAWN:
        missing.append("action")
    if decision["outcome"] == DEFERRED:
        missing += [field for field in ("deferred_to", "deferred_until") if not decision[field]]
    return missing


def missing_for_notice(decision: Mapping[str, Any]) -> list[int]:
    """Which elements of 34 CFR 300.503(b) this decision does not tell yet; 4 and 5 are the district's own words.

    1 the action, 2 why, 3 what it is based on, 6 the other options with why not, 7 other factors.
    """
    others = [option for option in decision["options"] if not option["chosen"]]
    told = {
        1: bool(decision["action"]),
        2: bool(decision["reasons"]),
        3: bool(decision["basis"]),
        6: bool(others) and all(option["why"] for option in others),
        7: bool(decision["other_factors"]),
    }
    return [element for element, there in told.items() if not there]


def seen_mark(revision: int, positions: Iterable[Mapping[str, Any]]) -> str:
    """A short mark of what somebody had before their eyes: the words' revision and everybody's position.

    Whoever settles sends it back, so that nothing is settled over an objection that they have not seen.
    """
    told = sorted((one["person_id"], one["position"], one["words"], one["noted_by"]) for one in positions)
    data = json.dumps([revision, told], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:16]
