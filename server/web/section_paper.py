"""A section as blocks of a paper: goals as lists of facts, services and accommodations as the rows of a table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from server.documents.credited import writer_of
from server.documents.difference import CAME, change_of
from server.documents.labels import ADDED, ADDED_BY, BLOCK_LABELS, EMPTY_FIELD, FIELD_LABELS, REMOVED, REMOVED_BY
from server.documents.links import is_allowed_href
from server.documents.nodes import FIELDS
from server.documents.tree import Node
from server.documents.tree import Text as Words
from server.papers import Facts, Heading, Items, Note, Run, Table, Text
from server.papers.model import Block

Gettext = Callable[[str], str]

# The rows of a table; how much of a line each field takes.
IN_ROWS = {"service": (4, 4, 3, 3, 3, 3, 3), "accommodation": (5, 4, 3)}
MOST_PLACES = 50_000  # of one table; beyond that its cells stand one a place
DEEPEST = 4  # levels of headings that a paper has


def tree_blocks(tree: Node, gettext: Gettext, *, level: int, lang: str = "") -> list[Block]:
    """`level`: of the heading above. `lang`: the language of the words, where it is not that of the paper.

    What a comparison marked is underlined or struck through and in brackets: readable without colour, and by ear.
    """
    return _Writer(gettext, level, lang).blocks(_spread(tree, None).nodes())


def _spread(node: Node, around: str | None) -> Node:
    """The mark of a block that came or went as a whole, on each of its words."""
    change = around or change_of(node)
    children = tuple(
        _spread(child, change)
        if isinstance(child, Node)
        else Words(child.text, {**child.marks, change: {}})
        if change and change_of(child) is None
        else child
        for child in node.children
    )
    return Node(node.name, node.attributes, children)


class _Writer:
    def __init__(self, gettext: Gettext, level: int, lang: str) -> None:
        self._gettext = gettext
        self._lang = lang
        self._level = level  # that the headings of the document begin below
        self._deepest = level
        self._count = 0
        self._special: Mapping[str, Callable[[Node], list[Block]]] = {
            "paragraph": self._paragraph,
            "heading": self._heading,
            "bulletList": self._list,
            "orderedList": self._list,
            "blockquote": self._quote,
            "table": self._table,
            "goal": self._goal,
        }

    def blocks(self, nodes: Iterable[Node]) -> list[Block]:
        found: list[Block] = []
        for kind, group in groupby(nodes, lambda node: node.name):
            together = list(group)
            if kind in IN_ROWS:
                found.append(self._rows(kind, together))
                continue
            for node in together:
                found += self._block(node)
        return found

    def _block(self, node: Node) -> list[Block]:
        write = self._special.get(node.name)
        return write(node) if write else []

    def _paragraph(self, node: Node) -> list[Block]:
        words = self._inline(node)
        return [Text(words)] if words else []

    def _list(self, node: Node) -> list[Block]:
        items, rest = self._items(node)
        return [items, *rest]

    def _heading(self, node: Node) -> list[Block]:
        words = "".join(run.text for run in self._inline(node)).strip()
        if not words:
            return []
        wanted = self._level + max(int(node.attributes.get("level") or 2) - 1, 1)
        # No level is skipped on the way down, whatever was chosen in the editor.
        self._deepest = min(wanted, self._deepest + 1, DEEPEST)
        return [Heading(words, self._deepest)]

    def _items(self, node: Node) -> tuple[Items, list[Block]]:
        """The list, and what of it no list of a paper can hold (a table in an item): it follows the list."""
        items: list[Any] = []
        rest: list[Block] = []
        for item in node.nodes():
            words: list[Run] = []
            lists: list[Items] = []
            for child in item.nodes():
                if child.name in ("bulletList", "orderedList"):
                    inner, more = self._items(child)
                    lists.append(inner)
                    rest += more
                elif child.name in ("paragraph", "heading", "blockquote"):
                    words += [*([Run("\n")] if words else []), *self._flat(child)]
                else:
                    rest += self.blocks([child])
            items += [words, *lists]
        return Items(items, numbered=node.name == "orderedList"), rest

    def _quote(self, node: Node) -> list[Block]:
        found: list[Block] = []
        for child in node.nodes():
            if child.name == "paragraph":
                if words := self._inline(child):
                    found.append(Note(words))
            else:
                found += self._block(child)
        return found

    def _table(self, node: Node) -> list[Block]:
        """Cells that span others stand in the first of these; a first row of nothing but headers is the header."""
        rows = [[cell for cell in row.nodes() if cell.name in ("tableHeader", "tableCell")] for row in node.nodes()]
        grid = _grid(rows)
        if not grid:
            return []
        cells = [[self._flat(cell) if cell is not None else [] for cell in row] for row in grid]
        if all(cell is None or cell.name == "tableHeader" for cell in grid[0]):
            return [Table(cells[0], cells[1:])] if cells[1:] else [Table([], cells)]
        return [Table([], cells)]

    def _goal(self, node: Node) -> list[Block]:
        self._count += 1
        label = self._gettext(BLOCK_LABELS["goal"]) % {"number": self._count}
        self._deepest = self._level + 1
        values = self._fields(node)
        rows = [(self._gettext(FIELD_LABELS["goal"][name]), values[name]) for name in FIELDS["goal"]]
        return [Heading(label, self._deepest), Facts(rows)]

    def _rows(self, kind: str, nodes: Sequence[Node]) -> Block:
        header = [self._gettext(FIELD_LABELS[kind][name]) for name in FIELDS[kind]]
        rows = [[values[name] for name in FIELDS[kind]] for values in map(self._fields, nodes)]
        return Table(header, rows, IN_ROWS[kind])

    def _fields(self, node: Node) -> dict[str, list[Run]]:
        """The words of each field; that it is empty is said, so that nobody takes it for a fault of the print."""
        empty = [Run(self._gettext(EMPTY_FIELD), emphasis=True)]
        values = dict.fromkeys(FIELDS[node.name], empty)
        for field in node.nodes():
            name = str(field.attributes.get("name"))
            if name in values and (words := self._inline(field)):
                values[name] = words
        return values

    def _flat(self, node: Node) -> list[Run]:
        """All words beneath a node, a line for each block; items of lists with a mark."""
        lines: list[list[Run]] = []
        self._collect(node, lines, "")
        found: list[Run] = []
        for line in lines:
            found += [*([Run("\n")] if found else []), *line]
        return found

    def _collect(self, node: Node, lines: list[list[Run]], mark: str) -> None:
        if any(isinstance(child, Words) for child in node.children):
            lines.append([*([Run(mark)] if mark else []), *self._inline(node)])
            return
        for number, child in enumerate(node.nodes(), 1):
            inner = mark
            if node.name in ("bulletList", "orderedList"):
                inner = f"{number}. " if node.name == "orderedList" else "• "
            self._collect(child, lines, inner)

    def _inline(self, node: Node) -> list[Run]:
        shown = [child for child in node.children if isinstance(child, Words) or child.name == "hardBreak"]
        found: list[Run] = []
        for (change, by), group in groupby(shown, lambda one: (change_of(one), writer_of(one))):
            runs = [self._run(child) if isinstance(child, Words) else Run("\n") for child in group]
            if change is not None and any(run.text.strip() for run in runs):
                came = change == CAME
                runs = [replace(run, underline=came, strike=not came) for run in runs]
                word = self._gettext(ADDED if came else REMOVED)
                if by is not None:
                    word = self._gettext(ADDED_BY if came else REMOVED_BY) % {"name": by.name}
                runs = [Run(f"[{word} "), *runs, Run("]")]
            found += runs
        return found if any(run.text.strip() for run in found) else []

    def _run(self, text: Words) -> Run:
        link = text.marks.get("link") or {}
        href = link.get("href")
        return Run(
            text.text,
            strong="bold" in text.marks,
            emphasis="italic" in text.marks,
            underline="underline" in text.marks,
            strike="strike" in text.marks,
            link=str(href) if is_allowed_href(href) else "",
            lang=self._lang,
        )


def _grid(rows: Sequence[Sequence[Node]]) -> list[list[Node | None]]:
    """Rows of as many places each; a cell stands in the first place that it covers, the others are None."""
    spans = [_span(cell, len(rows) - at) for at, row in enumerate(rows) for cell in row]
    alone = sum(across * down for across, down in spans) > MOST_PLACES
    taken: dict[tuple[int, int], Node | None] = {}
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while (at, column) in taken:
                column += 1
            across, down = (1, 1) if alone else _span(cell, len(rows) - at)
            for below in range(at, at + down):
                for beside in range(column, column + across):
                    taken.setdefault((below, beside), None)
            taken[at, column] = cell
            column += across
    width = max((beside for _, beside in taken), default=-1) + 1
    return [[taken.get((at, beside)) for beside in range(width)] for at in range(len(rows))] if width else []


def _span(cell: Node, left: int) -> tuple[int, int]:
    """How many columns and rows a cell takes, `left` rows being left."""
    across, down = (max(int(cell.attributes.get(name) or 1), 1) for name in ("colspan", "rowspan"))
    return across, min(down, left)
