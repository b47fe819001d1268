"""What an honest client sees: its edits are stored, acked once each, and shown to the others."""

from pycrdt import XmlFragment

from server.sync import protocol
from tests.support.frames import close_frame
from tests.support.table import Table
from tests.support.wait import until


def test_an_edit_is_stored_acked_and_shown(table: Table) -> None:
    author, reader = table.sit(0), table.sit(1)
    author.type(" One word.")
    until(lambda: author.settled and reader.reads("One word."), "the word on both sides")
    assert author.scope == reader.scope == "read-write"
    assert author.acked == author.sent
    assert "One word." in table.stored_text(author.key)


def test_two_who_write_at_once_read_the_same(table: Table) -> None:
    one, two = table.sit(0), table.sit(1)
    for number in range(10):
        one.type(f" a{number}")
        two.type(f" b{number}")
    until(lambda: one.settled and two.settled and one.text == two.text, "one text on both sides")
    for number in range(10):
        assert one.text.count(f" a{number}") == one.text.count(f" b{number}") == 1
    assert table.stored_text(one.key).startswith(one.text)


def test_what_changes_nothing_is_acked_without_an_entry(table: Table) -> None:
    author = table.sit(0)
    before = author.doc.get_state()
    author.type("once")
    until(lambda: author.settled, "an ack")
    entries = table.entries(author.key)
    author.send(author.doc.get_update(before))
    author.send(b"\x00\x00")
    author.send(author.doc.get_update(), protocol.STEP_2)
    until(lambda: author.settled, "acks for what is known")
    assert author.refused == 0
    assert table.entries(author.key) == entries


def test_taking_words_out_is_stored_and_shown(table: Table) -> None:
    """The state vector stays the same when something is only deleted."""
    author, reader = table.sit(0), table.sit(1)
    entries = table.entries(author.key)
    blocks = len(list(reader.root.children))
    before = author.doc.get_state()
    del author.doc.get("default", type=XmlFragment).children[0]
    assert author.doc.get_state() == before
    author.send(author.doc.get_update(before))

    def gone() -> bool:
        reader.client.pump()
        return len(list(reader.root.children)) == blocks - 1

    until(lambda: author.settled and gone(), "one block less")
    assert author.refused == 0
    assert table.entries(author.key) == entries + 1
    assert "made for a load test" not in table.stored_text(author.key)


def test_several_documents_share_a_socket(table: Table) -> None:
    client = table.client()
    mine = [client.open(name, table.token(0)) for name in table.documents]
    assert [document.scope for document in mine].count("readonly") == 1  # the parents' own words
    mine = [document for document in mine if document.scope == "read-write"]
    assert len(mine) > 5
    others = [table.sit(1, table.documents.index(document.key)) for document in mine]
    for number, document in enumerate(mine):
        document.type(f" number {number}")

    def all_read() -> bool:
        return all(document.reads(f" number {number}") for number, document in enumerate(others))

    until(all_read, "each document's words")
    assert all(document.text.count("number") == 1 for document in others)
    until(lambda: all(document.settled for document in mine), "all acks")
    assert all(document.refused == 0 for document in mine)


def test_a_document_closed_by_its_client_leaves_the_others_open(table: Table) -> None:
    client = table.client()
    first, second = (client.open(name, table.token(0)) for name in table.documents[:2])
    watching = table.sit(1)
    client.send(close_frame(first.key))
    second.type(" still here")
    until(lambda: second.settled, "an ack for the one that stayed")
    heard = len(client.frames)
    watching.type(" not for the one that left")
    until(lambda: watching.settled, "an ack")
    second.type(" and again")
    until(lambda: second.settled, "another ack")
    assert " not for" not in first.text
    assert len(client.frames) == heard
