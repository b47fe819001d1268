"""An update that repeats one still on its way to the disk is answered with it, and never before."""

from pathlib import Path

from sqlalchemy import create_engine, update

from server.storage import tables
from tests.support.frames import step_1
from tests.support.in_process import InProcess
from tests.support.server import Server
from tests.support.wait import until
from tests.support.wire_client import Document, WireClient


def ask_again(document: Document) -> None:
    before = document.asked
    document.client.send(step_1(document.key, document.doc.get_state()))
    until(lambda: document.client.pump() and document.asked > before, "the server's question")


def test_a_repeat_of_what_is_refused_is_refused_too(tmp_path: Path) -> None:
    with InProcess(tmp_path / "data") as server:
        meeting = Server(server.data).demo("--meetings", "1", "--people", "2")["meetings"][0]
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
