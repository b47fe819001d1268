"""The sections of a draft IEP (34 CFR 300.320), in the order people read them, and the states a section passes."""

SECTIONS: tuple[str, ...] = (
    "parent_input",  # 300.324(a)(1)(ii)
    "present_levels",  # 300.320(a)(1)
    "special_factors",  # 300.324(a)(2)
    "goals",  # 300.320(a)(2), (3)
    "services",  # 300.320(a)(4), (7)
    "accommodations",  # 300.320(a)(4), (6)
    "assessments",  # 300.320(a)(6)
    "placement",  # 300.320(a)(5), 300.114 to 300.116
    "extended_school_year",  # 300.106
    "transition",  # 300.320(b), (c)
    "notes",
)

DRAFT, IN_DISCUSSION, FINAL = "draft", "in_discussion", "final"
SECTION_STATES = (DRAFT, IN_DISCUSSION, FINAL)

PARENT_INPUT = "parent_input"
# What one parent, or the student, wrote for the meeting is a document of its own: this, and the id of whose it is.
OWN_INPUT = "own_input."
# Proposed new words for a final section are a document of their own: this, which proposal, and the section's name.
PROPOSED = "amend."


def edit_action(section: str) -> str:
    """The action of the role matrix that changing this section's text is. Parents' words are theirs alone."""
    if is_proposed(section):
        return "edit_amendment"
    return "edit_parent_input" if section == PARENT_INPUT or section.startswith(OWN_INPUT) else "edit_section"


def own_input(person_id: str) -> str:
    """The name of the document of a person's own words."""
    return OWN_INPUT + person_id


def owner_of(section: str) -> str | None:
    """The person whose own words a document is: nobody else ever changes them. None for what is the team's."""
    return section.removeprefix(OWN_INPUT) if section.startswith(OWN_INPUT) else None


def proposed(ordinal: int, section: str) -> str:
    """The name of the document of a section's proposed words; `ordinal` is the amendment's."""
    return f"{PROPOSED}{ordinal}.{section}"


def is_proposed(section: str) -> bool:
    return section.startswith(PROPOSED)
