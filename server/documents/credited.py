"""A comparison in which what came bears the name of who wrote it, and what went of who took it away: by Yjs items."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from server.documents.authored import Telling, pieces
from server.documents.difference import CAME, WENT, change_of
from server.documents.positions import Positions
from server.documents.tree import Node, Text

# A mark on a run of text that came or went: {"writer": a `Writer`}. No schema knows it.
BY = "#by"


class Writer(NamedTuple):
    """`short`: initials. `color`: of their seat; 0 for none."""

    name: str
    short: str
    color: int


def credited(tree: Node, state: bytes, telling: Telling, writers: Mapping[str, Writer], change: str = CAME) -> Node:
    """`tree` compared two texts; `telling` names a key of `writers`.

    `change`: what is credited. `state` is the whole state of the later text for `CAME`, of the earlier for `WENT`.
    Raises `Malformed`.
    """
    return _Crediting(pieces(Positions(state), telling), writers, change).node(tree, around=None)


def writer_of(one: Node | Text) -> Writer | None:
    """Who wrote a run of text that came, or took away what went, where that is known."""
    found = one.marks.get(BY) if isinstance(one, Text) else None
    writer = found["writer"] if found else None
    return writer if isinstance(writer, Writer) else None


class _Crediting:
    """Walks one of the two texts in its order: what only the other has takes nothing of its pieces."""

    def __init__(self, found: Iterator[tuple[int, str]], writers: Mapping[str, Writer], change: str) -> None:
        self._pieces = found
        self._writers = writers
        self._own, self._other = (CAME, WENT) if change == CAME else (WENT, CAME)
        self._left, self._whose = next(found, (0, ""))

    def node(self, node: Node, around: str | None) -> Node:
        if around == self._other:
            return node
        children: list[Node | Text] = []
        for child in node.children:
            change = around or change_of(child)
            if isinstance(child, Node):
                children.append(self.node(child, change))
            elif change == self._other:
                children.append(child)
            else:
                children += self._cut(child, credit=change == self._own)
        return Node(node.name, node.attributes, tuple(children))

    def _cut(self, text: Text, *, credit: bool) -> Iterator[Text]:
        units = text.text.encode("utf-16-le", "surrogatepass")
        if not credit:
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
