"""Every word of a Word file's parts as the draft's blocks (WordprocessingML, ECMA-376 Part 1, 17).

Inserted text is taken, deleted text is not; what has no block of its own here (pictures, drawn shapes, embedded
objects) leaves a mark where it stood.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.opc.package import OpcPackage
from docx.opc.part import Part
from docx.oxml import parse_xml

from server.documents.tree import Node, Text
from server.word.errors import Unreadable
from server.word.package import related

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
MOST_DEPTH = 120
NOTE_MARK = "[*]"  # where a note was called for
_GONE = {f"{W}del", f"{W}moveFrom"}
_VISIBLE = {
    f"{W}t": "",
    f"{_MATH}t": "",
    f"{W}sym": "□",
    f"{W}noBreakHyphen": "-",
    **dict.fromkeys((f"{W}{name}" for name in ("tab", "ptab", "br", "cr")), " "),
}
_SPACES = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-", "softHyphen": ""}


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the draft; `level` of a heading (1 is the highest) or 0, `text` its words on one line."""

    node: Node
    level: int = 0
    text: str = ""


@dataclass
class Seen:
    """What was met on the way: counts of deletions, insertions, pictures, objects; and notes by their number."""

    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


class Reader:
    """Reads one package. `seen` is complete when all that was asked for has been read."""

    def __init__(self, package: OpcPackage) -> None:
        self._main = package.main_document_part
        self._levels = _heading_levels(self._main)
        self._ordered = _ordered_lists(self._main)
        self._list_styles = _list_styles(self._main)
        self.seen = Seen()

    def body(self) -> list[Block]:
        root = root_of(self._main)
        check_depth(root)
        body = root.find(f"{W}body")
        return [] if body is None else self._blocks(body)

    def part(self, part: Part) -> list[Block]:
        """A header, footer, or the comments and notes of a file: what stands in it, in order."""
        root = root_of(part)
        check_depth(root)
        found = []
        inner = [child for child in root if child.tag in {f"{W}comment", f"{W}footnote", f"{W}endnote"}]
        for holder in inner or [root]:
            found += self._blocks(holder)
        return found

    def _blocks(self, parent: Any) -> list[Block]:
        found: list[Block] = []
        for child in self._children(parent):
            if child.tag == f"{W}p":
                found += self._paragraph(child)
            elif child.tag == f"{W}tbl":
                found.append(self._table(child))
            elif child.tag == f"{W}altChunk":
                self.seen.counts["objects"] += 1
                found.append(Block(Node("paragraph", {}, (Text("[…]"),)), text="[…]"))
            elif child.tag != f"{W}sectPr":
                found += self._blocks(child)
        return _in_lists(found)

    def _children(self, parent: Any) -> Iterator[Any]:
        """The element's children that count: the accepted text, and one branch of each alternative."""
        for child in parent:
            if not isinstance(child.tag, str):
                continue
            if child.tag in _GONE:
                self.seen.counts["deletions"] += 1
            elif child.tag == f"{_MC}AlternateContent":
                branch = child.find(f"{_MC}Choice")
                yield from self._children(child.find(f"{_MC}Fallback") if branch is None else branch)
            else:
                if child.tag in {f"{W}ins", f"{W}moveTo"}:
                    self.seen.counts["insertions"] += 1
                yield child

    def _paragraph(self, element: Any) -> list[Block]:
        runs: list[Node | Text] = []
        boxes: list[Block] = []
        self._inline(element, {}, runs, boxes)
        children = _joined(runs)
        text = " ".join("".join(child.text if isinstance(child, Text) else " " for child in children).split())
        level = self._level(element) if text else 0
        if level:
            plain = tuple(Text(child.text) if isinstance(child, Text) else child for child in children)
            node = Node("heading", {"level": min(max(level + 1, 2), 4)}, plain)
            return [Block(node, level, text), *boxes]
        kind = self._list_kind(element)
        node = Node("paragraph", {"list": kind} if kind and text else {}, children)
        return [Block(node, 0, text), *boxes] if text or not boxes else boxes

    def _inline(self, parent: Any, marks: dict[str, Any], runs: list[Node | Text], boxes: list[Block]) -> None:
        for child in self._children(parent):
            name = child.tag.rsplit("}", 1)[-1]
            if child.tag == f"{W}r":
                self._inline(child, _marks(child), runs, boxes)
            elif child.tag in {f"{W}t", f"{_MATH}t"}:
                runs.append(Text(child.text or "", marks))
            elif child.tag in {f"{W}br", f"{W}cr"}:
                runs.append(Node("hardBreak"))
            elif child.tag == f"{W}txbxContent":
                boxes += self._blocks(child)
            elif child.tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
                runs.append(Text(NOTE_MARK))
            elif child.tag == f"{W}sym":
                runs.append(Text("□"))
            elif name in _SPACES and child.tag.startswith(W):
                runs.append(Text(_SPACES[name]))
            elif child.tag in {f"{W}drawing", f"{W}pict", f"{W}object"}:
                self._drawn(child, runs)
                self._inline(child, marks, runs, boxes)
            elif name not in {"pPr", "rPr", "instrText", "delText", "delInstrText", "sdtPr", "sdtEndPr"}:
                self._inline(child, marks, runs, boxes)

    def _drawn(self, element: Any, runs: list[Node | Text]) -> None:
        kind = "objects" if element.tag == f"{W}object" else "pictures"
        if kind == "pictures" and next(element.iter(f"{W}txbxContent"), None) is not None:
            return  # a box of text is read as text
        self.seen.counts[kind] += 1
        about = next(element.iter(f"{_DRAWN}docPr"), None)
        said = "" if about is None else about.get("descr") or about.get("title") or ""
        runs.append(Text(f" [{said or '…'}] "))

    def _level(self, element: Any) -> int:
        """Of a heading by its style or its own outline level: 1 to 9; 0 for none."""
        properties = element.find(f"{W}pPr")
        if properties is None:
            return 0
        outline = properties.find(f"{W}outlineLvl")
        if outline is not None:
            value = int(outline.get(f"{W}val", "9"))
            return value + 1 if value < 9 else 0
        style = properties.find(f"{W}pStyle")
        return 0 if style is None else self._levels.get(style.get(f"{W}val", ""), 0)

    def _list_kind(self, element: Any) -> str:
        numbers = element.find(f"{W}pPr/{W}numPr/{W}numId")
        if numbers is None:
            style = element.find(f"{W}pPr/{W}pStyle")
            number = "" if style is None else self._list_styles.get(style.get(f"{W}val", ""), "")
        else:
            number = numbers.get(f"{W}val", "")
        if number in {"", "0"}:
            return ""
        return "orderedList" if number in self._ordered else "bulletList"

    def _table(self, element: Any) -> Block:
        rows = []
        for row in self._children(element):
            if row.tag != f"{W}tr":
                rows += [_row_of(block) for child in self._children(row) for block in self._rows(child)]
                continue
            rows += [_row_of(self._cells(row))]
        rows = [row for row in rows if row.children]
        if not rows:
            return Block(Node("paragraph"))
        first = Node(
            "tableRow", {}, tuple(Node("tableHeader", cell.attributes, cell.children) for cell in rows[0].nodes())
        )
        node = Node("table", {}, (first, *rows[1:]) if len(rows) > 1 else tuple(rows))
        text = _text(rows[0]) if len(rows) == 1 and len(rows[0].children) == 1 else ""
        return Block(node, 0, text)

    def _rows(self, element: Any) -> list[list[Node]]:
        """Rows inside a content control."""
        if element.tag == f"{W}tr":
            return [self._cells(element)]
        return [cells for child in self._children(element) for cells in self._rows(child)]

    def _cells(self, element: Any) -> list[Node]:
        found: list[Node] = []
        for cell in self._children(element):
            if cell.tag == f"{W}tc":
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                wide = int(span.get(f"{W}val", "1")) if span is not None else 1
                blocks = tuple(block.node for block in self._blocks(cell)) or (Node("paragraph"),)
                found.append(Node("tableCell", {"colspan": min(max(wide, 1), 100), "rowspan": 1}, blocks))
            elif cell.tag not in {f"{W}trPr", f"{W}tblPrEx"}:
                found += self._cells(cell)
        return found


def root_of(part: Part) -> Any:
    return part.element if hasattr(part, "element") else parse_xml(part.blob)


def check_depth(root: Any) -> None:
    """Raises `Unreadable` for one nested so deep that no editor made it."""
    waiting = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise Unreadable("nested")
        waiting += [(child, depth + 1) for child in element]


def words_of(root: Any) -> Counter[str]:
    """Every word that a reader of the accepted text can see, counted: what the draft is held against."""
    found: Counter[str] = Counter()
    for paragraph in root.iter(f"{W}p"):
        text = []
        for piece in paragraph.iter(*_VISIBLE):
            above = list(piece.iterancestors())
            if next(element for element in above if element.tag == f"{W}p") is not paragraph:
                continue
            if not any(element.tag in _GONE or element.tag == f"{_MC}Fallback" for element in above):
                text.append(_VISIBLE[piece.tag] or piece.text or "")
        found.update("".join(text).split())
    return found


def _text(node: Node) -> str:
    parts = (child.text if isinstance(child, Text) else " " + _text(child) for child in node.children)
    return " ".join("".join(parts).split())


def _row_of(cells: list[Node]) -> Node:
    return Node("tableRow", {}, tuple(cells))


def _marks(run: Any) -> dict[str, Any]:
    properties = run.find(f"{W}rPr")
    if properties is None:
        return {}
    found: dict[str, Any] = {}
    for name, mark in (("b", "bold"), ("i", "italic"), ("u", "underline"), ("strike", "strike")):
        element = properties.find(f"{W}{name}")
        if element is not None and element.get(f"{W}val", "true") not in {"0", "false", "none", "off"}:
            found[mark] = {}
    return found


def _joined(runs: list[Node | Text]) -> tuple[Node | Text, ...]:
    """Neighbours under the same marks as one run; control characters, which no text may hold, as spaces."""
    found: list[Node | Text] = []
    for run in runs:
        if isinstance(run, Node):
            found.append(run)
            continue
        text = "".join(char if char == "\t" or ord(char) >= 32 else " " for char in run.text)
        last = found[-1] if found else None
        if isinstance(last, Text) and last.marks == run.marks:
            found[-1] = Text(last.text + text, run.marks)
        elif text:
            found.append(Text(text, run.marks))
    return tuple(found)


def _in_lists(blocks: list[Block]) -> list[Block]:
    """Neighbouring paragraphs of a list as one list."""
    found: list[Block] = []
    for block in blocks:
        kind = block.node.attributes.get("list") if block.node.name == "paragraph" else None
        if kind is None:
            found.append(block)
            continue
        item = Node("listItem", {}, (Node("paragraph", {}, block.node.children),))
        last = found[-1].node if found else None
        if last is not None and last.name == kind:
            found[-1] = Block(Node(last.name, last.attributes, (*last.children, item)))
        else:
            found.append(Block(Node(kind, {}, (item,))))
    return found


def _heading_levels(main: Part) -> dict[str, int]:
    """Level by style id: by the style's own outline level, its name ("heading 2"), or the style it is based on."""
    styles: dict[str, Any] = {}
    for part in related(main, "styles"):
        styles |= {style.get(f"{W}styleId", ""): style for style in root_of(part).iter(f"{W}style")}
    found: dict[str, int] = {}
    for key in styles:
        at, seen = key, set[str]()
        while at in styles and at not in seen:
            seen.add(at)
            style = styles[at]
            outline = style.find(f"{W}pPr/{W}outlineLvl")
            name = style.find(f"{W}name")
            words = ("" if name is None else name.get(f"{W}val", "")).casefold().split()
            if outline is not None and int(outline.get(f"{W}val", "9")) < 9:
                found[key] = int(outline.get(f"{W}val", "9")) + 1
            elif len(words) == 2 and words[0] == "heading" and words[1].isdigit():
                found[key] = int(words[1])
            elif words == ["title"]:
                found[key] = 1
            else:
                based = style.find(f"{W}basedOn")
                at = "" if based is None else based.get(f"{W}val", "")
                continue
            break
    return found


def _list_styles(main: Part) -> dict[str, str]:
    """The list that a style puts its paragraphs in, by style id."""
    found = {}
    for part in related(main, "styles"):
        for style in root_of(part).iter(f"{W}style"):
            number = style.find(f"{W}pPr/{W}numPr/{W}numId")
            if number is not None:
                found[style.get(f"{W}styleId", "")] = number.get(f"{W}val", "")
    return found


def _ordered_lists(main: Part) -> set[str]:
    """The ids of lists that are numbered, not bulleted."""
    found = set()
    for part in related(main, "numbering"):
        root = root_of(part)
        formats = {}
        for abstract in root.iter(f"{W}abstractNum"):
            first = abstract.find(f"{W}lvl/{W}numFmt")
            formats[abstract.get(f"{W}abstractNumId")] = "" if first is None else first.get(f"{W}val", "")
        for number in root.iter(f"{W}num"):
            target = number.find(f"{W}abstractNumId")
            if target is not None and formats.get(target.get(f"{W}val")) not in {"bullet", "none", ""}:
                found.add(number.get(f"{W}numId"))
    return found
