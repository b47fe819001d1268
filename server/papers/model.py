"""What a document says, without how it looks. Pure data: every text in it is shown as it stands, never read as markup.

`print_paper` makes the PDF, `write_docx` the Word file, `templates/_paper.html` the page, `as_text` the plain text of a
mail.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a line. `link`: an https, http, mailto or tel address that they lead to. `lang`: their language,
    where it is not that of the paper (BCP 47).
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str = ""
    underline: bool = False
    strike: bool = False
    lang: str = ""


Words = str | Sequence[Run]


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 to 4; the title stands above them all, and no level is skipped on the way down (ISO 14289-1, 7.4.2)."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; line ends in it are kept."""

    words: Words


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph in a frame."""

    words: Words


@dataclass(frozen=True, slots=True)
class Link:
    """An address on a line of its own: a button on a page, spelled out on paper and in plain text."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `numbered` where the order means something. A list among the items belongs to the item before it."""

    items: "Sequence[Words | Items]"
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are, as a list of terms: ("When", "Thursday ...")."""

    rows: Sequence[tuple[str, Words]]


@dataclass(frozen=True, slots=True)
class Table:
    """`header`: what stands above each column; empty where nothing does. `widths`: parts of the line, one a column; all
    alike when empty.
    """

    header: Sequence[Words]
    rows: Sequence[Sequence[Words]]
    widths: Sequence[int] = ()

    def __post_init__(self) -> None:
        if any(len(row) != self.columns for row in self.rows):
            raise ValueError("each row of a table has as many cells as its header")
        if self.widths and len(self.widths) != self.columns:
            raise ValueError("each column of a table has one width")

    @property
    def columns(self) -> int:
        return len(self.header) or len(self.rows[0] if self.rows else ())


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing of our own making (SVG 1.1), and `alt`, what it says in words. `width`: its part of the line."""

    svg: str
    alt: str
    width: float = 1.0


Block = Heading | Text | Note | Link | Items | Facts | Table | Figure
_KINDS: dict[type, str] = {
    Heading: "heading",
    Text: "text",
    Note: "note",
    Link: "link",
    Items: "items",
    Facts: "facts",
    Table: "table",
    Figure: "figure",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `language`: BCP 47. `running`: at the head of every page but the first. `page_of`: how pages are
    counted, with {page} and {pages}. `marking`: across each page ("Draft"), nothing when empty.

    Raises `ValueError` for headings out of order.
    """

    title: str
    language: str
    blocks: Sequence[Block]
    subtitle: str = ""
    running: str = ""
    page_of: str = "{page} / {pages}"
    marking: str = ""

    def __post_init__(self) -> None:
        above = 0
        for block in self.blocks:
            if isinstance(block, Heading):
                if not 1 <= block.level <= min(4, above + 1):
                    raise ValueError("headings go down one level at a time")
                above = block.level

    def plain(self) -> dict[str, Any]:
        """Everything as lists, dictionaries and strings: what the print's template reads."""
        about: dict[str, Any] = {
            name: getattr(self, name) for name in ("title", "subtitle", "running", "page_of", "marking")
        }
        return about | {"language": self.language, "blocks": [plain_block(block) for block in self.blocks]}


def plain_block(block: Block) -> dict[str, Any]:
    """A block as a dictionary; `kind` is one of `_KINDS`, and every `Words` a list of runs."""
    kind = _KINDS[type(block)]
    match block:
        case Heading() | Link() | Figure():
            return {"kind": kind, **dataclasses.asdict(block)}
        case Text() | Note():
            return {"kind": kind, "words": runs(block.words)}
        case Items():
            return {"kind": kind, "items": _plain_items(block.items), "numbered": block.numbered}
        case Facts():
            return {"kind": kind, "rows": [[name, runs(words)] for name, words in block.rows]}
        case Table():
            rows = [[runs(cell) for cell in row] for row in block.rows]
            widths = list(block.widths) or [1] * block.columns
            return {"kind": kind, "header": [runs(head) for head in block.header], "rows": rows, "widths": widths}


def _plain_items(items: "Sequence[Words | Items]") -> list[dict[str, Any]]:
    """Each with the lists that belong to it."""
    found: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, Items):
            if not found:
                found.append({"words": [], "below": []})
            found[-1]["below"].append(plain_block(item))
        else:
            found.append({"words": runs(item), "below": []})
    return found


def runs(words: Words) -> list[dict[str, Any]]:
    if isinstance(words, str):
        words = [Run(words)]
    return [dataclasses.asdict(run) for run in words]


def as_text(blocks: Sequence[Block]) -> str:
    """The same as plain text, for a mail: headings in capitals would shout, so they stand between empty lines."""
    return "\n\n".join(_text_of(block) for block in blocks)


def _text_of(block: Block) -> str:
    match block:
        case Heading() | Figure():
            return block.text if isinstance(block, Heading) else block.alt
        case Text() | Note():
            return _words_of(block.words)
        case Link():
            return f"{block.text}:\n{block.url}"
        case Items():
            return "\n".join(_lines_of(block, ""))
        case Facts():
            return "\n".join(f"{name}: {_words_of(words)}" for name, words in block.rows)
        case Table():
            heads = [f"{_words_of(head)}: " for head in block.header] or [""] * block.columns
            lines = [
                "; ".join(f"{head}{_words_of(cell)}" for head, cell in zip(heads, row, strict=True))
                for row in block.rows
            ]
            return "\n".join(lines)


def _lines_of(block: Items, indent: str) -> list[str]:
    lines, number = list[str](), 0
    for item in block.items:
        if isinstance(item, Items):
            lines += _lines_of(item, f"{indent}  ")
        else:
            number += 1
            lines.append(f"{indent}{f'{number}.' if block.numbered else '*'} {_words_of(item)}")
    return lines


def _words_of(words: Words) -> str:
    return words if isinstance(words, str) else "".join(run.text for run in words)
