"""Facts about real participation that a case manager may want to see before anybody else does. Never a verdict.

Preparing and drafting are allowed (34 CFR 300.501(b)(3)); a plan that is settled before the parents are heard is not.
Whether anything here is one or the other no rule can say: each fact stands with its place and with where it comes from.
Nobody but the case manager is shown them, and nothing of them is kept.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from server.domain.decisions import AGREED, PROPOSED, REFUSED, WITHDRAWN
from server.domain.readiness.prompts import plain
from server.domain.roles import PREWORK

FINAL_EARLY, ONE_OPTION, SAME_TEXT, REFUSAL, NO_BASIS, NOTHING_SENT, UNCHANGED = RULES = (
    "final_early",
    "one_option",
    "same_text",
    "refusal",
    "no_basis",
    "nothing_sent",
    "unchanged",
)

# Where each comes from: regulations, commentary and cases, as people cite them.
SOURCES: Mapping[str, tuple[str, ...]] = {
    FINAL_EARLY: ("34 CFR 300.501(b), (c)", "71 Fed. Reg. 46678", "H.B. v. Las Virgenes (9th Cir. 2007)"),
    ONE_OPTION: ("34 CFR 300.503(b)(6)", "H.B. v. Las Virgenes (9th Cir. 2007)", "R.L. v. Miami-Dade (11th Cir. 2014)"),
    SAME_TEXT: ("34 CFR 300.320(a), 300.324(a)", "Endrew F. (U.S. 2017)"),
    REFUSAL: ("34 CFR 300.503(a), (b)", "Deal v. Hamilton County (6th Cir. 2004)"),
    NO_BASIS: ("34 CFR 300.503(b)(2), (3)", "Endrew F. (U.S. 2017)"),
    NOTHING_SENT: ("34 CFR 300.322(a), (b), (d)", "71 Fed. Reg. 46678"),
    UNCHANGED: ("34 CFR 300.324(a)(1)", "Deal v. Hamilton County (6th Cir. 2004)"),
}

_DATA = tomllib.loads(Path(__file__).with_name("guard.toml").read_text(encoding="utf-8"))
_LEFT_OUT = frozenset(_DATA["left_out"]["words"].split())
LEAST_WORDS = 8  # of a sentence, for two plans' being the same to say anything
MOST_SENTENCES = 300  # of one plan that are compared
MOST_FACTS = 20  # of one rule that are shown
QUOTE = 240  # characters

PLACEMENT = "placement"
SECTION, DECISION, THREAD, PERSON = "section", "decision", "thread", "person"


@dataclass(frozen=True, slots=True)
class Place:
    """What a fact is about: `kind` (section, decision, thread, person) and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Fact:
    """`code` says which wording tells it. `quote`: the words it is about, as they stand there, or ""."""

    rule: str
    code: str
    place: Place
    quote: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the team, and where they stand."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section. `newest`: the number of its newest text entry. `alike`: sentences that another student's plan has."""

    id: str
    sealed_at: datetime | None = None
    shared_number: int | None = None
    newest: int = 0
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision, superseded ones left out. `declined`: options of the family that were not taken and say no why."""

    id: str
    options: int
    outcome: str | None = None
    settled_at: datetime | None = None
    has_basis: bool = False
    of_placement: bool = False
    words: str = ""
    declined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A thread of the family that was declined. `has_basis`: a decision answers it that says what it is based on."""

    thread_id: str
    words: str
    has_basis: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """A parent. `told`: an invitation or notice went to them; `opened`: they opened something of the shared draft."""

    person_id: str
    told: bool
    opened: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What the rules look at. `called_for`: when the meeting was to begin."""

    phase: str
    called_for: datetime
    parts: tuple[Part, ...] = ()
    choices: tuple[Choice, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    parents: tuple[Reader, ...] = ()
    passages: tuple[Passage, ...] = field(default=())


def facts(look: Look) -> dict[str, list[Fact]]:
    """What there is to see, by rule in the order of `RULES`; at most `MOST_FACTS` of each."""
    found: dict[str, list[Fact]] = {rule: [] for rule in RULES}
    for fact in _all(look):
        if len(found[fact.rule]) < MOST_FACTS:
            found[fact.rule].append(fact)
    return found


def _all(look: Look) -> Iterator[Fact]:
    yield from _final_early(look)
    yield from _one_option(look)
    for part in look.parts:
        for sentence in part.alike:
            yield Fact(SAME_TEXT, "same_text", Place(SECTION, part.id), shortened(sentence))
    for passage in look.passages:
        for sentence in with_phrase("refusal", passage.text):
            yield Fact(REFUSAL, "refusal", passage.place, sentence)
    yield from _no_basis(look)
    yield from _nothing_sent(look)
    for part in look.parts:
        if part.sealed_at and part.shared_number is not None and part.newest < part.shared_number:
            yield Fact(UNCHANGED, "unchanged", Place(SECTION, part.id), at=part.sealed_at)


def _final_early(look: Look) -> Iterator[Fact]:
    for part in look.parts:
        if part.sealed_at and part.sealed_at < look.called_for:
            yield Fact(FINAL_EARLY, "sealed_early", Place(SECTION, part.id), at=part.sealed_at)
    for choice in look.choices:
        if choice.settled_at and choice.settled_at < look.called_for:
            yield Fact(FINAL_EARLY, "settled_early", Place(DECISION, choice.id), choice.words, choice.settled_at)
        elif look.phase == PREWORK and choice.outcome is not None:
            yield Fact(FINAL_EARLY, "outcome_early", Place(DECISION, choice.id), choice.words)
    if look.phase == PREWORK:
        for passage in look.passages:
            for sentence in with_phrase("final", passage.text):
                yield Fact(FINAL_EARLY, "final_words", passage.place, sentence)


def _one_option(look: Look) -> Iterator[Fact]:
    for choice in look.choices:
        if choice.outcome == WITHDRAWN:
            continue
        if choice.options == 1 or (choice.options == 0 and choice.of_placement):
            code = "one_option" if choice.options else "no_option"
            yield Fact(ONE_OPTION, code, Place(DECISION, choice.id), choice.words)


def _no_basis(look: Look) -> Iterator[Fact]:
    for proposal in look.proposals:
        if not proposal.has_basis:
            yield Fact(NO_BASIS, "declined", Place(THREAD, proposal.thread_id), proposal.words)
    for choice in look.choices:
        if choice.outcome == REFUSED and not choice.has_basis:
            yield Fact(NO_BASIS, "refused", Place(DECISION, choice.id), choice.words)
        if choice.outcome in {AGREED, PROPOSED, REFUSED}:
            for option in choice.declined:
                yield Fact(NO_BASIS, "option_without_why", Place(DECISION, choice.id), shortened(option))


def _nothing_sent(look: Look) -> Iterator[Fact]:
    shared = any(part.shared_number is not None for part in look.parts)
    for parent in look.parents:
        place = Place(PERSON, parent.person_id)
        if not parent.told:
            yield Fact(NOTHING_SENT, "not_told", place)
        if not shared:
            yield Fact(NOTHING_SENT, "not_shared", place)
        elif not parent.opened:
            yield Fact(NOTHING_SENT, "not_opened", place)


# --- words ---

_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_WORD = re.compile(r"\w+")


def sentences(text: str) -> list[str]:
    return [one for part in _END.split(text) if (one := " ".join(part.split()))]


def shortened(text: str) -> str:
    return text if len(text) <= QUOTE else text[: QUOTE - 1] + "…"


def _pattern(kind: str) -> re.Pattern[str]:
    phrases = (re.escape(phrase) for by_language in _DATA[kind].values() for phrase in by_language)
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")


_PHRASES = {kind: _pattern(kind) for kind in ("refusal", "final")}


def with_phrase(kind: str, text: str) -> list[str]:
    """The sentences of a text that have one of the phrases ("refusal", "final"), each as it stands there."""
    return [
        shortened(sentence) for sentence in sentences(text) if _PHRASES[kind].search(plain(sentence.replace("’", "'")))
    ]


def normalized(sentence: str, names: Iterable[str]) -> str | None:
    """A sentence as it is compared with another plan's: bare words, without who it is about. `names`: the student's.

    None for one that is too short to say anything.
    """
    left_out = _LEFT_OUT | {word for name in names for word in _WORD.findall(plain(name)) if len(word) > 1}
    kept = [word for word in _WORD.findall(plain(sentence)) if word not in left_out]
    return " ".join(kept) if len(kept) >= LEAST_WORDS else None
