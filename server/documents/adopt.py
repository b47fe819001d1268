"""A proposed wording put in the place of the words it was proposed for: an edit like any other, made on the server."""

from typing import Any

from pycrdt import XmlFragment, XmlText

from server.documents.anchors import Anchor, Passage, Reading, from_units, running_texts, units
from server.documents.nodes import ROOT_NAME
from server.documents.tree import Node, Text, insert_nodes, load, plain


class Unfit(Exception):
    """The wording cannot take its place by itself; `why` is "gone", "spread" (over several blocks) or "changed"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def replace_passage(state: bytes, anchor: Anchor, wording: str, seen: str) -> tuple[bytes, Passage]:
    """The update that puts `wording` in the place of the anchor's words, and where they were.

    The new words look as the first one did. `seen` is how the passage read for whoever adopts: another text raises
    `Unfit`, and so does one that is gone or goes over several blocks. Raises `Malformed`.
    """
    reading = Reading(state)
    passage = reading.find(anchor)
    if passage is None:
        raise Unfit("gone")
    if passage.words != seen:
        raise Unfit("changed")
    if len(passage.pieces) != 1:
        raise Unfit("spread")
    piece = passage.pieces[0]
    words = reading.words[piece.text]
    doc = load(state)
    before = doc.get_state()
    with doc.transaction():
        _replace(running_texts(doc)[piece.text], words, piece.start, piece.end, wording)
    return doc.get_update(before), passage


def _replace(text: XmlText, words: str, start: int, end: int, wording: str) -> None:
    """Written right behind the first character and with its marks; then the old words go."""
    second = start + (2 if "\ud800" <= words[start] < "\udc00" else 1)
    first, behind, last = (len(from_units(words[:at]).encode()) for at in (start, second, end))
    text.insert(behind, wording, _marks_at(text, start))
    added = len(wording.encode())
    if last > behind:
        del text[behind + added : last + added]
    del text[first:behind]


def _marks_at(text: XmlText, offset: int) -> dict[str, Any]:
    """The marks of the character at this offset (UTF-16 units)."""
    at = 0
    for part, marks in text.diff():
        at += len(units(part)) if isinstance(part, str) else 1
        if offset < at:
            return {name: plain(value) for name, value in (marks or {}).items() if value is not None}
    return {}


def append_paragraphs(state: bytes, wording: str) -> bytes:
    """The update that adds the wording's lines as paragraphs at the end. Raises `Malformed`."""
    doc = load(state)
    root: Any = doc.get(ROOT_NAME, type=XmlFragment)
    before = doc.get_state()
    lines = [line.strip() for line in wording.split("\n")]
    insert_nodes(root, len(root.children), [Node("paragraph", {}, (Text(line),)) for line in lines if line])
    return doc.get_update(before)
