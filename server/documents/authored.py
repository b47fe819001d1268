"""The words of a document with whose they are: each run of text marked by what was told of its Yjs items."""

from collections.abc import Callable, Iterator

from server.documents.positions import Positions
from server.documents.tree import Node, Text, read_tree

# On a run of text: {"by": what was told of it, a class of the page, "at": where it begins in the document's text, in
# UTF-16 units}.
AUTHOR = "#author"

# Of the items of a client from a clock on, so many: what to tell of them, piece by piece (length, what).
Telling = Callable[[int, int, int], Iterator[tuple[int, str]]]
NOBODY = ""


def authored(state: bytes, telling: Telling) -> Node:
    """The document with this whole state, every run of its text with a mark `AUTHOR`. Raises `Malformed`."""
    return _Marker(pieces(Positions(state), telling)).node(read_tree(state))


def pieces(positions: Positions, telling: Telling) -> Iterator[tuple[int, str]]:
    """Neighbours of whom the same is told are one."""
    length, told = 0, NOBODY
    for _, client, clock, run in positions.runs():
        for more, what in telling(client, clock, run):
            if what == told:
                length += more
                continue
            if length:
                yield length, told
            length, told = more, what
    if length:
        yield length, told


class _Marker:
    """Walks a tree in the order of the document and cuts its text where the pieces end."""

    def __init__(self, pieces: Iterator[tuple[int, str]]) -> None:
        self._pieces = pieces
        self._left, self._what = next(pieces, (0, NOBODY))
        self._at = 0

    def node(self, node: Node) -> Node:
        children: list[Node | Text] = []
        for child in node.children:
            if isinstance(child, Node):
                children.append(self.node(child))
            else:
                children += self._cut(child)
        return Node(node.name, node.attributes, tuple(children))

    def _cut(self, text: Text) -> Iterator[Text]:
        units = text.text.encode("utf-16-le", "surrogatepass")
        while units:
            if not self._left:
                self._left, self._what = next(self._pieces, (len(units) // 2, NOBODY))
            taken = min(self._left, len(units) // 2)
            words = units[: 2 * taken].decode("utf-16-le", "surrogatepass")
            yield Text(words, {**text.marks, AUTHOR: {"by": self._what, "at": self._at}})
            units = units[2 * taken :]
            self._left -= taken
            self._at += taken
