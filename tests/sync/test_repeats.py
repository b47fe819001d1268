"""An update that repeats one still on its way to the disk is answered with it, and never before."""

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine, update

from server.documents.content import STRING, TYPE
from server.documents.update import read_update
from server.storage import tables
from server.sync.lib0 import sized, uint
from tests.support.frames import step_1
from tests.support.in_process import InProcess
from tests.support.server import Server
from tests.support.table import Table
from tests.support.wait import until
from tests.support.wire_client import Document, WireClient, first_text


def ask_again(document: Document) -> None:
    before = document.asked
    document.client.send(step_1(document.key, document.doc.get_state()))
    until(lambda: document.client.pump() and document.asked > before, "the server's question")


def test_a_repeat_of_what_is_refused_is_refused_too(tmp_path: Path) -> None:
    with InProcess(tmp_path / "data") as server:
        meeting = Server(server.data).demo(meetings=1, people=2)["meetings"][0]
        first, second = meeting["documents"][:2]
        other = WireClient(server.websocket).open(second, meeting["people"][1]["token"])
        author = WireClient(server.websocket).open(first, meeting["people"][0]["token"])
        acked = author.acked
        engine = create_engine(f"sqlite:///{server.data / 'roundtable.sqlite3'}")
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # nothing is committed meanwhile
            other.type(" This commit waits.")
            author.type(" Too late.")
            ask_again(author)  # asked what it has, the client says it again
            ask_again(author)  # and this question comes once that answer was read
            connection.execute(update(tables.Document).where(tables.Document.id == first).values(state="final"))
            connection.commit()
        engine.dispose()
        until(lambda: author.client.pump() and author.refused == 3, "every frame's answer")
        assert author.acked == acked
        other.client.end()
        author.client.end()


def test_what_is_said_again_beside_new_words_is_stored_once(tmp_path: Path) -> None:
    """As a client does that comes back while its last words are on their way to the disk."""
    with InProcess(tmp_path / "data") as server:
        meeting = Server(server.data).demo(meetings=1, people=1)["meetings"][0]
        author = WireClient(server.websocket).open(meeting["documents"][0], meeting["people"][0]["token"])
        start = author.doc.get_state()
        author.type("First")
        author.type("Second")
        until(lambda: author.settled, "both to be stored")
        author.hold_back("Third")
        author.send(author.doc.get_update(start))
        until(lambda: author.settled, "the third to be stored")
        line = first_text(author.root)
        del line[len(str(line)) - len("Third") :]
        author.send(author.doc.get_update(start))
        author.send(author.doc.get_update(start))
        author.send(author.doc.get_update(start))
        until(lambda: author.settled, "the deletion to be stored")
        author.client.end()
        with sqlite3.connect(server.data / "roundtable.sqlite3") as connection:
            rows = connection.execute(
                "SELECT payload, inserted, deleted FROM entry WHERE kind = 'edit' ORDER BY number"
            )
            edits = [(bytes(payload), inserted, deleted) for payload, inserted, deleted in rows]
    text = b"".join(payload for payload, _, _ in edits)
    assert [text.count(words) for words in (b"First", b"Second", b"Third")] == [1, 1, 1]
    assert [inserted for _, inserted, _ in edits[-2:]] == [len("Third"), 0]
    assert sum(deleted for _, _, deleted in edits) == len("Third")
    assert author.refused == 0


def test_a_lie_about_what_is_known_brings_nothing_in(table: Table) -> None:
    """The last node of the document is said to have been text, which goes on with one letter more: behind that node,
    where the letter would come to stand, is no place for text."""
    liar, other = table.sit(0), table.sit(1)
    structs = read_update(liar.doc.get_update()).structs
    client, last = max((struct[:2] for struct in structs if struct[3] == TYPE), key=lambda struct: struct[1])
    assert liar.doc.get_state() == uint(1) + uint(client) + uint(last + 1)
    letter = next(struct[1] for struct in structs if struct[3] == STRING)
    behind_text = bytes((0x84,)) + uint(client) + uint(letter)
    lie = uint(1) + uint(1) + uint(client) + uint(last) + behind_text + sized(b"ab") + uint(0)
    before = other.whole_text
    liar.send(lie)
    until(lambda: liar.settled, "an answer to the lie")
    assert liar.refused == 1
    other.add_paragraph("All is well.")
    until(lambda: other.settled, "the next to be stored")
    assert other.refused == 0
    assert other.whole_text.replace("All is well.", "").strip() == before.strip()
