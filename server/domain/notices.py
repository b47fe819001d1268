"""A prior written notice (34 CFR 300.503): its seven elements, what a draft of one still lacks, its states.

It tells of what the school proposes or refuses to do, a reasonable time before that is done, and never before the
meeting that decides it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from server.domain.decisions import REFUSED

DRAFT, APPROVED, REMOVED = "draft", "approved", "removed"
PROPOSES, REFUSES = "proposes", "refuses"
PART_KINDS = (PROPOSES, REFUSES)

# The elements of 300.503(b), in its order.
ACTION, REASONS, BASIS, SAFEGUARDS, CONTACTS, OPTIONS, FACTORS = 1, 2, 3, 4, 5, 6, 7
ELEMENTS = (ACTION, REASONS, BASIS, SAFEGUARDS, CONTACTS, OPTIONS, FACTORS)
OF_A_PART = {ACTION: "action", REASONS: "reasons", BASIS: "basis", FACTORS: "factors"}

MAIL, PAPER, ALOUD = "mail", "paper", "aloud"
WAYS = (PAPER, ALOUD)  # that somebody notes by hand

ON_COURSE, BEHIND, DONE, NOT_DONE, CHANGED = "on_course", "behind", "done", "not_done", "changed"
REVIEW_STATES = (ON_COURSE, BEHIND, DONE, NOT_DONE, CHANGED)

Part = dict[str, Any]


class Missing(NamedTuple):
    """An element that is not told yet: of that `part`, or (None) of the notice as a whole."""

    element: int
    part: int | None


def empty_part(kind: str = PROPOSES) -> Part:
    return {"decision": None, "kind": kind, "action": "", "reasons": "", "basis": "", "options": [], "factors": ""}


def part_of(decision: Mapping[str, Any]) -> Part:
    """What a decision gives to a notice: its own words, element by element."""
    basis = [f"{one['text']} ({one['date']})" if one["date"] else one["text"] for one in decision["basis"]]
    return {
        "decision": decision["id"],
        "kind": REFUSES if decision["outcome"] == REFUSED else PROPOSES,
        "action": decision["action"],
        "reasons": decision["reasons"],
        "basis": "\n".join(basis),
        "options": [
            {"text": option["text"], "why": option["why"]} for option in decision["options"] if not option["chosen"]
        ],
        "factors": decision["other_factors"],
    }


def missing(parts: Sequence[Mapping[str, Any]], safeguards: str, contacts: str) -> list[Missing]:
    """What stands between a draft and its approval, in the order in which it is read."""
    found = [Missing(ACTION, None)] if not parts else []
    for index, part in enumerate(parts):
        found += [Missing(element, index) for element in lacking(part)]
    if not safeguards.strip():
        found.append(Missing(SAFEGUARDS, None))
    if not contacts.strip():
        found.append(Missing(CONTACTS, None))
    return found


def lacking(part: Mapping[str, Any]) -> list[int]:
    """The elements that one part does not tell. Each other option says why it was not chosen."""
    blank = [element for element, name in OF_A_PART.items() if not part[name].strip()]
    options = part["options"]
    if not options or any(not option["why"].strip() for option in options):
        blank.append(OPTIONS)
    return sorted(blank)


def decisions_of(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    return [part["decision"] for part in parts if part["decision"] is not None]
