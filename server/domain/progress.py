"""Measured data on a goal, and the line from where the student was to where the goal wants them.

Parents are told of progress as the plan says (34 CFR 300.320(a)(3)). Nothing here judges whether it is enough.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from server.domain.errors import Refused

MOST_POINTS = 2000  # in one meeting, with those that were corrected or taken out
GOAL_LENGTH = 300
UNIT_LENGTH = 40
NOTE_LENGTH = 1000

_VALUE = re.compile(r"-?\d{1,6}(?:[.,]\d{1,3})?", re.ASCII)
_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,6}(?:\.\d{1,3})?(?![\w/-]|[.,]\d)", re.ASCII)


class Line(NamedTuple):
    """From the baseline on its day to the target on the day that the goal names."""

    start: date
    baseline: Decimal
    end: date
    target: Decimal


def value_of(typed: str) -> Decimal:
    """A number as people type it: a comma may stand for the point. Raises `Refused` ("invalid", value)."""
    typed = typed.strip()
    if not _VALUE.fullmatch(typed):
        raise Refused("invalid", "value")
    return Decimal(typed.replace(",", "."))


def written(value: Decimal) -> str:
    """One way to write each number: no zeros that say nothing, no exponent."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def plain_number(text: str, unit: str) -> Decimal | None:
    """The only number of a text, or the only one that its unit follows; None where that is not plain."""
    found = list(_NUMBER.finditer(text))
    if len(found) > 1 and unit:
        unit = unit.casefold()
        found = [one for one in found if text[one.end() :].lstrip().casefold().startswith(unit)]
    return Decimal(found[0][0]) if len(found) == 1 else None


def line_of(baseline: str, criterion: str, *, unit: str, start: date, end: date | None) -> Line | None:
    """None unless both numbers and the days are plain."""
    first, last = plain_number(baseline, unit), plain_number(criterion, unit)
    if first is None or last is None or end is None or end <= start:
        return None
    return Line(start, first, end, last)


def goal_names(areas: Iterable[str]) -> list[str]:
    """What data is kept under: a goal's area, numbered from the second of the same area on. "" for one without."""
    seen: dict[str, int] = {}
    names = []
    for area in areas:
        name = " ".join(area.split())[: GOAL_LENGTH - 8]
        seen[name] = seen.get(name, 0) + 1
        names.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return names


class Spot(NamedTuple):
    """A place of the drawing, in its own units from the top left."""

    x: float
    y: float


class Chart(NamedTuple):
    spots: list[Spot]
    line: tuple[Spot, Spot] | None
    low: Decimal
    high: Decimal
    first: date
    last: date


LEFT, RIGHT, TOP, BOTTOM = 44.0, 308.0, 12.0, 150.0


def chart(points: Iterable[tuple[date, Decimal]], line: Line | None) -> Chart | None:
    """Where each value stands in the drawing. None where there is nothing to draw."""
    points = list(points)
    ends = [(line.start, line.baseline), (line.end, line.target)] if line else []
    every = [*points, *ends]
    if not every:
        return None
    first, last = min(day for day, _ in every), max(day for day, _ in every)
    low, high = min(Decimal(0), *(value for _, value in every)), max(Decimal(0), *(value for _, value in every))
    if low == high:
        high = low + 1

    def spot(day: date, value: Decimal) -> Spot:
        along = (day - first).days / (last - first).days if last > first else 0.5
        up = float((value - low) / (high - low))
        return Spot(round(LEFT + along * (RIGHT - LEFT), 1), round(BOTTOM - up * (BOTTOM - TOP), 1))

    drawn = (spot(*ends[0]), spot(*ends[1])) if ends else None
    return Chart([spot(*one) for one in points], drawn, low, high, first, last)
