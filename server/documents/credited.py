"""A comparison in which what came bears the name of who wrote it, from the Yjs items of the later text."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from server.documents.authored import Telling, pieces
from server.documents.difference import CAME, WENT, change_of
from server.documents.positions import Positions
from server.documents.tree import Node, Text

# A mark on a run of text that came: {"writer": a `Writer`}. No schema knows it.
BY = "#by"


class Writer(NamedTuple):
    """`short`: initials. `color`: of their seat; 0 for none."""

    name: str
    short: str
    color: int


def credited(tree: Node, state: bytes, telling: Telling, writers: Mapping[str, Writer]) -> Node:
    """`tree` compared a text with the one whose whole state is `state`; `telling` names a key of `writers`.

    Raises `Malformed`.
    """
    return _Crediting(pieces(Positions(state), telling), writers).node(tree, around=None)


def writer_of(one: Node | Text) -> Writer | None:
    """Who wrote a run of text that came, where that is known."""
    found = one.marks.get(BY) if isinstance(one, Text) else None
    writer = found["writer"] if found else None
    return writer if isinstance(writer, Writer) else None


class _Crediting:
    """Walks the later text in its order: what went is no part of it, and takes nothing of its pieces."""

    def __init__(self, found: Iterator[tuple[int, str]], writers: Mapping[str, Writer]) -> None:
        self._pieces = found
        self._writers = writers
        self._left, self._whose = next(found, (0, ""))

    def node(self, node: Node, around: str | None) -> Node:
        if around == WENT:
            return node
        children: list[Node | Text] = []
        for child in node.children:
            change = around or change_of(child)
            if isinstance(child, Node):
                children.append(self.node(child, change))
            elif change == WENT:
                children.append(child)
            else:
                children += self._cut(child, came=change == CAME)
        return Node(node.name, node.attributes, tuple(children))

    def _cut(self, text: Text, *, came: bool) -> Iterator[Text]:
        units = text.text.encode("utf-16-le", "surrogatepass")
        if not came:
            self._skip(len(units) // 2)
            yield text
            return
        while units:
            if not self._left:
                self._left, self._whose = next(self._pieces, (len(units) // 2, ""))
            taken = min(self._left, len(units) // 2)
            words = units[: 2 * taken].decode("utf-16-le", "surrogatepass")
            writer = self._writers.get(self._whose)
            yield Text(words, {**text.marks, BY: {"writer": writer}} if writer else text.marks)
            units = units[2 * taken :]
            self._left -= taken

    def _skip(self, length: int) -> None:
        while length:
            if not self._left:
                self._left, self._whose = next(self._pieces, (length, ""))
            taken = min(self._left, length)
            self._left -= taken
            length -= taken
