"""Is this update, or this document, one that the product's editor could have made? The tables are in `nodes.py`.

Reasons are the codes of `server.domain.errors`. Honest edits that merge into something odd are never refused.
"""

import json

from server.documents.errors import Malformed
from server.documents.nodes import (
    DOC,
    FIELDS,
    MARKS,
    MOST_DOCUMENT,
    MOST_NESTING,
    NODES,
    ROOT_NAME,
    SCHEMA_VERSION,
    is_allowed_attribute,
    is_allowed_mark,
    is_plausible_attribute,
)
from server.documents.order import has_ring, is_costly
from server.documents.outline import Outline
from server.documents.tree import Node, Text
from server.documents.update import Update, read_update

__all__ = ["MOST_DOCUMENT", "SCHEMA_VERSION", "Outline", "check_structure", "check_tree", "check_update", "is_heavy"]

INVALID, TOO_BIG = "invalid", "too_big"

# Honest updates stay far below these: one tab's work offline, or a paste of a hundred pages. Deletions are counted with
# all those of the document, since a client that comes back names every one of them.
MOST_CLIENTS = 1000
MOST_STRUCTS = 20_000
MOST_DELETIONS = 50_000

_ROOTS = frozenset((ROOT_NAME,))


def check_update(update: Update) -> str | None:
    """Judge an update by itself: kinds, names and values. A reason code, or None.

    Where its content would stand is for `Outline.judge` (or `check_structure`), which knows the document.
    """
    if not update.structural and not update.formats and len(update.structs) < 2 and not update.deletes:
        return None if update.roots <= _ROOTS else INVALID
    if is_heavy(update):
        return TOO_BIG
    fits = (
        not update.others
        and update.roots <= _ROOTS
        and all(name != DOC and name in NODES for name in update.types)
        and all(is_plausible_attribute(name, value) for name, value in update.attributes)
        and all(_fits_mark(name, value) for name, value in update.formats)
        and not (len(update.ranges) > 1 and has_ring(update.structs, update.ranges))
    )
    return None if fits else INVALID


def is_heavy(update: Update) -> bool:
    """Whether applying it would hold everybody up, though it isn't long."""
    return (
        len(update.ranges) > MOST_CLIENTS
        or len(update.structs) > MOST_STRUCTS
        or sum(map(len, update.deletes.values())) > MOST_DELETIONS
        or (len(update.structs) > 500 and is_costly(update.structs))
    )


def _fits_mark(name: str, attributes: str) -> bool:
    return name in MARKS and (attributes in ("null", "{}") or is_allowed_mark(name, json.loads(attributes)))


def check_structure(state: bytes, update: bytes) -> str | None:
    """Judge what an update would make of the document with this whole state. A reason code, or None.

    A room that is edited keeps an `Outline` instead, and spares itself reading the state anew for each update.
    Raises `Malformed` where `state` is none.
    """
    if len(state) + len(update) > MOST_DOCUMENT:
        return TOO_BIG
    outline = Outline(state)
    try:
        read = read_update(update)
    except Malformed:
        return INVALID
    return check_update(read) or outline.judge(read)


def check_tree(node: Node, depth: int = 0) -> str | None:
    """Judge a whole document (a node named `doc`) against the tables. A reason code, or None."""
    rules = NODES.get(node.name)
    if rules is None or depth > MOST_NESTING:
        return INVALID
    if not all(is_allowed_attribute(node.name, name, value) for name, value in node.attributes.items()):
        return INVALID
    for child in node.children:
        if isinstance(child, Text):
            if not rules.holds_text or not all(is_allowed_mark(name, value) for name, value in child.marks.items()):
                return INVALID
            continue
        if child.name not in rules.children or check_tree(child, depth + 1) is not None:
            return INVALID
        if child.name == "field" and child.attributes.get("name", None) not in (None, *FIELDS[node.name]):
            return INVALID
    return None
