"""Calendar, business and school days (34 CFR 300.11), counted by a district's calendar, which is data.

A business day is a Monday to Friday that is no federal or state holiday (300.11(b)); a school day is one on which
children are at school for instruction, also for part of it (300.11(c)(1)).
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "calendars"
FLOOR = "federal"

CALENDAR, BUSINESS, SCHOOL = "calendar", "business", "school"
KINDS = (CALENDAR, BUSINESS, SCHOOL)

A_DAY = timedelta(days=1)
MOST_COUNTED = 5000  # days looked at for one answer: beyond that a calendar has no such day
SATURDAY, SUNDAY = 5, 6


class Beyond(LookupError):
    """The district's calendar does not reach to this day, so nobody can say whether it is a school day."""


@dataclass(frozen=True, slots=True)
class Days:
    """So many days of one kind."""

    days: int
    kind: str = CALENDAR

    def __post_init__(self) -> None:
        if self.days < 0 or self.kind not in KINDS:
            raise ValueError(f"no stretch of days: {self.days} {self.kind}")


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday of every year, by its day, or as the nth weekday of its month (-1: the last; 0 is Monday)."""

    name: str
    month: int
    day: int = 0
    weekday: int = 0
    nth: int = 0

    def kept_in(self, year: int) -> date:
        """The day on which it is kept; a Saturday's one day early, so perhaps in the year before."""
        if self.nth == 0:
            found = date(year, self.month, self.day)
            return (
                found - A_DAY if found.weekday() == SATURDAY else found + A_DAY if found.weekday() == SUNDAY else found
            )
        if self.nth > 0:
            first = date(year, self.month, 1)
            return first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1))
        last = date(year + self.month // 12, self.month % 12 + 1, 1) - A_DAY
        return last - timedelta(days=(last.weekday() - self.weekday) % 7)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A district's days. `terms`: first and last day of each; `no_school`: stretches in them without school."""

    id: str
    name: str
    holidays: tuple[Holiday, ...] = ()
    closed: frozenset[date] = frozenset()
    terms: tuple[tuple[date, date], ...] = ()
    no_school: tuple[tuple[date, date], ...] = ()
    _kept: dict[int, Collection[date]] = field(default_factory=dict, compare=False, repr=False)

    def is_holiday(self, day: date) -> bool:
        """Whether offices are closed, weekends apart."""
        if day in self.closed:
            return True
        if (kept := self._kept.get(day.year)) is None:
            years = (day.year, day.year + 1) if day.year < date.max.year else (day.year,)
            kept = self._kept[day.year] = frozenset(one.kept_in(year) for one in self.holidays for year in years)
        return day in kept

    def counts(self, day: date, kind: str) -> bool:
        """Whether this is a day of that kind. Raises `Beyond` for a school day that the calendar knows nothing of."""
        if kind == CALENDAR:
            return True
        business = day.weekday() < SATURDAY and not self.is_holiday(day)
        if kind == BUSINESS:
            return business
        if not self.terms or not self.terms[0][0] <= day <= self.terms[-1][1]:
            raise Beyond(day.isoformat())
        return (
            business
            and any(first <= day <= last for first, last in self.terms)
            and not any(first <= day <= last for first, last in self.no_school)
        )

    def after(self, day: date, span: Days) -> date:
        """The day that lies so many days of that kind after `day`; the day itself is not counted. Raises `Beyond`."""
        return self._step(day, span, A_DAY)

    def before(self, day: date, span: Days) -> date:
        """The last day on which it is still so many days of that kind until `day`. Raises `Beyond`."""
        return self._step(day, span, -A_DAY)

    def between(self, first: date, last: date, kind: str) -> int:
        """How many days of that kind lie after `first` and up to `last`; negative when `last` is the earlier one."""
        if last < first:
            return -self.between(last, first, kind)
        return sum(self.counts(day, kind) for day in _days(first, last))

    def _step(self, day: date, span: Days, step: timedelta) -> date:
        left = span.days
        for _ in range(MOST_COUNTED):
            if left == 0:
                return day
            try:
                day += step
            except OverflowError:
                break
            left -= self.counts(day, span.kind)
        raise Beyond(day.isoformat())


def _days(first: date, last: date) -> Iterator[date]:
    while first < last:
        first += A_DAY
        yield first


@lru_cache
def calendar(name: str) -> Calendar:
    """The calendar of this name. Raises `ValueError` for one that there is not, or that says something unknown."""
    floor = _read(FLOOR)
    own = floor if name == FLOOR else _read(name)
    unknown = own.keys() - {"name", "holidays", "closed", "terms", "no_school"}
    if unknown:
        raise ValueError(f"calendar {name}: unknown {', '.join(sorted(unknown))}")
    holidays = floor["holidays"] if own is floor else [*floor["holidays"], *own.get("holidays", ())]
    return Calendar(
        name,
        own["name"],
        tuple(Holiday(**holiday) for holiday in holidays),
        frozenset(date.fromisoformat(day) for day in own.get("closed", ())),
        tuple(sorted(_stretch(one) for one in own.get("terms", ()))),
        tuple(_stretch(one) for one in own.get("no_school", ())),
    )


def _read(name: str) -> Mapping[str, Any]:
    path = FOLDER / f"{name}.toml"
    if not name.isidentifier() or not path.is_file():
        raise ValueError(f"no calendar {name}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _stretch(value: list[str]) -> tuple[date, date]:
    first, last = (date.fromisoformat(day) for day in value)
    if last < first:
        raise ValueError(f"a stretch of days that ends before it begins: {first}")
    return first, last
