"""What real editors send is admitted, and read as they show it."""

import base64
from typing import Any

import pytest

from server.documents.outline import Outline
from server.documents.schema import check_tree, check_update
from server.documents.state_vector import read_state_vector
from server.documents.tree import Node, Text, apply, load, read_doc
from server.documents.update import read_update


def shown(node: dict[str, Any]) -> Node | Text:
    """A node as ProseMirror writes it in JSON, as ours."""
    if node["type"] == "text":
        return Text(node["text"], {mark["type"]: mark.get("attrs", {}) for mark in node.get("marks", ())})
    children: list[Node | Text] = []
    for child in map(shown, node.get("content", ())):
        last = children[-1] if children else None
        if isinstance(child, Text) and isinstance(last, Text) and last.marks == child.marks:
            children[-1] = Text(last.text + child.text, child.marks)
        elif not isinstance(child, Text) or child.text:
            children.append(child)
    return Node(node["type"], node.get("attrs", {}), tuple(children))


@pytest.mark.parametrize("seed", range(1, 5))
def test_updates_of_two_editors(node, seed):
    said = node("documents/editor_updates.mjs", str(seed), "150")
    doc, outline = load(b"\x00\x00"), Outline(b"\x00\x00")
    for data in map(base64.b64decode, said["updates"]):
        update = read_update(data)
        assert not update.missing(read_state_vector(doc.get_state()))
        assert check_update(update) is None, update.attributes
        assert outline.judge(update) is None
        assert Outline(doc.get_update()).judge(update) is None
        outline.add(update)
        apply(doc, data)
    assert check_tree(read_doc(doc)) is None
    assert read_doc(doc) == shown(said["document"])
    for everything in map(base64.b64decode, said["everything"]):
        assert read_doc(load(everything)) == read_doc(doc)
        again = read_update(everything)
        assert (check_update(again) or outline.judge(again)) is None
