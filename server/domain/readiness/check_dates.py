"""C24: the dates of the plan against its year: the annual review (300.324(b)), and services that follow their notice.

When the student was last evaluated (300.303) is not kept here, and said to be unchecked.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from server.domain.readiness.facts import Answer, Facts, Finding, Place, Unchecked

# The field of a row that must be reached before the plan is reviewed.
ENDS = {"goal": "date", "service": "end"}


def a_year_after(day: date) -> date:
    """The day by which the plan is reviewed again; of February 29 that is the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def dates(facts: Facts) -> Iterator[Answer]:
    """A service that starts on the meeting's day or before it cannot follow its notice; no row outlasts its year."""
    review = a_year_after(facts.held_on)
    for block in facts.text.blocks:
        place = Place(facts.section, block.kind, block.ordinal)
        start = block.days.get("start")
        if start is not None and start <= facts.held_on:
            about = {"number": block.ordinal, "field": "start"}
            yield Finding("C24", "before_notice", _at(place, "start"), about)
        field = ENDS.get(block.kind, "")
        end = block.days.get(field)
        if end is not None and end > review:
            yield Finding("C24", "after_review", _at(place, field), {"number": block.ordinal, "field": field})
    yield Unchecked("C24", "evaluation_unknown")


def _at(place: Place, field: str) -> Place:
    return Place(place.section, place.kind, place.ordinal, field)


CHECKS: Mapping[str, Callable[[Facts], Iterator[Answer]]] = {"C24": dates}
