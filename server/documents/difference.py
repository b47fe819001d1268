"""Two states of one document as one tree in which what came and what went are marked. No I/O.

`compare(before, after)` keeps everything: without what went it is `after` node for node, without what came it is
`before`. The work is bounded: what is too much to be held against each other word by word is told as a whole.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from server.documents.fields import NAMED_BY
from server.documents.nodes import TYPED_BLOCKS
from server.documents.tree import Node, Text, text_of

# No schema knows these, so no stored document has them: a mark of texts, an attribute of nodes.
CAME, WENT = "#came", "#went"

MOST_PAIRS = 250_000  # of words, or of blocks, that are held against each other at once
MOST_MATCHED = 2_500  # pairs of blocks that are weighed for which became which
ALIKE = 0.3  # of their words, at least, that two blocks share when one became the other

_WORD = re.compile(r"(\w+(?:[-'’.,:/]\w+)*|[^\w\s]+|(?=\s))(\s*)")


def compare(before: Node, after: Node) -> Node:
    """`after` with what went since `before` put where it stood; both trees are the root of a document."""
    return _Comparison().node(before, after)


def is_changed(tree: Node) -> bool:
    """Whether a comparison says that anything is another."""
    return any(change_of(one) is not None for one in _everything(tree))


def newer(tree: Node) -> Node:
    """The later of the two states that a comparison holds."""
    return _without(tree, WENT)


def older(tree: Node) -> Node:
    """The earlier of the two states that a comparison holds."""
    return _without(tree, CAME)


def change_of(one: Node | Text) -> str | None:
    """`CAME`, `WENT`, or None for what both states have (though something in it may have changed)."""
    marks: Mapping[str, Any] = one.marks if isinstance(one, Text) else one.attributes
    return CAME if CAME in marks else WENT if WENT in marks else None


def _everything(tree: Node) -> Iterator[Node | Text]:
    for child in tree.children:
        yield child
        if isinstance(child, Node):
            yield from _everything(child)


def _without(tree: Node, change: str) -> Node:
    found: list[Node | Text] = []
    for child in tree.children:
        if change_of(child) == change:
            continue
        if isinstance(child, Node):
            found.append(_without(child, change))
        else:
            add_text(found, child.text, _bare(child.marks))
    return Node(tree.name, _bare(tree.attributes), tuple(found))


def _bare(marks: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in marks.items() if name not in (CAME, WENT)}


def add_text(found: "list[Node | Text]", text: str, marks: Mapping[str, Any]) -> None:
    """Put a text behind the others; it is one with its neighbour under the same marks."""
    last = found[-1] if found else None
    if isinstance(last, Text) and last.marks == marks:
        found[-1] = Text(last.text + text, marks)
    elif text:
        found.append(Text(text, marks))


@dataclass(slots=True)
class _Comparison:
    _keys: dict[int, str] = field(default_factory=dict)
    _words: dict[int, "Counter[str]"] = field(default_factory=dict)

    def node(self, before: Node, after: Node) -> Node:
        """Both have the same name and attributes."""
        both = (*before.children, *after.children)
        if all(isinstance(child, Text) or child.name == "hardBreak" for child in both):
            return Node(after.name, after.attributes, tuple(_inline(before.children, after.children)))
        return Node(after.name, after.attributes, tuple(self._blocks(before.children, after.children)))

    def _blocks(self, old: Sequence[Node | Text], new: Sequence[Node | Text]) -> Iterator[Node | Text]:
        keys = [self._key(child) for child in old], [self._key(child) for child in new]
        for kind, a, b, c, d in _codes(*keys):
            if kind == "equal":
                yield from new[c:d]
            else:
                yield from self._replaced(old[a:b], new[c:d])

    def _replaced(self, old: Sequence[Node | Text], new: Sequence[Node | Text]) -> Iterator[Node | Text]:
        at = then = 0
        for i, j in self._pairs(old, new):
            yield from (_marked(child, WENT) for child in old[at:i])
            yield from (_marked(child, CAME) for child in new[then:j])
            before, after = old[i], new[j]
            if isinstance(before, Node) and isinstance(after, Node):  # only nodes are paired
                yield self.node(before, after)
            at, then = i + 1, j + 1
        yield from (_marked(child, WENT) for child in old[at:])
        yield from (_marked(child, CAME) for child in new[then:])

    def _pairs(self, old: Sequence[Node | Text], new: Sequence[Node | Text]) -> list[tuple[int, int]]:
        """Which block became which: in their order, as alike as can be."""
        if len(old) * len(new) > MOST_MATCHED:
            return [(at, at) for at in range(min(len(old), len(new))) if self._weight(old[at], new[at]) > 0]
        weights = [[self._weight(before, after) for after in new] for before in old]
        best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
        for i in reversed(range(len(old))):
            for j in reversed(range(len(new))):
                together = weights[i][j] + best[i + 1][j + 1] if weights[i][j] > 0 else 0.0
                best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
        found, i, j = [], 0, 0
        while i < len(old) and j < len(new):
            if weights[i][j] > 0 and best[i][j] == weights[i][j] + best[i + 1][j + 1]:
                found.append((i, j))
                i, j = i + 1, j + 1
            elif best[i][j] == best[i + 1][j]:
                i += 1
            else:
                j += 1
        return found

    def _weight(self, before: Node | Text, after: Node | Text) -> float:
        """How much it looks as if the one became the other; 0 where it cannot be."""
        if isinstance(before, Text) or isinstance(after, Text):
            return 0.0
        if before.name != after.name or before.attributes != after.attributes:
            return 0.0
        if before.name in ("field", "tableCell", "tableHeader"):
            return 0.1 + self._alike(before, after)
        if before.name in TYPED_BLOCKS and _called(before) and _called(before) == _called(after):
            return 2.0
        alike = self._alike(before, after)
        return alike if alike >= ALIKE else 0.0

    def _alike(self, before: Node, after: Node) -> float:
        """The share of words that both have, from 0 to 1; what one of them is still empty of may become anything."""
        old, new = self._counted(before), self._counted(after)
        if not old or not new:
            return ALIKE
        return 2 * (old & new).total() / (old.total() + new.total())

    def _counted(self, node: Node) -> "Counter[str]":
        if id(node) not in self._words:
            self._words[id(node)] = Counter(text_of(node).split())
        return self._words[id(node)]

    def _key(self, one: Node | Text) -> str:
        """Equal for what reads the same."""
        if id(one) not in self._keys:
            self._keys[id(one)] = json.dumps(self._plain(one), sort_keys=True)
        return self._keys[id(one)]

    def _plain(self, one: Node | Text) -> object:
        if isinstance(one, Text):
            return [one.text, dict(one.marks)]
        return [one.name, dict(one.attributes), [self._plain(child) for child in one.children]]


def _called(block: Node) -> str:
    """What a goal or a row is called by."""
    names = (child for child in block.nodes() if child.attributes.get("name") == NAMED_BY[block.name])
    return " ".join(" ".join(map(text_of, names)).casefold().split())


def _marked(one: Node | Text, change: str) -> Node | Text:
    if isinstance(one, Text):
        return Text(one.text, {**one.marks, change: {}})
    return Node(one.name, {**one.attributes, change: True}, one.children)


@dataclass(frozen=True, slots=True)
class _Token:
    """A word with the space after it, or a node among words."""

    word: str
    space: str = ""
    marks: Mapping[str, Any] = field(default_factory=dict)
    node: Node | None = None

    @property
    def key(self) -> str:
        return json.dumps([self.node is not None, self.word, self.marks], sort_keys=True)


def _inline(before: Sequence[Node | Text], after: Sequence[Node | Text]) -> list[Node | Text]:
    found: list[Node | Text] = []
    old, new = list(_tokens(before)), list(_tokens(after))
    keys = [token.key for token in old], [token.key for token in new]
    codes = list(_codes(*keys))
    kept = sum(b - a for kind, a, b, _, _ in codes if kind == "equal")
    if 2 * kept < ALIKE * (len(old) + len(new)):  # other words altogether: single ones in common would only confuse
        codes = [("replace", 0, len(old), 0, len(new))]
    for kind, a, b, c, d in codes:
        if kind != "equal":
            _put(found, old[a:b], WENT)
            _put(found, new[c:d], CAME)
            continue
        for was, token in zip(old[a:b], new[c:d], strict=True):
            if was.space == token.space:
                _put(found, [token])
                continue
            _put(found, [_Token(token.word, "", token.marks, token.node)])
            _put(found, [_Token("", was.space, was.marks)], WENT)
            _put(found, [_Token("", token.space, token.marks)], CAME)
    return found


def _put(found: list[Node | Text], tokens: Sequence[_Token], change: str | None = None) -> None:
    for token in tokens:
        if token.node is not None:
            found.append(token.node if change is None else _marked(token.node, change))
        else:
            marks = token.marks if change is None else {**token.marks, change: {}}
            add_text(found, token.word + token.space, marks)


def _tokens(children: Sequence[Node | Text]) -> Iterator[_Token]:
    for child in children:
        if isinstance(child, Node):
            yield _Token(child.name, node=child)
            continue
        for match in _WORD.finditer(child.text):
            if match[0]:
                yield _Token(match[1], match[2], child.marks)


def _codes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """As `SequenceMatcher.get_opcodes`, in bounded time."""
    start, least = 0, min(len(old), len(new))
    while start < least and old[start] == new[start]:
        start += 1
    end = 0
    while end < least - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield "equal", 0, start, 0, start
    a, b, c, d = start, len(old) - end, start, len(new) - end
    if a < b or c < d:
        if (b - a) * (d - c) > MOST_PAIRS:
            yield "replace", a, b, c, d
        else:
            for kind, *at in SequenceMatcher(None, old[a:b], new[c:d], autojunk=False).get_opcodes():
                yield kind, at[0] + start, at[1] + start, at[2] + start, at[3] + start
    if end:
        yield "equal", b, len(old), d, len(new)
