"""The typed blocks of a document (goals, service rows, accommodations) with the text of their fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.documents.nodes import FIELDS, TYPED_BLOCKS
from server.documents.tree import Node, text_of

# What people call a block by: the field that tells one row from another.
NAMED_BY: Mapping[str, str] = {"goal": "area", "service": "service", "accommodation": "what"}


@dataclass(frozen=True, slots=True)
class TypedBlock:
    """One block; `ordinal` counts those of its kind from 1, `fields` has every field of its kind ("" when blank)."""

    kind: str
    ordinal: int
    fields: Mapping[str, str]

    @property
    def label(self) -> str:
        return self.fields[NAMED_BY[self.kind]]


def typed_blocks(document: Node) -> list[TypedBlock]:
    """Those of a document in the order of its text. A field that a merge doubled is both texts, line by line."""
    counts = dict.fromkeys(TYPED_BLOCKS, 0)
    found = []
    for node in _nodes(document):
        if node.name in counts:
            counts[node.name] += 1
            found.append(TypedBlock(node.name, counts[node.name], _fields(node)))
    return found


def _fields(block: Node) -> dict[str, str]:
    texts: dict[str, list[str]] = {name: [] for name in FIELDS[block.name]}
    for child in block.nodes():
        name = child.attributes.get("name")
        if name in texts and (content := text_of(child).strip()):
            texts[name].append(content)
    return {name: "\n".join(parts) for name, parts in texts.items()}


def _nodes(node: Node) -> Iterator[Node]:
    for child in node.nodes():
        yield child
        yield from _nodes(child)
