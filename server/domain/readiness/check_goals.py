"""C09, C11 and C20: can each goal be measured, does its measure speak of what it wants, has each need an answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from server.domain.readiness.check_content import answers, part_of
from server.domain.readiness.facts import Answer, Block, Facts, Finding, Place, Unchecked
from server.domain.readiness.likeness import share, without_methods, words
from server.domain.readiness.prompts import is_blank
from server.domain.readiness.quantities import has_number

MEASURABLE = ("condition", "behavior", "criterion", "date", "baseline")
FOLLOWED = ("measure", "reporting")
WITH_A_NUMBER = ("criterion", "baseline")
_SPEAKS = ("area", "condition", "behavior", "criterion")


def written(facts: Facts) -> list[Block]:
    """The goals that somebody has begun to write."""
    return [goal for goal in facts.text.of_kind("goal") if not all(map(is_blank, goal.fields.values()))]


def goals(facts: Facts) -> Iterator[Answer]:
    found = written(facts)
    if not found:
        yield Finding("C09", "no_goal", Place(facts.section))
    for goal in found:
        yield from _missing("C09", facts, goal, MEASURABLE)
        for field in WITH_A_NUMBER:
            if not is_blank(goal.fields[field]) and not has_number(goal.fields[field]):
                yield Finding("C09", "no_number", _place(facts, goal, field), {"number": goal.ordinal, "field": field})
        yield from _of_another_behavior("C09", facts, goal, "baseline")


def progress(facts: Facts) -> Iterator[Answer]:
    for goal in written(facts):
        yield from _missing("C11", facts, goal, FOLLOWED)
        measure = goal.fields["measure"]
        if is_blank(measure):
            continue
        said = words(measure, leave=[facts.student_name])
        if not without_methods(said) and not has_number(measure):
            yield Finding("C11", "measure_vague", _place(facts, goal, "measure"), {"number": goal.ordinal})
        else:
            yield from _of_another_behavior("C11", facts, goal, "measure")


def _of_another_behavior(rule: str, facts: Facts, goal: Block, field: str) -> Iterator[Answer]:
    """A baseline or a measure that shares no word of meaning with its goal most likely counts something else.

    A goal's words are those of its area, condition, behavior and criterion, and for a measure those of its baseline
    too; numbers, small words, names and ways of measuring ("observation", "chart") don't count, and forms of a word
    are one word. "Starts within 2 minutes" has nothing of "will stay on task 80% of independent work time"; "82 words
    correct per minute" has "words" and "correct" of the criterion. This only asks people to look: it warns.
    """
    if is_blank(goal.fields[field]) or is_blank(goal.fields["behavior"]):
        return
    leave = [facts.student_name]
    spoken = _SPEAKS if field == "baseline" else (*_SPEAKS, "baseline")
    wanted = words(" ".join(goal.fields[name] for name in spoken), leave=leave)
    counted = without_methods(words(goal.fields[field], leave=leave))
    if counted and wanted and not share(counted, wanted):
        yield Finding(rule, "other_behavior", _place(facts, goal, field), {"number": goal.ordinal, "field": field})


def needs(facts: Facts) -> Iterator[Answer]:
    """The golden thread: each need has a goal, a service or an accommodation that uses a word of it."""
    levels = facts.known("present_levels")
    answering = [facts.known(section) for section in ("goals", "services", "accommodations")]
    if levels is None or None in answering:
        yield Unchecked("C20", "section_unknown")
        return
    part = part_of(levels, "needs")
    offered = words("\n".join(text.all_text for text in answering if text), leave=[facts.student_name])
    for index, need in enumerate(answers(part), 1):
        asked = words(need, leave=[facts.student_name])
        if asked and not share(asked, offered):
            place = Place("present_levels", heading=part.ordinal if part else 0)
            yield Finding("C20", "need_unanswered", place, {"need": need, "index": index})


def _missing(rule: str, facts: Facts, block: Block, fields: Sequence[str]) -> Iterator[Answer]:
    blank = [
        name
        for name in fields
        if is_blank(block.fields[name]) or (name == "date" and not has_number(block.fields[name]))
    ]
    if blank:
        about = {"number": block.ordinal, "fields": tuple(blank)}
        yield Finding(rule, "fields_missing", _place(facts, block, blank[0]), about)


def _place(facts: Facts, block: Block, field: str) -> Place:
    return Place(facts.section, block.kind, block.ordinal, field)


CHECKS: Mapping[str, Callable[[Facts], Iterator[Answer]]] = {"C09": goals, "C11": progress, "C20": needs}
