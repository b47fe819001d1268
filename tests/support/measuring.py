"""Goals in a draft, to be measured, and rows of services."""

from pycrdt import XmlFragment

from server.documents.template import filled_block
from server.documents.tree import insert_nodes, load
from server.journal.writer import Journal
from tests.support.desk import Writer

READING = {
    "area": "Reading",
    "baseline": "82 words a minute",
    "criterion": "95 words a minute",
    "date": "2028-02-25",
}


async def add_goal(journal: Journal, document_id: str, person_id: str, **fields: str) -> None:
    await add_block(journal, document_id, person_id, "goal", {**READING, **fields})


async def add_block(journal: Journal, document_id: str, person_id: str, kind: str, fields: dict[str, str]) -> None:
    doc = load(await journal.load_state(document_id))
    before = doc.get_state()
    root = doc.get("default", type=XmlFragment)
    insert_nodes(root, len(root.children), [filled_block(kind, fields)])
    write = Writer(journal, document_id, person_id).give(doc.get_update(before))
    await journal.settle()
    assert write.entry is not None, write
