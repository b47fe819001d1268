"""Short ways to write down a draft as document content."""

from collections.abc import Iterable, Sequence

from server.documents.template import HEADING_LEVEL, template_nodes
from server.documents.tree import Node, Text, content_update

__all__ = ["bold", "bullets", "content_update", "heading", "paragraph", "quote", "synthetic", "table"]

Inline = str | Text


def bold(text: str) -> Text:
    return Text(text, {"bold": {}})


def heading(text: str, level: int = HEADING_LEVEL) -> Node:
    return Node("heading", {"level": level}, (Text(text),))


def paragraph(*parts: Inline) -> Node:
    return Node("paragraph", {}, _inline(parts))


def quote(*lines: str) -> Node:
    return Node("blockquote", {}, tuple(paragraph(line) for line in lines))


def bullets(*items: Inline | Sequence[Inline]) -> Node:
    return Node("bulletList", {}, tuple(Node("listItem", {}, (_one(item),)) for item in items))


def table(header: Iterable[str], *rows: Iterable[str]) -> Node:
    """A table whose first row, and the first cell of each other row, are headers."""
    head = Node("tableRow", {}, tuple(_cell("tableHeader", text) for text in header))
    return Node("table", {}, (head, *(_row(row) for row in rows)))


def synthetic(section: str) -> bytes:
    """A short plain document for load tests: a paragraph to type into, then the section's English template."""
    text = f"This {section.replace('_', ' ')} text was made for a load test and is about nobody."
    return content_update([paragraph(text), *template_nodes(section, str)])


def _row(texts: Iterable[str]) -> Node:
    first, *others = texts
    return Node("tableRow", {}, (_cell("tableHeader", first), *(_cell("tableCell", text) for text in others)))


def _cell(name: str, text: str) -> Node:
    return Node(name, {"colspan": 1, "rowspan": 1}, (paragraph(text),))


def _one(item: Inline | Sequence[Inline]) -> Node:
    return paragraph(item) if isinstance(item, str | Text) else paragraph(*item)


def _inline(parts: Iterable[Inline]) -> tuple[Text, ...]:
    return tuple(Text(part) if isinstance(part, str) else part for part in parts if part)
