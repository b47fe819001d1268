"""C06 to C08, C10 and C15 to C19: is each answer there that 34 CFR 300.320 and 300.324 ask for."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from server.domain.readiness.facts import Answer, Facts, Finding, Part, Place, SectionText, Unchecked
from server.domain.readiness.prompts import heading_key, is_blank, plain

FACTORS = ("factor_behavior", "factor_language", "factor_vision", "factor_communication", "factor_technology")
TRANSITION = ("wishes", "postsecondary", "transition_services")
_NO = ("no", "not", "none", "n/a", "na", "does not", "ninguna", "ninguno", "no se")
_OBJECTIVE = ("objective", "objetivo")


def part_of(text: SectionText, key: str) -> Part | None:
    """What stands below this heading of the template; None when nobody finds the heading any more."""
    return next((part for part in text.parts if heading_key(part.heading) == key), None)


def answers(part: Part | None) -> list[str]:
    """What was answered below a heading, without what only says that an answer will come."""
    return [] if part is None else [text for text in part.texts if not is_blank(text)]


def missing(rule: str, text: SectionText, *keys: str) -> Iterator[Finding]:
    """One finding for each heading of the template that has no answer below it."""
    for key in keys:
        part = part_of(text, key)
        if part is None:
            yield Finding(rule, "heading_gone", Place(text.section), {"heading": key})
        elif not answers(part):
            yield Finding(rule, "no_answer", Place(text.section, heading=part.ordinal), {"heading": key})


def present_levels(facts: Facts) -> Iterator[Answer]:
    yield from missing("C06", facts.text, "academic", "functional", "impact")


def parents_concerns(facts: Facts) -> Iterator[Answer]:
    """Anything in the family's words, also that they were asked and had none."""
    if not facts.parents_wrote and not any(answers(part) for part in facts.text.parts):
        concerns = part_of(facts.text, "concerns")
        yield Finding("C07", "no_concerns", Place(facts.section, heading=concerns.ordinal if concerns else 0))


def special_factors(facts: Facts) -> Iterator[Answer]:
    yield from missing("C08", facts.text, *FACTORS)


def objectives(facts: Facts) -> Iterator[Answer]:
    """Where the tests section tells of an alternate assessment, the goals need objectives."""
    tests = facts.known("assessments")
    if tests is None:
        yield Unchecked("C10", "section_unknown")
        return
    said = answers(part_of(tests, "alternate"))
    taken = bool(said) and not any(plain(said[0]).startswith(no) for no in _NO)
    if taken and not any(word in plain(facts.text.all_text) for word in _OBJECTIVE):
        yield Finding("C10", "no_objectives", Place(facts.section))


def assessments(facts: Facts) -> Iterator[Answer]:
    yield from missing("C15", facts.text, "tests", "alternate")


def age_at_the_end(facts: Facts) -> int | None:
    """The student's age when this plan's year ends: a year after the meeting."""
    if facts.birth_date is None:
        return None
    born, held = facts.birth_date, facts.held_on
    return _age(born, held.year + 1, held)


def _age(born: date, year: int, day: date) -> int:
    return year - born.year - ((day.month, day.day) < (born.month, born.day))


def transition(facts: Facts) -> Iterator[Answer]:
    """From the first plan in effect when the student turns the state's age, which is a birthday inside its year."""
    age = age_at_the_end(facts)
    if age is None:
        yield Unchecked("C16", "birth_date_unknown")
    elif age >= facts.profile.transition_age:
        yield from missing("C16", facts.text, *TRANSITION)


def transfer_of_rights(facts: Facts) -> Iterator[Answer]:
    """Due a year before the age of majority, so in the plan during which the student comes so near."""
    age = age_at_the_end(facts)
    if age is None:
        yield Unchecked("C17", "birth_date_unknown")
    elif age >= facts.profile.majority_age - 1:
        yield from missing("C17", facts.text, "majority")


def extended_school_year(facts: Facts) -> Iterator[Answer]:
    yield from missing("C18", facts.text, "esy", "esy_basis")


def placement(facts: Facts) -> Iterator[Answer]:
    options = [text for text in answers(part_of(facts.text, "options")) if not text.rstrip().endswith(":")]
    if len(options) < 2:
        part = part_of(facts.text, "options")
        yield Finding("C19", "one_option", Place(facts.section, heading=part.ordinal if part else 0))
    yield from missing("C19", facts.text, "harmful", "placement")


CHECKS: Mapping[str, Callable[[Facts], Iterator[Answer]]] = {
    "C06": present_levels,
    "C07": parents_concerns,
    "C08": special_factors,
    "C10": objectives,
    "C15": assessments,
    "C16": transition,
    "C17": transfer_of_rights,
    "C18": extended_school_year,
    "C19": placement,
}
