"""Where a heading's text belongs, and which tables are rows of typed blocks: by names that are data (headings.toml)."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

from server.documents.template import filled_block
from server.documents.tree import Node, Text

MOST_WORDS = 12  # of a heading that only holds a section's name
_DATA = tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))
_SECTIONS: dict[str, str] = {name: section for section, names in _DATA["sections"].items() for name in names}
_LONGEST_FIRST = sorted(_SECTIONS, key=lambda name: (-len(name.split()), name))
_COLUMNS: dict[str, dict[str, str]] = {
    kind: {name: field for field, names in fields.items() for name in names}
    for kind, fields in _DATA["columns"].items()
}
_NEEDED = {kind: tuple(fields)[:2] for kind, fields in _DATA["columns"].items()}
BLOCK_OF = {"goals": "goal", "services": "service", "accommodations": "accommodation"}


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case, without accents, marks and leading numbers ("IV. Present Levels:" is "present levels")."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    bare = re.sub(r"^\s*(?:(?:section|part|seccion|parte)\s+)?(?:[ivx]+|[a-z]|\d+(?:\.\d+)*)\s*[.):]\s+", "", bare)
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def section_of(heading: str) -> str | None:
    """The section that a heading names, or None."""
    words = plain(heading)
    if words in _SECTIONS:
        return _SECTIONS[words]
    if not words or len(words.split()) > MOST_WORDS:
        return None
    held = [name for name in _LONGEST_FIRST if f" {name} " in f" {words} "]
    if not held:
        return None
    most = len(held[0].split())
    best = {_SECTIONS[name] for name in held if len(name.split()) == most}
    return best.pop() if len(best) == 1 else None


def rows_as_blocks(table: Node, section: str) -> list[Node] | None:
    """The table's rows as the section's typed blocks where that is certain, else None: it stays a table."""
    kind = BLOCK_OF.get(section)
    rows = list(table.nodes())
    if kind is None or len(rows) < 2:
        return None
    cells = [list(row.nodes()) for row in rows]
    width = len(cells[0])
    if any(len(row) != width or any(not _is_plain(cell) for cell in row) for row in cells):
        return None
    fields = [_COLUMNS[kind].get(plain(_words(cell)), "") for cell in cells[0]]
    if not all(fields) or len(set(fields)) < width or any(needed not in fields for needed in _NEEDED[kind]):
        return None
    return [filled_block(kind, dict(zip(fields, map(_words, row), strict=True))) for row in cells[1:]]


def _is_plain(cell: Node) -> bool:
    return cell.attributes.get("colspan", 1) == 1 and all(block.name == "paragraph" for block in cell.nodes())


def _words(cell: Node) -> str:
    lines = (
        "".join(child.text if isinstance(child, Text) else " " for child in block.children) for block in cell.nodes()
    )
    return " ".join(" ".join(lines).split())
