"""What the family and the school write to each other through the year, whatever the meeting's phase.

Each of the family has a thread of their own with the school's team: a parent's words are not shown to the other parent.
"""

from datetime import date

from server.domain.calendar import Beyond
from server.domain.readiness.profile import Profile

MOST_TEXT = 5000
MOST_MESSAGES = 2000  # in one meeting


def answer_due(profile: Profile, written_on: date) -> date | None:
    """By when a message of the family has its answer, where the state or the district names a number of days."""
    if profile.message is None:
        return None
    try:
        return profile.days.after(written_on, profile.message)
    except Beyond:
        return None
