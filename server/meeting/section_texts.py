"""What a section says, by heading and typed block; kept as long as nobody writes in it."""

from collections import OrderedDict
from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, select

from server.documents.fields import typed_blocks
from server.documents.numbers import whole_dates
from server.documents.tree import Node, read_tree, text_of
from server.domain.readiness import Block, Part, SectionText
from server.journal.snapshot import load
from server.storage.tables import Entry

KEPT_TEXTS = 256
_texts: "OrderedDict[tuple[str, bytes | None], SectionText]" = OrderedDict()
_NEWEST = select(Entry.hash).where(Entry.document_id == bindparam("document")).order_by(Entry.number.desc()).limit(1)


def section_text(connection: Connection, section: str, document_id: str) -> SectionText:
    """A section's words by heading, and its typed blocks. Raises `Damaged`, `Malformed`."""
    # The hash of the newest entry names all that came before it, also where a database lost entries and wrote others.
    newest = connection.scalar(_NEWEST, {"document": document_id})
    kept = _texts.pop((document_id, newest), None) or _read_text(connection, section, document_id)
    _texts[document_id, newest] = kept
    while len(_texts) > KEPT_TEXTS:
        _texts.popitem(last=False)
    return kept


def _read_text(connection: Connection, section: str, document_id: str) -> SectionText:
    tree = read_tree(load(connection, document_id).state())
    blocks = tuple(
        Block(block.kind, block.ordinal, block.fields, whole_dates(block.fields)) for block in typed_blocks(tree)
    )
    return SectionText(section, document_id, tuple(parts_of(tree)), blocks)


def parts_of(tree: Node) -> Iterator[Part]:
    """A document's words by heading, without its typed blocks."""
    heading, ordinal, texts, counted = "", 0, list[str](), 0
    for node in tree.nodes():
        if node.name == "heading":
            counted += 1
            level = node.attributes.get("level", 2)
            if isinstance(level, int) and level > 2:
                texts.append(text_of(node))  # a heading inside a part
                continue
            yield Part(heading, ordinal, tuple(texts))
            heading, ordinal, texts = text_of(node), counted, []
        elif node.name in {"bulletList", "orderedList"}:
            texts += [text_of(item) for item in node.nodes()]
        elif node.name not in {"goal", "service", "accommodation"}:
            texts.append(text_of(node))
    yield Part(heading, ordinal, tuple(texts))
