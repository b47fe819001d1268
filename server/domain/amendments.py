"""Amending a final plan by agreement in writing, without a meeting (34 CFR 300.324(a)(4) and (6)).

A proposal is written, offered, answered, and put into effect; or it is withdrawn, or another one takes its place. An
answer is to the exact words and the reason that were offered (`mark`): to others it says nothing. Two households are
equal, so nobody's no is passed over: where somebody declines or asks for a meeting, the way on is a meeting.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.roles import FAMILY, LEA_REPRESENTATIVE

DRAFT, OFFERED, WITHDRAWN, SUPERSEDED, IN_EFFECT = "draft", "offered", "withdrawn", "superseded", "in_effect"
OPEN = frozenset({DRAFT, OFFERED})

AGREE, DECLINE, MEETING = "agree", "decline", "meeting"
ANSWERS = (AGREE, DECLINE, MEETING)
AGAINST = frozenset({DECLINE, MEETING})

MOST_REASON = 2000
MOST_WORDS = 4000
MOST_SENTENCE = 1000

# What is still missing before a proposal may come into effect.
NO_LEA, NO_PARENT, SOMEBODY_AGAINST = "lea", "parent", "against"


@dataclass(frozen=True, slots=True)
class Answer:
    """One dated answer of one person; `mark` is that of the offer it was given to."""

    person_id: str
    role: str
    answer: str
    mark: str
    number: int


def offer_mark(reason: str, versions: Iterable[Mapping[str, Any]]) -> str:
    """Another one as soon as the reason, a proposed word, or the final version it would change is another."""
    told = [(one["document"], one["base_hash"], one["hash"]) for one in versions]
    return hashlib.sha256(repr((reason, told)).encode()).hexdigest()[:16]


def in_force(answers: Iterable[Answer], mark: str, here: Collection[str]) -> dict[str, Answer]:
    """Each person's newest answer to this very offer, by person; of those who are in the meeting still."""
    found: dict[str, Answer] = {}
    for one in sorted(answers, key=lambda answer: answer.number):
        if one.mark == mark and one.person_id in here:
            found[one.person_id] = one
    return found


def missing(answers: Iterable[Answer]) -> list[str]:
    """What the answers in force lack of an agreement between the school and a parent; [] for nothing."""
    given = list(answers)
    agreed = {one.role for one in given if one.answer == AGREE}
    found = [] if LEA_REPRESENTATIVE in agreed else [NO_LEA]
    if not agreed & FAMILY:
        found.append(NO_PARENT)
    if any(one.answer in AGAINST for one in given):
        found.append(SOMEBODY_AGAINST)
    return found
