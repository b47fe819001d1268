"""A section as it goes out while some of its fields are open until the meeting."""

from collections.abc import Iterable

from server.documents.nodes import TYPED_BLOCKS
from server.documents.tree import Node, Text


def with_held_open(tree: Node, held: Iterable[str], instead: str) -> Node:
    """The typed blocks of a document alone, with `instead` in the fields that are held open.

    Its other text is left out, for that may say what the fields say ("150 minutes a week in all").
    """
    names = set(held)
    blocks = [node for node in tree.nodes() if node.name in TYPED_BLOCKS]
    return Node(tree.name, tree.attributes, tuple(_blank(block, names, instead) for block in blocks))


def _blank(block: Node, names: set[str], instead: str) -> Node:
    fields = [
        Node(field.name, field.attributes, (Text(instead),)) if field.attributes.get("name") in names else field
        for field in block.nodes()
    ]
    return Node(block.name, block.attributes, tuple(fields))
