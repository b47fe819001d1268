"""What the rules are held against, and what they answer: plain values, so that no rule can look anywhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.domain.file_dates import FileDates
from server.domain.readiness.profile import PROFILES, Profile


@dataclass(frozen=True, slots=True)
class Block:
    """A goal, a service row or an accommodation. `fields` has every field of its kind, "" when blank.

    `days` are those fields that say one whole date, by name.
    """

    kind: str
    ordinal: int
    fields: Mapping[str, str]
    days: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """What stands below one heading: its paragraphs and list items. The words ahead of all headings have heading ""."""

    heading: str
    ordinal: int  # counts the document's headings from 1; 0 ahead of them
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionText:
    section: str
    document_id: str
    parts: tuple[Part, ...] = ()
    blocks: tuple[Block, ...] = ()

    def of_kind(self, kind: str) -> list[Block]:
        return [block for block in self.blocks if block.kind == kind]

    @property
    def all_text(self) -> str:
        texts = [text for part in self.parts for text in (part.heading, *part.texts)]
        return "\n".join(texts + [value for block in self.blocks for value in block.fields.values()])


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    id: str
    is_open: bool
    is_answered: bool  # something came of it: a disposition, or a decision
    role: str  # its opener's
    proposes: bool
    words: str  # what it was made on


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """A settled decision about the section. `lacks`: elements of 300.503(b) that it does not tell, by their number."""

    id: str
    ordinal: int
    outcome: str
    lacks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A number that a settled decision set and the draft does not say. `block`: the row, or None where it is gone."""

    decision_id: str
    decision: int  # its ordinal
    label: str
    field: str
    decided: str
    held: str
    block: Block | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A participant: `came` at some time, `is_here` now. `fills`: the members of 300.321 that they are.

    `excusal`: how they stand for this section by `server.domain.excusals.standing`.
    """

    role: str
    locale: str
    came: bool
    is_here: bool
    fills: frozenset[str] = frozenset()
    excusal: str = ""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The newest notice. `to_parents`: whether it went to a parent. `lacks`: elements of 300.322(b) that it has not."""

    to_parents: bool = True
    lacks: tuple[str, ...] = ()
    outdated: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known when a section is about to become final. `others`: sections that its rules look at as well."""

    text: SectionText
    others: Mapping[str, SectionText] = field(default_factory=dict)
    phase: str = "live"
    held_on: date = date(2000, 1, 1)
    student_name: str = ""
    birth_date: date | None = None
    seats: Sequence[Seat] = ()
    contacts: int = 0  # attempts to reach the parents, made before the meeting began
    threads: Sequence[ThreadFacts] = ()
    decisions: Sequence[DecisionFacts] = ()
    contradictions: Sequence[Contradiction] = ()
    other_students: Sequence[str] = ()
    parents_wrote: bool = False  # in answers of their own, given to the team
    shared_on: date | None = None  # where the meeting is
    notice: NoticeFacts | None = None
    file: FileDates = field(default_factory=FileDates)
    by_agreement: bool = False  # an amendment that the school and a parent agree to in writing, without a meeting
    profile: Profile = PROFILES["federal"]

    @property
    def section(self) -> str:
        return self.text.section

    def known(self, section: str) -> SectionText | None:
        return self.text if section == self.section else self.others.get(section)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is mended: a section, and there a block's field, or a heading; or a thread, or a decision."""

    section: str
    kind: str = ""
    ordinal: int = 0
    field: str = ""
    heading: int = 0
    thread_id: str = ""
    decision_id: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One point. `code` says what in one of the words of `server.web.words_readiness`, filled with `about`."""

    rule: str
    code: str
    place: Place
    about: Mapping[str, Any] = field(default_factory=dict)
    level: str = ""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A rule, or a part of one, whose facts are not known here."""

    rule: str
    code: str


Answer = Finding | Unchecked
