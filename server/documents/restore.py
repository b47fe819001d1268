"""Going back to an earlier text as a new edit: what stayed the same is left alone, the rest is replaced."""

import json
from difflib import SequenceMatcher
from typing import Any

from pycrdt import Doc, XmlFragment

from server.documents.nodes import ROOT_NAME
from server.documents.tree import EMPTY_STATE, Node, Text, insert_nodes, load, read_doc, read_tree


def restore(current: bytes, old: bytes) -> bytes:
    """The update that makes the document with the whole state `current` read as the one with `old` did.

    Top-level blocks that both have, in order, stay the very same blocks, so that what others type into them meanwhile
    is kept. `EMPTY_STATE` when both read the same already. Raises `Malformed`.
    """
    doc = load(current)
    wanted = read_tree(old)
    if read_doc(doc) == wanted:
        return EMPTY_STATE
    before = doc.get_state()
    _replace(doc, wanted)
    return doc.get_update(before)


def _replace(doc: "Doc[Any]", wanted: Node) -> None:
    root = doc.get(ROOT_NAME, type=XmlFragment)
    # The root's own children, one by one as Yjs counts them: texts that stand right there are no blocks and go.
    present = [_key(block) for block in read_doc(doc).children]
    blocks = [block for block in wanted.children if isinstance(block, Node)]
    matcher = SequenceMatcher(None, present, [_key(block) for block in blocks], autojunk=False)
    with doc.transaction():
        for kind, start, end, new_start, new_end in reversed(matcher.get_opcodes()):
            if kind == "equal":
                continue
            if end > start:
                del root.children[start:end]
            insert_nodes(root, start, blocks[new_start:new_end])


def _key(block: Node | Text) -> str:
    """Equal for blocks that read the same."""
    return json.dumps(_plain(block), sort_keys=True, ensure_ascii=False)


def _plain(node: Node | Text) -> object:
    if isinstance(node, Text):
        return [node.text, dict(node.marks)]
    return [node.name, dict(node.attributes), [_plain(child) for child in node.children]]
