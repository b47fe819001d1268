"""Reports of progress through the year: when they are due, and what each says of a goal (34 CFR 300.320(a)(3)(ii)).

A report tells what its writer expects; that a goal is not expected to be reached is no fault of anybody, and a matter
for the team, which revises the plan to address it (300.324(b)(1)(ii)(A)).
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from server.domain.readiness.profile import Profile

REACHED, EXPECTED, NOT_EXPECTED = "reached", "expected", "not_expected"
OUTLOOKS = (REACHED, EXPECTED, NOT_EXPECTED)

MOST_DAYS = 12  # report dates of one plan
MOST_WORDS = 2000
MOST_REPORTS = 200
A_YEAR = timedelta(days=366)


def suggested(profile: Profile, today: date) -> list[date]:
    """The dates of the coming year that the profile names, or []."""
    days = [date(year, month, day) for month, day in profile.reports for year in (today.year, today.year + 1)]
    return sorted(day for day in days if today <= day < today + A_YEAR)


def still_due(days: Iterable[str], done: Collection[str]) -> list[date]:
    """Report dates (ISO 8601) for which not every goal has its report."""
    return [date.fromisoformat(day) for day in sorted(set(days) - set(done))]


def goal_key(meeting_id: str, goal: str) -> str:
    """One name for a goal of a meeting's plan, so that it comes back once whoever reports of it, and how often."""
    return "goal_" + hashlib.sha256(f"{meeting_id}\0{goal}".encode()).hexdigest()[:24]
