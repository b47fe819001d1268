"""What stands between a section and its seal: rules as data, and what each finds in plain facts. No I/O.

The rules show facts and never a verdict on the law. What Roundtable does not know is said to be unchecked; nothing
passes in silence.
"""

from server.domain.readiness.evaluate import Readiness, evaluate
from server.domain.readiness.facts import (
    Block,
    Contradiction,
    DecisionFacts,
    Facts,
    Finding,
    NoticeFacts,
    Part,
    Place,
    Seat,
    SectionText,
    ThreadFacts,
    Unchecked,
)
from server.domain.readiness.profile import PROFILES, Profile
from server.domain.readiness.rules import BLOCK, RULES, WARN, Rule

__all__ = [
    "BLOCK",
    "PROFILES",
    "RULES",
    "WARN",
    "Block",
    "Contradiction",
    "DecisionFacts",
    "Facts",
    "Finding",
    "NoticeFacts",
    "Part",
    "Place",
    "Profile",
    "Readiness",
    "Rule",
    "Seat",
    "SectionText",
    "ThreadFacts",
    "Unchecked",
    "evaluate",
]
