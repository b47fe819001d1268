"""C12 to C14: is each row of the service grid complete, is staff support answered, does the time outside agree."""

import re
from collections.abc import Callable, Iterator, Mapping

from server.domain.readiness.check_content import answers, part_of
from server.domain.readiness.facts import Answer, Block, Facts, Finding, Place, SectionText, Unchecked
from server.domain.readiness.prompts import is_blank, plain
from server.domain.readiness.quantities import (
    has_number,
    is_for_staff,
    is_outside,
    shares,
    weekly_minutes,
)

NEEDED = ("frequency", "minutes", "location", "start", "end")
_AS_NEEDED = re.compile(
    r"\bas (needed|appropriate|necessary|required)\b|\bwhen (needed|necessary)\b|\bsegun sea necesario\b"
)


def rows(facts: Facts) -> Iterator[Answer]:
    found = _written(facts.text)
    if not found:
        yield Finding("C12", "no_service", Place(facts.section))
    for row in found:
        blank = [name for name in NEEDED if _is_missing(name, row.fields[name])]
        if blank:
            place = Place(facts.section, row.kind, row.ordinal, blank[0])
            about = {"number": row.ordinal, "name": row.fields["service"], "fields": tuple(blank)}
            yield Finding("C12", "row_incomplete", place, about)


def _written(text: SectionText) -> list[Block]:
    return [row for row in text.of_kind("service") if not all(map(is_blank, row.fields.values()))]


def _is_missing(name: str, value: str) -> bool:
    """ "As needed" is no frequency, and a day or a number of minutes has a number."""
    if is_blank(value) or _AS_NEEDED.search(plain(value)):
        return True
    return name in {"minutes", "start", "end"} and not has_number(value)


def staff_support(facts: Facts) -> Iterator[Answer]:
    if not is_for_staff(facts.text.all_text):
        yield Finding("C13", "no_staff_support", Place(facts.section))


def time_outside(facts: Facts) -> Iterator[Answer]:
    """What is said of the time outside the regular class is what the grid adds up to, and is explained."""
    grid = facts.known("services")
    if grid is None:
        yield Unchecked("C14", "section_unknown")
        return
    outside = [row for row in _written(grid) if is_outside(row)]
    if facts.section == "placement" and outside:
        part = part_of(facts.text, "outside")
        if not answers(part):
            place = Place(facts.section, heading=part.ordinal if part else 0)
            yield Finding("C14", "outside_unexplained", place)
    minutes = [weekly_minutes(row) for row in outside]
    if any(one is None for one in minutes):
        yield Unchecked("C14", "grid_unclear")
        return
    total = sum(one for one in minutes if one is not None)
    for part in facts.text.parts:
        for said in shares("\n".join(part.texts)):
            week = said.week or _week(facts)
            expected = 100 * total / week if said.is_percent else float(total)
            if week and abs(said.outside - expected) > (0.51 * 10**-said.decimals if said.is_percent else 0.5):
                place = Place(facts.section, heading=part.ordinal)
                about = {"said": said.words, "minutes": total, "week": week, "inside": _inside(total, week)}
                yield Finding("C14", "time_differs", place, about)


def _week(facts: Facts) -> int:
    """The minutes of a week that the draft itself reckons with, or the profile's."""
    for text in (facts.known("placement"), facts.known("services")):
        for part in text.parts if text else ():
            for said in shares("\n".join(part.texts)):
                if said.week:
                    return said.week
    return facts.profile.week_minutes


def _inside(total: int, week: int) -> str:
    return f"{100 - 100 * total / week:.1f}"


CHECKS: Mapping[str, Callable[[Facts], Iterator[Answer]]] = {"C12": rows, "C13": staff_support, "C14": time_outside}
