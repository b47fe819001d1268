"""Marks, and a document's text in one form. No server code: the writers and the checker both read with this."""

import re
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

# One edit: who, and which of theirs. It begins with what no byte of a length before it is followed by in a name.
MARK = re.compile(r"~[a-z0-9]+-\d+;")
MARK_BYTES = re.compile(MARK.pattern.encode())
ROOT = "default"


def root_of(doc: "Doc[Any]") -> XmlFragment:
    return doc.get(ROOT, type=XmlFragment)


def screen(doc: "Doc[Any]") -> str:
    """The whole document as one text, the same for everybody who holds the same document."""
    return "".join(_shown(child) for child in root_of(doc).children)


def _shown(node: "XmlElement | XmlText | XmlFragment") -> str:
    if isinstance(node, XmlText):
        return "".join(f"{part}{sorted(marks.items())}" if marks else str(part) for part, marks in node.diff())
    inside = "".join(_shown(child) for child in node.children)
    if not isinstance(node, XmlElement):
        return inside
    held: Any = node.attributes
    attributes = "".join(f" {name}={value!r}" for name, value in sorted(held))
    return f"<{node.tag}{attributes}>{inside}</{node.tag}>"


def marks_in(update: bytes) -> list[str]:
    """The marks whose text a Yjs update carries: a mark is inserted whole, so it stands in the bytes as it is."""
    return [found.decode() for found in MARK_BYTES.findall(update)]
