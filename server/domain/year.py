"""The dates that a student's year must keep, each with the rule that sets it; counted, never judged.

A rule without a day of its own (a copy for the parents where the state names none) is told of without one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.domain.calendar import BUSINESS, Beyond, Days
from server.domain.file_dates import FileDates, reevaluation_due, school_year_of, years_after
from server.domain.readiness.profile import Profile

FIRST_PLAN, REVIEW, REEVALUATION = "first_plan", "review", "reevaluation"
COPY, SAFEGUARDS, WRITTEN_NOTICE, REPORT = "copy", "safeguards", "written_notice", "report"
RULES = {
    FIRST_PLAN: "34 CFR 300.323(c)(1)",
    REVIEW: "34 CFR 300.324(b)(1)",
    REEVALUATION: "34 CFR 300.303(b)(2)",
    WRITTEN_NOTICE: "34 CFR 300.503(a)",
    COPY: "34 CFR 300.322(f)",
    SAFEGUARDS: "34 CFR 300.504(a)",
    REPORT: "34 CFR 300.320(a)(3)(ii)",
}

OVERDUE, SOON, LATER, UNDATED = "overdue", "soon", "later", "undated"
NEARNESS = (OVERDUE, SOON, UNDATED, LATER)  # in the order in which they are read
SOON_DAYS = 30

# Meetings after which there is a plan that runs for a year (300.324(b)(1)(i)); an amendment changes one that runs.
MAKES_A_PLAN = frozenset({"initial", "annual_review"})


class Due(NamedTuple):
    """`day`: the last on which it is in time; None where the rule names none, or nobody noted what it counts from."""

    kind: str
    day: date | None

    @property
    def rule(self) -> str:
        return RULES[self.kind]


@dataclass(frozen=True, slots=True)
class Year:
    """What is known of one student. `planned_on`: when the plan that runs now was made.

    `first_only`: no meeting but that for a first plan was ever set up. `copy_open`: no parent has said that they got a
    copy. `notices`: when each thing that no notice tells of yet takes effect, None where no day is named.
    `reports`: dates of the plan that runs for which not every goal has its report.
    """

    file: FileDates
    planned_on: date | None = None
    first_only: bool = False
    copy_open: bool = False
    notices: Collection[date | None] = ()
    reports: Collection[date] = ()


def nearness(day: date | None, today: date) -> str:
    if day is None:
        return UNDATED
    if day < today:
        return OVERDUE
    return SOON if day <= today + timedelta(days=SOON_DAYS) else LATER


def dates_due(year: Year, profile: Profile, today: date) -> list[Due]:
    """Everything that is still to be done, the nearest first; what has no day stands between soon and later."""
    found: list[Due] = [*_plan(year, profile), *_safeguards(year.file.safeguards_on, profile, today)]
    if year.file.evaluated_on is not None:
        found.append(Due(REEVALUATION, reevaluation_due(year.file.evaluated_on)))
    found += (Due(WRITTEN_NOTICE, day) for day in sorted(set(year.notices), key=lambda one: one or date.max))
    found += (Due(REPORT, day) for day in sorted(year.reports))
    return in_order(found, today)


def in_order(found: Iterable[Due], today: date) -> list[Due]:
    return sorted(found, key=lambda one: (NEARNESS.index(nearness(one.day, today)), one.day or today))


def _plan(year: Year, profile: Profile) -> Iterable[Due]:
    eligible = year.file.eligible_on
    if year.planned_on is not None:
        yield Due(REVIEW, review_due(year.planned_on))
        if year.copy_open:
            yield Due(COPY, copy_due(profile, year.planned_on))
    elif eligible is not None and year.first_only:
        yield Due(FIRST_PLAN, _after(profile, eligible, profile.first_plan))


def planned_on(closed_at: datetime, time_zone: str) -> date:
    """The day on which a meeting made its plan: that of its close, where it was, for whatever day it was set up."""
    return closed_at.astimezone(ZoneInfo(time_zone)).date()


def review_due(planned: date) -> date:
    """The last day on which the plan's yearly review is in time."""
    return years_after(planned, 1)


def copy_due(profile: Profile, closed_on: date) -> date | None:
    """By when the parents have their copy of the plan, where the state says."""
    days = profile.copy_business_days
    return None if days is None else _after(profile, closed_on, Days(days, BUSINESS))


def _after(profile: Profile, day: date, span: Days) -> date | None:
    try:
        return profile.days.after(day, span)
    except Beyond:
        return None


def _safeguards(given: date | None, profile: Profile, today: date) -> Iterable[Due]:
    """Once a school year: due by the end of the first one in which it was not given."""
    if given is None:
        yield Due(SAFEGUARDS, None)
        return
    missed = years_after(school_year_of(given, profile.school_year), 1)
    if missed <= today:
        yield Due(SAFEGUARDS, years_after(missed, 1) - timedelta(days=1))
