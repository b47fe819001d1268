"""What a new meeting's agenda holds, by its purpose: 45 to 90 minutes, in the order goals, services, placement.

The first item says what the draft is and offers the safeguards; the last reads back and says who does what by when.
Texts are English and translated where a meeting is made.
"""

from typing import NamedTuple


def N_(message: str) -> str:  # noqa: N802 - the name that extraction looks for
    return message


class ItemTemplate(NamedTuple):
    title: str
    minutes: int
    outcome: str
    sections: tuple[str, ...] = ()


def _welcome(minutes: int = 6) -> ItemTemplate:
    return ItemTemplate(
        N_("Welcome: who is here, why we meet, how we work; this draft is preliminary; your rights"),
        minutes,
        N_("A shared purpose"),
    )


def _family(minutes: int = 12) -> ItemTemplate:
    return ItemTemplate(
        N_("The student and the family: what matters to you"),
        minutes,
        N_("The family’s priorities are written down"),
        ("parent_input",),
    )


def _levels(minutes: int = 14) -> ItemTemplate:
    return ItemTemplate(
        N_("Progress and present levels"), minutes, N_("A picture that everybody agrees with"), ("present_levels",)
    )


def _factors(minutes: int = 5) -> ItemTemplate:
    return ItemTemplate(
        N_("Special factors"), minutes, N_("An answer to each of the five questions"), ("special_factors",)
    )


def _goals(minutes: int = 18) -> ItemTemplate:
    return ItemTemplate(N_("Goals"), minutes, N_("Words for each goal that the team agrees on"), ("goals",))


def _supports(minutes: int = 10) -> ItemTemplate:
    return ItemTemplate(
        N_("Accommodations, assistive technology and tests"),
        minutes,
        N_("Lists for class and for tests"),
        ("accommodations", "assessments"),
    )


def _services(minutes: int = 12) -> ItemTemplate:
    return ItemTemplate(
        N_("Services and extended school year"),
        minutes,
        N_("What, how often, where and from when"),
        ("services", "extended_school_year"),
    )


def _placement(minutes: int = 6) -> ItemTemplate:
    return ItemTemplate(
        N_("Placement in the least restrictive environment"), minutes, N_("One option, with reasons"), ("placement",)
    )


def _close(minutes: int = 7) -> ItemTemplate:
    return ItemTemplate(
        N_("Read back decisions and disagreements; parking lot; who does what by when"),
        minutes,
        N_("The record is confirmed"),
        ("notes",),
    )


_TEMPLATES: dict[str, tuple[ItemTemplate, ...]] = {
    "annual_review": (
        _welcome(),
        _family(),
        _levels(),
        _factors(),
        _goals(),
        _supports(),
        _services(),
        _placement(),
        _close(),
    ),
    "initial": (
        _welcome(),
        _family(),
        ItemTemplate(
            N_("What the evaluation found, in plain words"),
            15,
            N_("Everybody understands the results and has asked their questions"),
            ("present_levels",),
        ),
        _factors(),
        _goals(15),
        _supports(8),
        _services(),
        _placement(),
        ItemTemplate(
            N_("Consent to the first services: what it means, and that it is voluntary"),
            4,
            N_("The family knows what they are asked and by when"),
        ),
        _close(),
    ),
    "reevaluation": (
        _welcome(),
        _family(10),
        ItemTemplate(
            N_("What we know already: existing data and reports"),
            15,
            N_("A picture that everybody agrees with"),
            ("present_levels",),
        ),
        ItemTemplate(
            N_("What else we need to know, and who finds it out"), 12, N_("A plan, or reasons why none is needed")
        ),
        ItemTemplate(N_("Does the student still need special education?"), 8, N_("An answer, with reasons")),
        ItemTemplate(
            N_("What has to change in the plan"),
            15,
            N_("Words that the team agrees on"),
            ("goals", "services", "accommodations"),
        ),
        _placement(),
        _close(),
    ),
    "amendment": (
        _welcome(5),
        ItemTemplate(N_("What should change, and why"), 10, N_("The question in one sentence"), ("present_levels",)),
        ItemTemplate(
            N_("Options, and the new words"),
            20,
            N_("Words that the team agrees on"),
            ("goals", "services", "accommodations"),
        ),
        ItemTemplate(N_("Does placement change?"), 5, N_("An answer, with reasons"), ("placement",)),
        _close(5),
    ),
    "transition": (
        _welcome(),
        ItemTemplate(
            N_("The student’s own plans for work, school and life"),
            15,
            N_("Goals in the student’s own words"),
            ("parent_input", "transition"),
        ),
        _levels(10),
        ItemTemplate(
            N_("Goals after school, and what leads there: courses, services, other agencies"),
            20,
            N_("Goals, and who helps with each"),
            ("transition",),
        ),
        _goals(12),
        _supports(8),
        _services(10),
        ItemTemplate(
            N_("Rights that pass to the student at the age of majority"),
            4,
            N_("The student and the family have been told"),
            ("transition",),
        ),
        _close(5),
    ),
    "other": (
        _welcome(5),
        _family(10),
        ItemTemplate(N_("What we came to talk about"), 30, N_("The question, the options, and a proposal")),
        _close(),
    ),
}


def agenda_template(purpose: str) -> tuple[ItemTemplate, ...]:
    """The items of a new meeting for this purpose, in their order."""
    return _TEMPLATES.get(purpose, _TEMPLATES["other"])
