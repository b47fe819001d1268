"""Dates that the student's file holds, and what follows from them: when to evaluate again, and when to give notice."""

from datetime import date
from typing import NamedTuple

REEVALUATION_YEARS = 3  # 34 CFR 300.303(b)(2)


class FileDates(NamedTuple):
    """`evaluated_on`: the last (re)evaluation was completed. `safeguards_on`: the parents got the procedural safeguards
    notice. `eligible_on`: the student was first found eligible. None where nobody has noted it.
    """

    evaluated_on: date | None = None
    safeguards_on: date | None = None
    eligible_on: date | None = None

    def facts(self) -> dict[str, str | None]:
        """As an entry tells it: ISO 8601."""
        return {name: day.isoformat() if day else None for name, day in self._asdict().items()}


def years_after(day: date, years: int) -> date:
    """The same day so many years on; of February 29 that is the 28th where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def reevaluation_due(evaluated_on: date) -> date:
    """The day by which the student is evaluated again, unless parents and school agree that it is not needed."""
    return years_after(evaluated_on, REEVALUATION_YEARS)


def school_year_of(day: date, starts: tuple[int, int]) -> date:
    """The first day of the school year that `day` is in. `starts`: its month and day."""
    begins = date(day.year, *starts)
    return begins if begins <= day else date(day.year - 1, *starts)
