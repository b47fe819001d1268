"""C24: the dates of the plan against its year: the annual review (300.324(b)), and services that follow their notice.

And the student's last evaluation, where it is noted, against the three years of 300.303(b)(2).
"""

from collections.abc import Callable, Iterator, Mapping

from server.domain.file_dates import reevaluation_due, years_after
from server.domain.readiness.facts import Answer, Facts, Finding, Place, Unchecked

# The field of a row that must be reached before the plan is reviewed.
ENDS = {"goal": "date", "service": "end"}


def dates(facts: Facts) -> Iterator[Answer]:
    """A service that starts on the meeting's day or before it cannot follow its notice; no row outlasts its year."""
    review = years_after(facts.held_on, 1)
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
    evaluated = facts.file.evaluated_on
    if evaluated is None:
        yield Unchecked("C24", "evaluation_unknown")
    elif (due := reevaluation_due(evaluated)) < facts.held_on:
        yield Finding("C24", "reevaluation_late", Place(facts.section), {"due": due.isoformat()})


def _at(place: Place, field: str) -> Place:
    return Place(place.section, place.kind, place.ordinal, field)


CHECKS: Mapping[str, Callable[[Facts], Iterator[Answer]]] = {"C24": dates}
