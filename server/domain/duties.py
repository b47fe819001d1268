"""What a final plan asks of each teacher and provider (34 CFR 300.323(d)), and what of it changed.

A row is a service, an accommodation or a goal. Who it names, by name, by title or by what they are, has it on their
page; a row that names nobody of the team stands on everybody's, so that none is lost.
"""

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.domain.readiness.prompts import plain

_CALLED: Mapping[str, tuple[str, ...]] = {
    seat: tuple(words)
    for seat, words in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
# The sections that say what somebody must do.
SECTIONS = ("services", "accommodations", "goals")
LEAST_TITLE = 4  # letters, for a title to name somebody


@dataclass(frozen=True, slots=True)
class Row:
    """A typed block of a final section: `kind` goal, service or accommodation, `label` what it is called by."""

    section: str
    kind: str
    ordinal: int
    label: str
    fields: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        return "\n".join(value for _, value in self.fields)


@dataclass(frozen=True, slots=True)
class Someone:
    """Somebody of the school. `called`: seats they fill and their role."""

    person_id: str
    name: str
    title: str
    called: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """`before` None: it is new; `now` None: it is no longer asked."""

    before: Row | None
    now: Row | None

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """Of a row that is still there: each field that reads otherwise, as it was and as it is."""
        if self.before is None or self.now is None:
            return []
        old = dict(self.before.fields)
        return [(name, old.get(name, ""), value) for name, value in self.now.fields if old.get(name, "") != value]


def is_named(someone: Someone, text: str) -> bool:
    """Whether a row's words name this person: by family name, by title, or by what they are."""
    said = plain(text)
    wanted = {plain(someone.name), plain(someone.name).rpartition(" ")[2]}
    if len(plain(someone.title)) >= LEAST_TITLE:
        wanted.add(plain(someone.title))
    wanted.update(word for seat in someone.called for word in _CALLED.get(seat, ()))
    return any(re.search(rf"\b{re.escape(words)}\b", said) for words in wanted if words)


def share_out(rows: Sequence[Row], team: Iterable[Someone]) -> tuple[dict[str, list[Row]], list[Row]]:
    """By person the rows that name them, and the rows that name nobody: every row is somewhere."""
    found = {someone.person_id: [row for row in rows if is_named(someone, row.words)] for someone in team}
    named = {id(row) for own in found.values() for row in own}
    return found, [row for row in rows if id(row) not in named]


def changes(before: Sequence[Row], now: Sequence[Row]) -> list[Change]:
    """What reads otherwise, in the order of the plan. A row keeps its label, or else its place, to be the same row."""
    left = [row for row in before if _same(row) not in {_same(one) for one in now}]
    found = []
    for row in now:
        if _same(row) in {_same(one) for one in before}:
            continue
        mine = [one for one in left if one.kind == row.kind]
        was = next((one for one in mine if plain(one.label) == plain(row.label)), None)
        if was is None:
            was = next((one for one in mine if one.ordinal == row.ordinal and not _kept(one, now)), None)
        if was is not None:
            left.remove(was)
        found.append(Change(was, row))
    return [*found, *(Change(row, None) for row in left)]


def _same(row: Row) -> tuple[str, tuple[tuple[str, str], ...]]:
    return row.kind, row.fields


def _kept(row: Row, now: Collection[Row]) -> bool:
    """Whether some row of now goes by this one's label."""
    return any(one.kind == row.kind and plain(one.label) == plain(row.label) for one in now)


def seen_mark(versions: Mapping[str, int]) -> str:
    """A short mark of the sealed versions (document -> entry) that somebody had before them."""
    told = ",".join(f"{document}:{number}" for document, number in sorted(versions.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
