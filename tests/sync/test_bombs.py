"""Small messages that would make a decoder ask for a gigabyte, and updates that no editor makes: refused, at no cost.

What is refused never reaches the CRDT library; `tests/documents` tries the same checks on many more inputs.
"""

from pathlib import Path

import pytest

from server.documents.state_vector import read_state_vector
from server.documents.tree import Node, Text, content_update
from server.documents.varint import write_varint
from server.sync import protocol
from tests.documents.making import in_root, recorded, string, update_of, varints
from tests.documents.test_update import BOMBS
from tests.support.frames import step_1, sync_frame, update_frame
from tests.support.table import Table, memory
from tests.support.wait import until
from tests.support.wire_client import Document

MOST_GROWTH = 64 * 1024 * 1024
CORPUS = sorted((Path(__file__).parents[1] / "documents" / "corpus").glob("*.hex"))
VECTORS = {
    "a gigabyte in 27 bytes": bytes.fromhex("ffffffff0f") + bytes(22),
    "half of one in 9": bytes.fromhex("ffffffff07") + bytes(4),
    "five bytes": bytes.fromhex("ffffffff0f"),
    "endless number": b"\x80" * 64,
    "nothing": b"",
    "a client twice": varints(2, 1, 1, 1, 1),
    "a clock past all": varints(1, 1, 2**40),
    "more than it says": b"\x00\x00",
    "many": write_varint(2**53 - 1),
}


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_state_vectors_that_are_bombs_end_their_sender(table: Table, vector: bytes) -> None:
    bystander, offender = table.sit(0), table.sit(1)
    before = memory(table.server)
    offender.client.send(step_1(offender.key, vector))
    assert offender.client.wait_closed() == protocol.POLICY
    undisturbed(bystander)
    assert memory(table.server) - before < MOST_GROWTH


@pytest.mark.parametrize("step", [protocol.STEP_2, protocol.UPDATE])
def test_updates_that_are_bombs_end_their_sender(table: Table, step: int) -> None:
    bystander = table.sit(0)
    before = memory(table.server)
    for name, bomb in BOMBS.items():
        offender = table.sit(1)
        offender.client.send(sync_frame(offender.key, step, bomb))
        assert offender.client.wait_closed() == protocol.POLICY, name
    undisturbed(bystander)
    assert memory(table.server) - before < MOST_GROWTH


def undisturbed(bystander: Document) -> None:
    bystander.type(" undisturbed")
    until(lambda: bystander.settled, "an ack")
    assert bystander.refused == 0


def refused(table: Table, update: bytes, reason: str = "invalid") -> None:
    """The update is not taken, its author is told why, and nobody sees anything of it."""
    author, reader = table.sit(0), table.sit(1)
    stored, entries, before = table.stored_text(author.key), table.entries(author.key), reader.whole_text
    author.send(update)
    until(lambda: author.settled, "an answer")
    assert author.refused == 1
    assert any(f'"reason": "{reason}"' in event for event in author.events)
    assert table.entries(author.key) == entries
    assert table.stored_text(author.key) == stored
    undisturbed(reader)
    assert reader.whole_text.replace(" undisturbed", "") == before
    assert 99 not in read_state_vector(reader.doc.get_state())


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_of_attacks_is_refused(table: Table, path: Path) -> None:
    """Each of them once got past something; here they go through the socket."""
    update = bytes.fromhex(path.read_text())
    author, reader = table.sit(0), table.sit(1)
    entries = table.entries(author.key)
    author.client.send(update_frame(author.key, update))

    def answered() -> bool:
        author.client.pump()
        return author.client.ended or author.refused == 1 or author.asked == 2

    until(answered, "an answer")
    assert author.client.close_code in {None, protocol.POLICY}
    undisturbed(reader)
    assert table.entries(author.key) == entries + 1


LINK = {"link": {"href": "javascript:alert(1)"}}
ELSEWHERE = update_of(99, 0, in_root(7, "other") + b"\x03" + string("paragraph"))

FORBIDDEN = {
    "a script in a link": content_update([Node("paragraph", {}, (Text("here", LINK),))], client_id=99),
    "a link in disguise": content_update(
        [Node("paragraph", {}, (Text("x", {"link": {"href": " JaVa\tScript:alert(1)"}}),))], client_id=99
    ),
    "a link to data": content_update(
        [Node("paragraph", {}, (Text("x", {"link": {"href": "data:text/html,<script>"}}),))], client_id=99
    ),
    "an unknown node": content_update([Node("script", {}, (Text("alert(1)"),))], client_id=99),
    "an image": content_update([Node("image", {"src": "https://example.org/x.png"})], client_id=99),
    "an unknown mark": content_update([Node("paragraph", {}, (Text("x", {"evil": {}}),))], client_id=99),
    "an attribute that runs": content_update([Node("paragraph", {"onclick": "alert(1)"})], client_id=99),
    "a style": content_update([Node("heading", {"level": 2, "style": "position:fixed"})], client_id=99),
    "a level of nonsense": content_update([Node("heading", {"level": "2"})], client_id=99),
    "a cell without a table": content_update([Node("tableCell", {"colspan": 1, "rowspan": 1})], client_id=99),
    "a field of no block": content_update([Node("field", {"name": "area"})], client_id=99),
    "an unknown field": content_update([Node("goal", {}, (Node("field", {"name": "secret"}),))], client_id=99),
    "a document in a document": content_update([Node("doc")], client_id=99),
    "another root": ELSEWHERE,
    "text in the root": update_of(99, 0, in_root(4) + string("bare")),
    "a long attribute": content_update(
        [Node("paragraph", {}, (Text("x", {"link": {"href": "https://x/" + "x" * 3000}}),))], client_id=99
    ),
}


@pytest.mark.parametrize("update", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_what_no_editor_makes_is_refused_with_a_reason(table: Table, update: bytes) -> None:
    refused(table, update)


def test_deep_nesting_is_refused(table: Table) -> None:
    node = Node("paragraph")
    for _ in range(40):
        node = Node("blockquote", {}, (node,))
    refused(table, content_update([node], client_id=99))


def test_forbidden_content_among_honest_edits_is_refused_alone(table: Table) -> None:
    """In the same batch of the same author: the others' and their own honest words are stored."""
    author, reader = table.sit(0), table.sit(1)
    evil = recorded(author.doc.get_update(), lambda root: root.children[0].attributes.__setitem__("onclick", "x"), 98)
    author.type(" before")
    author.send(evil)
    author.type(" after")
    until(lambda: author.settled and reader.reads(" before after"), "the honest words")
    assert author.refused == 1
    assert "onclick" not in str(reader.root)
