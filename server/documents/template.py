"""What a new section's document says before anybody has written: headings that ask for what the law wants there.

Prompts are headings and the answers go below them, so that an untouched prompt is seen for what it is.
"""

from collections.abc import Callable, Mapping

from server.documents.labels import N_
from server.documents.nodes import FIELDS, TYPED_BLOCKS
from server.documents.tree import Node, Text, content_update

Gettext = Callable[[str], str]

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    # In the parents' own words: 34 CFR 300.324(a)(1)(i), (ii)
    "parent_input": (
        N_("What we want the team to know about our child"),
        N_("Strengths and interests"),
        N_("Our concerns"),
        N_("What we hope for this year"),
    ),
    # 34 CFR 300.320(a)(1)
    "present_levels": (
        N_("Strengths"),
        N_("Academic achievement"),
        N_("Functional performance"),
        N_("How the disability affects learning with classmates"),
        N_("Needs this plan must meet"),
    ),
    # 34 CFR 300.324(a)(2); each is answered, also with "not needed"
    "special_factors": (
        N_("Behavior that gets in the way of learning"),
        N_("Language needs of an English learner"),
        N_("Blindness or visual impairment: Braille"),
        N_("Communication, and hearing"),
        N_("Assistive technology"),
    ),
    "goals": (),  # 34 CFR 300.320(a)(2), (3)
    "services": (),  # 34 CFR 300.320(a)(4), (7)
    "accommodations": (),  # 34 CFR 300.320(a)(4), (6)
    # 34 CFR 300.320(a)(6)
    "assessments": (
        N_("Tests this year, and accommodations in each"),
        N_("Alternate assessment: why, and which one"),
    ),
    # 34 CFR 300.320(a)(5), 300.114 to 300.116
    "placement": (
        N_("Options the team considers"),
        N_("Possible harmful effects"),
        N_("Time not with nondisabled classmates, and why"),
        N_("Placement and reasons"),
    ),
    # 34 CFR 300.106
    "extended_school_year": (
        N_("Is an extended school year needed?"),
        N_("What the answer is based on"),
    ),
    # 34 CFR 300.320(b), (c)
    "transition": (
        N_("What the student wants to do after school"),
        N_("Goals for education, training, work and living"),
        N_("Transition services and courses"),
        N_("Rights at the age of majority"),
    ),
    "notes": (),
}

_BLOCK_OF = {"goals": "goal", "services": "service", "accommodations": "accommodation"}

HEADING_LEVEL = 2


def template(section: str, gettext: Gettext) -> bytes:
    """The first update of a section's document, in the language of `gettext`; only its Yjs client id is random.

    Raises `KeyError` for an unknown section.
    """
    return content_update(template_nodes(section, gettext))


def template_nodes(section: str, gettext: Gettext) -> list[Node]:
    headings = _HEADINGS[section]
    nodes = []
    for heading in headings:
        nodes.append(Node("heading", {"level": HEADING_LEVEL}, (Text(gettext(heading)),)))
        nodes.append(Node("paragraph"))
    if section in _BLOCK_OF:
        nodes.append(empty_block(_BLOCK_OF[section]))
    if not headings:
        nodes.append(Node("paragraph"))  # somewhere to write below the last block
    return nodes


def empty_block(name: str) -> Node:
    """A goal, service or accommodation with all its fields empty."""
    return filled_block(name, {})


def filled_block(name: str, values: Mapping[str, str]) -> Node:
    """A goal, service or accommodation with these texts in its fields, and the rest empty."""
    if name not in TYPED_BLOCKS or not values.keys() <= set(FIELDS[name]):
        raise ValueError(f"no such block or field: {name}")
    return Node(name, {}, tuple(_field(field, values.get(field, "")) for field in FIELDS[name]))


def _field(name: str, text: str) -> Node:
    return Node("field", {"name": name}, (Text(text),) if text else ())
