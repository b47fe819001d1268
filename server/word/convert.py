"""A Word file sorted into the sections of a draft. Nothing is dropped: what found no place is kept apart, and told."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from server.documents.nodes import MOST_DOCUMENT
from server.documents.schema import check_tree
from server.documents.tree import Node, Text, content_update, text_of
from server.word.data import to_data
from server.word.errors import Unreadable
from server.word.package import has_macros, open_package, related
from server.word.places import rows_as_blocks, sections_of
from server.word.read import NOTE_MARK, Block, Reader, root_of, words_of

MOST_TOLD = 200  # characters of a heading that are told again
BOLD_HEADING = 80  # characters of a bold line that can be a heading


@dataclass
class Converted:
    """`sections`: blocks by section, headings as in the file. `unplaced`: what no section's heading stood above, and
    headers, footers, notes and comments. `told`: counts by what happened (words, tables, blocks, deletions, ...).
    `several`: headings that name more than one section, each with these; its words went to the first.
    """

    sections: dict[str, list[Node]] = field(default_factory=dict)
    unplaced: list[Node] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    several: list[list[str]] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """JSON."""
        return {
            "sections": {name: [to_data(node) for node in nodes] for name, nodes in self.sections.items()},
            "unplaced": [to_data(node) for node in self.unplaced],
            "told": dict(self.told),
            "several": self.several,
        }


def convert(data: bytes) -> Converted:
    """Raises `Unreadable` for a file that is not taken."""
    package = open_package(data)
    reader = Reader(package)
    main = package.main_document_part
    result = Converted()
    try:
        _sort(reader.body(), result)
        source = words_of(root_of(main))
        for kind in ("header", "footer", "footnotes", "endnotes", "comments"):
            source += _beside(reader, main, kind, result)
    except RecursionError:
        raise Unreadable("nested") from None
    result.told += reader.seen.counts
    if has_macros(package):
        result.told["macros"] = 1
    result.told["words"] = sum(source.values())
    if not source:
        raise Unreadable("no_words")
    _keep_what_is_missing(source, result)
    for nodes in (*result.sections.values(), result.unplaced):
        document = Node("doc", {}, tuple(nodes))
        if check_tree(document) is not None:
            raise Unreadable("nested")
        if len(content_update(nodes)) > MOST_DOCUMENT // 2:
            raise Unreadable("too_big")
    return result


def _sort(blocks: list[Block], result: Converted) -> None:
    section, level = "", 0
    for block in blocks:
        at = block.level or (7 if _looks_like_heading(block) else 0)
        named = sections_of(block.text) if at else []
        node = block.node
        if named:
            section, level = named[0], at
            if len(named) > 1:
                result.several.append([block.text[:MOST_TOLD], *named])
            if not block.level:
                node = Node("heading", {"level": 3}, (Text(block.text),))
        elif block.level and block.level <= level:
            section, level = "", 0
        _put(node, section, result)


def _looks_like_heading(block: Block) -> bool:
    """A short line all in bold, or a table of one cell: forms often have no other headings."""
    if not block.text or len(block.text) > BOLD_HEADING:
        return False
    if block.node.name == "table":
        return True
    runs = [child for child in block.node.children if isinstance(child, Text) and child.text.strip()]
    return block.node.name == "paragraph" and bool(runs) and all("bold" in run.marks for run in runs)


def _put(node: Node, section: str, result: Converted) -> None:
    target = result.sections.setdefault(section, []) if section else result.unplaced
    if node.name == "table":
        result.told["tables"] += 1
        rows = rows_as_blocks(node, section)
        if rows is not None:
            result.told["blocks"] += len(rows)
            target += rows
            header = next(node.nodes())
            # The columns' names became the fields' names: they stand in the form, no longer in the text.
            result.told["columns"] += len(header.children)
            result.sections.setdefault("", []).append(header)
            return
    if node.name == "paragraph" and not node.children and (not target or target[-1] == node):
        return
    target.append(node)


def _beside(reader: Reader, main: Any, kind: str, result: Converted) -> Counter[str]:
    """Headers, footers, notes and comments have no place in a section: they are kept with what found none.

    Returns their words. The same header on every page is kept once.
    """
    words: Counter[str] = Counter()
    seen: list[Counter[str]] = []
    for part in related(main, kind):
        found = words_of(root_of(part))
        if not found or found in seen:
            continue
        seen.append(found)
        words += found
        blocks = [block.node for block in reader.part(part) if block.node.children]
        result.told[kind] += len(blocks)
        result.unplaced += blocks
    return words


def _keep_what_is_missing(source: Counter[str], result: Converted) -> None:
    """Whatever the walk may have overlooked, word by word, and as often."""
    kept: Counter[str] = Counter()
    for nodes in (*result.sections.values(), result.unplaced):
        for node in nodes:
            kept.update(text_of(node).replace(NOTE_MARK, "").split())
    result.sections.pop("", None)
    missing = sorted((source - kept).elements())
    if missing:
        result.told["overlooked"] = len(missing)
        result.unplaced.append(Node("paragraph", {}, (Text(" ".join(missing)),)))
