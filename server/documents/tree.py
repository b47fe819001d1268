"""A document as a plain tree: read from its bytes, or written into a new one. What everything but the live road uses.

Every node that Yjs hands out is kept here, also one that the schema doesn't know, so that checks see it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from server.documents.errors import Malformed
from server.documents.nodes import DOC, ROOT_NAME

EMPTY_STATE = b"\x00\x00"  # the update that brings nothing and deletes nothing

Attributes = Mapping[str, Any]  # JSON values; whole numbers are ints


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text under the same marks (mark name -> its attributes)."""

    text: str
    marks: Mapping[str, Attributes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    attributes: Attributes = field(default_factory=dict)
    children: "tuple[Node | Text, ...]" = ()

    def nodes(self) -> "Iterator[Node]":
        """The children that are nodes, not text."""
        return (child for child in self.children if isinstance(child, Node))


def load(state: bytes) -> "Doc[Any]":
    """The Yjs document with this whole state. Raises `Malformed` where the CRDT library fails or panics."""
    doc: Doc[Any] = Doc()
    doc.get(ROOT_NAME, type=XmlFragment)
    if state != EMPTY_STATE:
        apply(doc, state)
    return doc


def apply(doc: "Doc[Any]", update: bytes) -> None:
    """Apply an update. After `Malformed` the document may be half changed and must be thrown away."""
    try:
        doc.apply_update(update)
    except BaseException as error:
        # A panic of the library arrives as a BaseException of its own; what ends the process must go on doing so.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise Malformed("refused by the CRDT library") from error


def read_tree(state: bytes) -> Node:
    """The document with this whole state as a tree under a node named `doc`. Raises `Malformed`."""
    return read_doc(load(state))


def read_doc(doc: "Doc[Any]") -> Node:
    """As `read_tree`, from a live document, which it leaves as it is."""
    root = doc.get(ROOT_NAME, type=XmlFragment)
    with doc.transaction():
        return Node(DOC, {}, _children(root))


def _children(parent: XmlFragment | XmlElement) -> tuple[Node | Text, ...]:
    found: list[Node | Text] = []
    for child in parent.children:
        if isinstance(child, XmlText):
            for text, marks in child.diff():
                _add_text(found, text, marks or {})
        elif isinstance(child, XmlElement):
            found.append(Node(child.tag or "", dict(_attributes(child)), _children(child)))
    return tuple(found)


def _attributes(element: XmlElement) -> Iterator[tuple[str, Any]]:
    # The library's view says that it is iterable, and gives an iterator; its annotation says neither.
    view: Any = element.attributes
    for name, value in view:
        yield name, plain(value)


def _add_text(found: list[Node | Text], text: object, marks: Mapping[str, Any]) -> None:
    if not isinstance(text, str):
        found.append(Node("#embed"))  # no schema knows it, so checks refuse it and pages leave it out
        return
    marks = {name: plain(value) for name, value in sorted(marks.items()) if value is not None}
    last = found[-1] if found else None
    if isinstance(last, Text) and last.marks == marks:
        found[-1] = Text(last.text + text, marks)
    elif text:
        found.append(Text(text, marks))


def plain(value: Any) -> Any:
    """A JSON value with its whole numbers as ints again: the CRDT library hands out 2 as 2.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def text_of(node: Node | Text) -> str:
    """All its text; blocks and line breaks end lines."""
    if isinstance(node, Text):
        return node.text
    if node.name == "hardBreak":
        return "\n"
    parts: list[str] = []
    for child in node.children:
        if parts and isinstance(child, Node) and child.name != "hardBreak":
            parts.append("\n")
        parts.append(text_of(child))
    return "".join(parts)


def content_update(nodes: Iterable[Node], *, client_id: int | None = None) -> bytes:
    """The first update of a new document that holds these blocks. `client_id`: its writer in Yjs (else random)."""
    doc: Doc[Any] = Doc() if client_id is None else Doc(client_id=client_id)
    root = doc.get(ROOT_NAME, type=XmlFragment)
    insert_nodes(root, 0, tuple(nodes))
    return doc.get_update()


def insert_nodes(parent: XmlFragment | XmlElement, index: int, nodes: Sequence[Node | Text]) -> None:
    """Write nodes into a live document before the child at `index`; neighbouring texts share one Yjs text."""
    with parent.doc.transaction():
        run: list[Text] = []
        for node in nodes:
            if isinstance(node, Text):
                run.append(node)
                continue
            if run:
                _insert_text(parent, index, run)
                run, index = [], index + 1
            element = XmlElement(node.name, dict(node.attributes))
            parent.children.insert(index, element)
            insert_nodes(element, 0, node.children)
            index += 1
        if run:
            _insert_text(parent, index, run)


def _insert_text(parent: XmlFragment | XmlElement, index: int, run: list[Text]) -> None:
    text = XmlText("".join(part.text for part in run))
    parent.children.insert(index, text)
    at = 0
    for part in run:
        end = at + len(part.text.encode())  # the library counts bytes
        if part.marks:
            text.format(at, end, {name: dict(attributes) for name, attributes in part.marks.items()})
        at = end
