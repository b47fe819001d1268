"""What a section's document may hold: nodes, where they may stand, their attributes, and marks, as data.

The browser's editor has the same tables. Its content rules are lenient, and so is what is checked here: two people's
honest edits may merge into a goal without a baseline or an empty list, so nothing is refused for being missing, for
being twice, or for its order. Only kinds, places and values are judged, and those no merge can change.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from server.documents.links import is_allowed_href

SCHEMA_VERSION = 1  # the editor's tables and these; a page made for another one may read only

ROOT_NAME = "default"  # of the one root type, which y-prosemirror binds the editor to
MOST_NESTING = 32
MOST_ATTRIBUTE = 2000  # characters
MOST_DOCUMENT = 4 * 1024 * 1024  # bytes of its whole state

Check = Callable[[object], bool]

DOC = "doc"
_BLOCKS = frozenset(("paragraph", "heading", "bulletList", "orderedList", "blockquote", "table"))
TYPED_BLOCKS = ("goal", "service", "accommodation")

# The fields of each typed block, in the order people read them (34 CFR 300.320(a)(2), (3), (4), (6) and (7)).
FIELDS: Mapping[str, tuple[str, ...]] = {
    "goal": ("area", "baseline", "condition", "behavior", "criterion", "measure", "date", "reporting"),
    "service": ("service", "provider", "frequency", "minutes", "location", "start", "end"),
    "accommodation": ("what", "where", "kind"),
}


def whole_number(least: int, most: int) -> Check:
    """Numbers are floats in what the CRDT library hands out, so 2.0 is a whole number."""

    def check(value: object) -> bool:
        return (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and least <= value <= most
            and value == int(value)
        )

    return check


def text(most: int = MOST_ATTRIBUTE) -> Check:
    def check(value: object) -> bool:
        return isinstance(value, str) and len(value) <= most

    return check


def either(*checks: Check) -> Check:
    def check(value: object) -> bool:
        return any(allowed(value) for allowed in checks)

    return check


def nothing(value: object) -> bool:
    return value is None


def _column_widths(value: object) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(whole_number(0, 10_000), value))


def _field_name(value: object) -> bool:
    return any(value in names for names in FIELDS.values())


_CELL: Mapping[str, Check] = {
    "colspan": whole_number(1, 100),
    "rowspan": whole_number(1, 1000),
    "colwidth": either(nothing, _column_widths),
    "align": either(nothing, lambda value: value in ("left", "center", "right")),
}


@dataclass(frozen=True, slots=True)
class NodeType:
    children: frozenset[str] = frozenset()
    holds_text: bool = False
    attributes: Mapping[str, Check] = field(default_factory=dict)


_INLINE = frozenset(("hardBreak",))

NODES: Mapping[str, NodeType] = {
    DOC: NodeType(_BLOCKS | frozenset(TYPED_BLOCKS)),
    "paragraph": NodeType(_INLINE, holds_text=True),
    # The editor offers 2 to 4; its library falls back to 1 where it has to make a heading up.
    "heading": NodeType(_INLINE, holds_text=True, attributes={"level": whole_number(1, 6)}),
    "bulletList": NodeType(frozenset(("listItem",))),
    "orderedList": NodeType(
        frozenset(("listItem",)), attributes={"start": whole_number(0, 100_000), "type": either(nothing, text(20))}
    ),
    "listItem": NodeType(_BLOCKS),
    "blockquote": NodeType(_BLOCKS),
    "hardBreak": NodeType(),
    "table": NodeType(frozenset(("tableRow",))),
    "tableRow": NodeType(frozenset(("tableHeader", "tableCell"))),
    "tableHeader": NodeType(_BLOCKS, attributes=_CELL),
    "tableCell": NodeType(_BLOCKS, attributes=_CELL),
    **{name: NodeType(frozenset(("field",))) for name in TYPED_BLOCKS},
    "field": NodeType(_INLINE, holds_text=True, attributes={"name": _field_name}),
}

_LINK_TEXT = either(nothing, text())
MARKS: Mapping[str, Mapping[str, Check]] = {
    "bold": {},
    "italic": {},
    "underline": {},
    "strike": {},
    "link": {
        "href": either(nothing, is_allowed_href),
        "target": _LINK_TEXT,
        "rel": _LINK_TEXT,
        "class": _LINK_TEXT,
        "title": _LINK_TEXT,
    },
}


def is_allowed_mark(name: str, attributes: object) -> bool:
    """Whether text may carry this mark. `attributes` None ends the mark, as Yjs keeps it."""
    allowed = MARKS.get(name)
    if allowed is None:
        return False
    if attributes is None:
        return True
    return isinstance(attributes, dict) and all(
        key in allowed and allowed[key](value) for key, value in attributes.items()
    )


ATTRIBUTES = frozenset(name for node in NODES.values() for name in node.attributes)


def is_allowed_attribute(node: str, name: str, value: object) -> bool:
    check = NODES[node].attributes.get(name)
    return check is not None and check(value)


def is_plausible_attribute(name: str | None, value: object) -> bool:
    """Whether some node has such an attribute. An update that replaces a value doesn't say its name (None)."""
    if name is None:
        return any(check(value) for node in NODES.values() for check in node.attributes.values())
    return name in ATTRIBUTES and any(is_allowed_attribute(node, name, value) for node in NODES)
