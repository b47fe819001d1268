"""A document as HTML for pages: semantic, and safe because it can only emit what is written here.

No text of a document reaches the page but through `escape`, no attribute but those named below, and no node or mark
that the schema doesn't know. So nothing has to be cleaned afterwards. What a comparison of two states marked as come or
gone is in `ins` and `del`, with words for those who hear the page.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from server.documents.authored import AUTHOR
from server.documents.credited import Writer, writer_of
from server.documents.difference import CAME, WENT, change_of
from server.documents.labels import (
    ADDED,
    ADDED_BLOCK,
    ADDED_BY,
    BLOCK_LABELS,
    EMPTY_FIELD,
    FIELD_LABELS,
    REMOVED,
    REMOVED_BLOCK,
    REMOVED_BY,
    TABLE_LABEL,
)
from server.documents.links import is_allowed_href
from server.documents.nodes import FIELDS
from server.documents.tree import Node, Text, read_tree

Gettext = Callable[[str], str]

_MARK_TAGS: Mapping[str, str] = {"bold": "strong", "italic": "em", "underline": "u", "strike": "s"}
_BLOCK_TAGS: Mapping[str, str] = {
    "paragraph": "p",
    "bulletList": "ul",
    "listItem": "li",
    "blockquote": "blockquote",
}
# A scrolling frame that the keyboard reaches: on a phone a wide table must not widen the page.
_TABLE = Markup(
    '<div class="table-frame" tabindex="0" role="group" aria-label="%s"><table><tbody>%s</tbody></table></div>'
)
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])  # what HTML can't hold


def render_html(state: bytes, *, gettext: Gettext, heading_offset: int = 1) -> Markup:
    """The document with this whole state. Headings go down by `heading_offset` levels, for the page has its own.

    Raises `Malformed`.
    """
    return render_tree(read_tree(state), gettext=gettext, heading_offset=heading_offset)


def render_tree(tree: Node, *, gettext: Gettext, heading_offset: int = 1, lang: str = "") -> Markup:
    """As `render_html`, from a tree. `lang`: the language of its words, where it is not that of the page (BCP 47)."""
    return _Renderer(gettext, heading_offset, lang).blocks(tree.children)


def render_blocks(tree: Node, *, gettext: Gettext, heading_offset: int = 1) -> "list[tuple[Markup, list[Markup]]]":
    """Each of the root's blocks by itself, and of a list its items besides, each as a list of its own."""
    writer = _Renderer(gettext, heading_offset)
    found = []
    for block in tree.nodes():
        items = []
        if block.name in ("bulletList", "orderedList"):
            start = _number(block, "start", 1)
            items = [
                _Renderer(gettext, heading_offset).blocks([Node(block.name, {"start": start + at}, (item,))])
                for at, item in enumerate(block.nodes())
            ]
        found.append((writer.blocks([block]), items))
    return found


class _Renderer:
    def __init__(self, gettext: Gettext, heading_offset: int, lang: str = "") -> None:
        self._gettext = gettext
        self._lang = lang
        self._heading_offset = heading_offset
        self._counts: Counter[str] = Counter()  # blocks so far, by kind
        self._gone: Counter[str] = Counter()  # the same in the earlier of two states
        self._change: str | None = None  # of the block around: it came or went as a whole
        self._special: Mapping[str, Callable[[Node], Markup]] = {
            "heading": self._heading,
            "orderedList": self._ordered_list,
            "table": self._table,
            "goal": self._typed_block,
            "service": self._typed_block,
            "accommodation": self._typed_block,
        }

    def blocks(self, children: Iterable[Node | Text]) -> Markup:
        return _joined(self._block(child) for child in children if isinstance(child, Node))

    def _block(self, node: Node) -> Markup:
        return self._within(node, self._unmarked)

    def _unmarked(self, node: Node) -> Markup:
        special = self._special.get(node.name)
        if special is not None:
            return special(node)
        if node.name == "paragraph":
            return _element("p", self._inline(node) or Markup("<br>"))
        tag = _BLOCK_TAGS.get(node.name)
        return _element(tag, self.blocks(node.children)) if tag else Markup("")

    def _heading(self, node: Node) -> Markup:
        level = min(max(_number(node, "level", 2), 2) + self._heading_offset, 6)
        return _element(f"h{level}", self._inline(node))

    def _ordered_list(self, node: Node) -> Markup:
        start = _number(node, "start", 1)
        return _element("ol", self.blocks(node.children), {"start": start} if start != 1 else {})

    def _table(self, node: Node) -> Markup:
        rows = _joined(self._within(row, self._row) for row in node.nodes() if row.name == "tableRow")
        return _TABLE % (self._gettext(TABLE_LABEL), rows)

    def _row(self, row: Node) -> Markup:
        cells = [cell for cell in row.nodes() if cell.name in ("tableHeader", "tableCell")]
        # A row of headers heads the columns; a header beside cells heads its row.
        scope = "col" if all(cell.name == "tableHeader" for cell in cells) else "row"
        return _element("tr", _joined(self._within(cell, lambda one: self._cell(one, scope)) for cell in cells))

    def _cell(self, cell: Node, scope: str) -> Markup:
        spans = {name: _number(cell, name, 1) for name in ("colspan", "rowspan")}
        attributes: dict[str, object] = {name: value for name, value in spans.items() if value > 1}
        if cell.name == "tableHeader":
            return _element("th", self.blocks(cell.children), {**attributes, "scope": scope})
        return _element("td", self.blocks(cell.children), attributes)

    def _within(self, node: Node, write: Callable[[Node], Markup]) -> Markup:
        """A part that may have come or gone on its own."""
        around, self._change = self._change, self._change or change_of(node)
        try:
            return write(node)
        finally:
            self._change = around

    def _typed_block(self, node: Node) -> Markup:
        fields = (field for field in node.nodes() if field.name == "field")
        rows = _joined(self._within(field, lambda one: self._field(node.name, one)) for field in fields)
        for counts, other in ((self._counts, WENT), (self._gone, CAME)):
            counts[node.name] += self._change != other
        counts = self._gone if self._change == WENT else self._counts
        label = self._gettext(BLOCK_LABELS[node.name]) % {"number": counts[node.name]}
        name = node.name
        if self._change is not None:
            name += " is-added" if self._change == CAME else " is-removed"
            label = self._gettext(ADDED_BLOCK if self._change == CAME else REMOVED_BLOCK) % {"block": label}
        return Markup('<div class="%s" role="group" aria-label="%s"><dl>%s</dl></div>') % (name, label, rows)

    def _field(self, block: str, node: Node) -> Markup:
        name = node.attributes.get("name")
        if name not in FIELDS[block]:
            return Markup("")
        value = None
        if any(not isinstance(child, Text) or child.text.strip() for child in node.children):
            value = self._inline(node)
        if value is None:
            hidden = Markup('<span class="visually-hidden">%s</span>') % self._gettext(EMPTY_FIELD)
            value = Markup('<span aria-hidden="true">–</span>') + hidden
        label = self._gettext(FIELD_LABELS[block][name])
        return Markup('<div class="field" data-name="%s"><dt>%s</dt><dd>%s</dd></div>') % (name, label, value)

    def _inline(self, node: Node) -> Markup:
        shown = (child for child in node.children if isinstance(child, Text) or child.name == "hardBreak")
        words = _joined(
            changed(_run(run), change, self._gettext, by)
            for (change, by), run in groupby(shown, lambda one: (self._change or change_of(one), writer_of(one)))
        )
        return _element("span", words, {"lang": self._lang}) if words and self._lang else words


def changed(html: Markup, change: str | None, gettext: Gettext, by: Writer | None = None) -> Markup:
    """A run of words as having come or gone (`difference.CAME`, `WENT`): readable without colour, and by ear.

    `by`: who wrote what came, or took away what went; it stands behind the words in short.
    """
    if change is None or not html:
        return html
    tag, word = ("ins", gettext(ADDED)) if change == CAME else ("del", gettext(REMOVED))
    mark, attributes = Markup(""), dict[str, object]()
    if by is not None:
        word = gettext(ADDED_BY if change == CAME else REMOVED_BY) % {"name": by.name}
        mark = Markup('<sup class="by-mark" aria-hidden="true">%s</sup>') % by.short
        attributes = {"class": f"author-{by.color}"} if by.color else {}
    before = Markup('<span class="visually-hidden">[%s </span>') % word
    return _element(tag, before + html + Markup('<span class="visually-hidden">]</span>') + mark, attributes)


def _run(children: Iterable[Node | Text]) -> Markup:
    return _joined(_text(child) if isinstance(child, Text) else Markup("<br>") for child in children)


def _text(text: Text) -> Markup:
    html = escape(text.text.translate(_CONTROL))
    whose = text.marks.get(AUTHOR)
    if whose is not None:
        # Inside all other marks, so that what the page counts in is the text alone.
        by, at = escape(whose["by"]), int(whose["at"])
        html = Markup(f'<span class="by {by}" data-at="{at}">{html}</span>')  # noqa: S704 - all of it is escaped
    for mark, tag in _MARK_TAGS.items():
        if mark in text.marks:
            html = _element(tag, html)
    link = text.marks.get("link")
    href = link.get("href") if isinstance(link, Mapping) else None
    if is_allowed_href(href):
        html = _element("a", html, {"href": href, "rel": "noopener noreferrer nofollow"})
    return html


def _element(tag: str, content: Markup, attributes: Mapping[str, object] | None = None) -> Markup:
    # Not by Markup's own way of formatting, which takes ten times as long: a long text has tens of thousands of runs.
    given = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items()) if attributes else ""
    return Markup(f"<{tag}{given}>{content.__html__()}</{tag}>")  # noqa: S704 - tags and names are our own


def _joined(parts: Iterable[Markup]) -> Markup:
    """Parts side by side. Markup's own `join` looks at each of them again."""
    return Markup("".join(parts))  # noqa: S704 - all of it is escaped


def _number(node: Node, name: str, default: int) -> int:
    value: Any = node.attributes.get(name)
    return value if isinstance(value, int) and 0 <= value <= 100_000 else default
