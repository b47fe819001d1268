"""Documents made at random, and updates written by hand."""

import random
from collections.abc import Callable, Iterable
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from server.documents.nodes import FIELDS
from server.documents.template import filled_block
from server.documents.tree import Node, Text, insert_nodes, load
from server.documents.varint import write_varint

WORDS = ("reads", " aloud", "é", "日本語", "😀", "a😀b", "x" * 40, "\n", " ")
MARKS: tuple[dict[str, dict[str, Any]], ...] = (
    {},
    {"bold": {}},
    {"italic": {}, "underline": {}},
    {"link": {"href": "https://example.org/a?b=c", "target": None}},
)


def random_block(rng: random.Random, depth: int = 0) -> Node:
    kinds = (
        ["paragraph", "heading", "goal", "bulletList", "table", "blockquote"]
        if depth == 0
        else ["paragraph", "heading"]
    )
    kind = rng.choice(kinds)
    if kind == "heading":
        return Node("heading", {"level": rng.choice((2, 3, 4))}, random_inline(rng))
    if kind == "goal":
        return filled_block("goal", {name: rng.choice(WORDS) for name in FIELDS["goal"] if rng.random() < 0.5})
    if kind == "bulletList":
        items = (Node("listItem", {}, (random_block(rng, 1),)) for _ in range(rng.randrange(1, 4)))
        return Node("bulletList", {}, tuple(items))
    if kind == "table":
        cell = Node("tableCell", {"colspan": 1, "rowspan": 2, "colwidth": [100, 0]}, (random_block(rng, 1),))
        return Node("table", {}, (Node("tableRow", {}, (cell, cell)),))
    if kind == "blockquote":
        return Node("blockquote", {}, (random_block(rng, 1),))
    return Node("paragraph", {}, random_inline(rng))


def random_inline(rng: random.Random) -> tuple[Node | Text, ...]:
    """As a document reads back: no two texts with the same marks side by side."""
    found: list[Node | Text] = []
    for _ in range(rng.randrange(4)):
        marks = rng.choice(MARKS)
        last = found[-1] if found else None
        if rng.random() < 0.15:
            found.append(Node("hardBreak"))
        elif not isinstance(last, Text) or last.marks != marks:
            found.append(Text(rng.choice(WORDS), marks))
    return tuple(found)


def random_blocks(rng: random.Random, most: int = 6) -> list[Node]:
    return [random_block(rng) for _ in range(rng.randrange(1, most + 1))]


def edit(rng: random.Random, doc: "Doc[Any]", times: int = 6) -> list[bytes]:
    """Edit a document as people do; the update of each edit."""
    root = doc.get("default", type=XmlFragment)
    updates = []
    for _ in range(times):
        before = doc.get_state()
        _edit_once(rng, root)
        updates.append(doc.get_update(before))
    return updates


def _edit_once(rng: random.Random, root: XmlFragment) -> None:
    blocks = list(root.children)
    texts = [text for block in blocks for text in texts_in(block)]
    act = rng.random()
    if act < 0.2 or not texts:
        insert_nodes(root, rng.randrange(len(blocks) + 1), [random_block(rng)])
    elif act < 0.3 and len(blocks) > 1:
        del root.children[rng.randrange(len(blocks))]
    elif act < 0.35:
        for block in blocks:
            if isinstance(block, XmlElement) and block.tag == "heading":
                block.attributes["level"] = rng.choice((2, 3, 4))
    else:
        _edit_text(rng, rng.choice(texts), act)


def _edit_text(rng: random.Random, text: XmlText, act: float) -> None:
    plain = "".join(part for part, _ in text.diff())
    start, end = sorted((rng.randrange(len(plain) + 1), rng.randrange(len(plain) + 1)))
    first, last = len(plain[:start].encode()), len(plain[:end].encode())
    if act < 0.75 or first == last:
        text.insert(first, rng.choice(WORDS))
    elif act < 0.9:
        del text[first:last]
    else:
        text.format(first, last, rng.choice(MARKS[1:]))


def texts_in(node: Any) -> list[XmlText]:
    if isinstance(node, XmlText):
        return [node]
    return [text for child in node.children for text in texts_in(child)]


def copy_of(state: bytes, client_id: int) -> "Doc[Any]":
    doc: Doc[Any] = Doc(client_id=client_id)
    doc.get("default", type=XmlFragment)
    doc.apply_update(state)
    return doc


def recorded(state: bytes, act: Callable[[Any], object], client_id: int = 4_000_000_000) -> bytes:
    """The update that `act` makes of the document's root."""
    doc = copy_of(state, client_id)
    before = doc.get_state()
    act(doc.get("default", type=XmlFragment))
    return doc.get_update(before)


def merged(state: bytes, *updates: bytes) -> bytes:
    doc = load(state)
    for update in updates:
        doc.apply_update(update)
    return doc.get_update()


# --- by hand: https://github.com/yjs/yjs/blob/main/INTERNALS.md ---


def varints(*numbers: int) -> bytes:
    return b"".join(map(write_varint, numbers))


def string(text: str) -> bytes:
    data = text.encode()
    return write_varint(len(data)) + data


def update_of(client: int, clock: int, *structs: bytes, deletes: bytes = b"\x00") -> bytes:
    return varints(1, len(structs), client, clock) + b"".join(structs) + deletes


def delete_set(ranges: dict[int, Iterable[tuple[int, int]]]) -> bytes:
    """Client -> (start, length)."""
    out = varints(len(ranges))
    for client, pairs in ranges.items():
        given = [varints(*pair) for pair in pairs]
        out += varints(client, len(given)) + b"".join(given)
    return out


def beside(kind: int, left: tuple[int, int], right: tuple[int, int] | None = None) -> bytes:
    """The start of a struct after `left`, and before `right`."""
    if right is None:
        return bytes([kind | 0x80]) + varints(*left)
    return bytes([kind | 0xC0]) + varints(*left, *right)


def inside(kind: int, parent: tuple[int, int], key: str | None = None) -> bytes:
    """The start of a struct that is the first in `parent`, or its attribute `key`."""
    head = bytes([kind | (0x20 if key is not None else 0)]) + varints(0, *parent)
    return head if key is None else head + string(key)


def in_root(kind: int, root: str = "default") -> bytes:
    return bytes([kind]) + varints(1) + string(root)
