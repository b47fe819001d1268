"""Blocks as JSON, on their way from the process that converts."""

from typing import Any

from server.documents.tree import Node, Text


def to_data(node: Node | Text) -> Any:
    """Of a node: [name, attributes, children]; of a text: [text, marks]."""
    if isinstance(node, Text):
        return [node.text, dict(node.marks)]
    return [node.name, dict(node.attributes), [to_data(child) for child in node.children]]


def from_data(data: Any) -> Node | Text:
    if len(data) == 2:
        return Text(data[0], data[1])
    return Node(data[0], data[1], tuple(from_data(child) for child in data[2]))


def nodes_from(data: Any) -> list[Node]:
    """A list of blocks."""
    return [node for node in map(from_data, data) if isinstance(node, Node)]
