"""Whose an edit is, the socket says: nobody writes under the Yjs client id of another."""

import json
from typing import Any

import pytest
from pycrdt import Doc, XmlFragment
from sqlalchemy import create_engine, select

from server.journal.kinds import EDIT
from server.storage.tables import Entry
from server.sync.lib0 import sized, uint
from server.sync.tickets import read
from tests.support.frames import awareness_frame
from tests.support.table import Table, secret_key
from tests.support.wait import until
from tests.support.wire_client import Document


def as_if_by(client_id: int, document: Document, words: str) -> bytes:
    """An update under somebody's client id, going on where they are."""
    forged: Doc[Any] = Doc(client_id=client_id)
    twin = Document(document.client, document.key)
    twin.doc, twin.root = forged, forged.get("default", type=XmlFragment)
    forged.apply_update(document.doc.get_update())
    return twin.hold_back(words)


def authors(table: Table, document: str) -> list[str]:
    query = select(Entry.author_id).where(Entry.document_id == document, Entry.kind == EDIT).order_by(Entry.number)
    with create_engine(f"sqlite:///{table.server.data / 'roundtable.sqlite3'}").connect() as connection:
        return list(connection.scalars(query))


def refused(forger: Document) -> None:
    until(lambda: forger.settled, "an answer")
    assert forger.refused == 1
    assert {"event": "refused", "document": forger.key, "reason": "invalid"} in map(json.loads, forger.events)


def test_who_wrote_is_the_sockets_person(table: Table) -> None:
    one, two = table.sit(0), table.sit(1)
    one.type(" one")
    until(lambda: one.settled and two.reads(" one"), "the first's words")
    two.type(" two")
    until(lambda: two.settled, "the second's words")
    people = [read(secret_key(table.server), table.token(person)) for person in (0, 1)]
    assert authors(table, one.key) == [person.person_id for person in people if person is not None]


@pytest.mark.parametrize("gone", [False, True], ids=["here", "gone"])
def test_going_on_under_the_id_of_somebody_who_wrote_is_refused(table: Table, gone: bool) -> None:
    author, forger, reader = table.sit(0), table.sit(1), table.sit(2)
    author.type(" mine")
    until(lambda: author.settled and forger.reads(" mine") and reader.reads(" mine"), "the author's words")
    if gone:
        author.client.end()
    forger.send(as_if_by(author.doc.client_id, forger, " signed by another"))
    refused(forger)
    if not gone:
        author.type(" and mine too")
        until(lambda: author.settled and reader.reads(" and mine too"), "the author's next words")
        assert author.refused == 0
    assert "signed by another" not in table.stored_text(author.key)


def test_an_id_that_presence_shows_cannot_be_taken_before_its_owner_writes(table: Table) -> None:
    """Else whoever reads the id off presence could have all that its owner then types refused."""
    author, forger = table.sit(0), table.sit(1)
    identity = author.doc.client_id
    author.client.send(awareness_frame(author.key, uint(1) + uint(identity) + uint(1) + sized(b"{}")))
    until(lambda: forger.client.pump() and forger.presence, "the author to be shown")
    forger.send(as_if_by(identity, forger, " first"))
    refused(forger)
    author.type(" the owner's")
    until(lambda: author.settled, "an ack")
    assert author.refused == 0
    assert " the owner's" in table.stored_text(author.key)


def test_two_different_texts_under_one_clock_leave_no_half_a_character(table: Table) -> None:
    """A client that contradicts itself: what it said first stands, up to the middle of what it says now."""
    author, reader = table.sit(0), table.sit(1)
    other_version = as_if_by(author.doc.client_id, author, "a😀b")
    author.type("日本")
    until(lambda: author.settled and reader.reads("日本"), "the first version")
    author.send(other_version)
    until(lambda: author.settled, "an answer")
    assert author.refused == 1
    assert "日本" in table.stored_text(author.key)
    assert reader.whole_text == table.sit(2).whole_text


def test_what_is_passed_on_of_others_words_is_known_and_acked(table: Table) -> None:
    """Stock clients answer step 1 with all that the server lacks, whoever wrote it; what it has is no forgery."""
    author, other = table.sit(0), table.sit(1)
    author.type(" mine")
    until(lambda: author.settled and other.reads(" mine"), "the author's words")
    other.send(other.doc.get_update())
    until(lambda: other.settled, "an ack")
    assert other.refused == 0
