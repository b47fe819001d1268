"""Which days can be meant at all: a year typed with two digits arrives as one of the first century."""

from datetime import date

EARLIEST = date(1990, 1, 1)  # no student was born before, nothing is noted of one
LATEST = date(2100, 12, 31)


def can_be_meant(day: date) -> bool:
    """Whether the day is one of a student's life in school, and not a slip of the hand."""
    return EARLIEST <= day <= LATEST
