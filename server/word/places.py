"""Where a heading's text belongs, and which tables are rows of typed blocks: by names that are data (headings.toml)."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from server.documents.template import filled_block
from server.documents.tree import Node, Text

MOST_WORDS = 12  # of a heading that only holds a section's name
_DATA = tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))
_SECTIONS: dict[str, str] = {name: section for section, names in _DATA["sections"].items() for name in names}
# Between two names: "and" and what may follow it. A comma, a slash or an ampersand is no word.
_JOINING = frozenset({"and", "or", "the", "their", "y", "e", "o", "u", "el", "la", "los", "las", "sus"})
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


def sections_of(heading: str) -> list[str]:
    """The sections that a heading names, in its order: its words belong to the first. [] for none.

    A longer name tells more than a shorter one in the same heading ("Accommodations for state assessments"), unless
    the two are joined as equals ("Goals and related services").
    """
    words = plain(heading)
    if words in _SECTIONS:
        return [_SECTIONS[words]]
    if not words or len(words.split()) > MOST_WORDS:
        return []
    spans = _names_in(words.split())
    longest = max((end - start for start, end, _ in spans), default=0)
    named = list(dict.fromkeys(section for _, _, section in spans))
    telling = list(dict.fromkeys(section for start, end, section in spans if end - start == longest))
    return named if _are_joined(words.split(), spans) else telling


def _names_in(words: list[str]) -> list[tuple[int, int, str]]:
    """Where names of sections stand, in their order: from and up to which word. Of two that overlap, the longer one."""
    found: list[tuple[int, int, str]] = []
    for name in _LONGEST_FIRST:
        size = len(name.split())
        for start in range(len(words) - size + 1):
            free = all(start >= end or start + size <= begin for begin, end, _ in found)
            if free and " ".join(words[start : start + size]) == name:
                found.append((start, start + size, _SECTIONS[name]))
    return sorted(found)


def _are_joined(words: list[str], spans: list[tuple[int, int, str]]) -> bool:
    return all(set(words[end:start]) <= _JOINING for (_, end, _), (start, _, _) in pairwise(spans))


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
