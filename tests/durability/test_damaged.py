"""What is stored of a document was changed: its room is an error, never an empty text, and other documents go on."""

import pytest
from sqlalchemy import text

from tests.support.crowd import Crowd
from tests.support.server import Server
from tests.support.tamper import opened
from tests.support.wait import until


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE snapshot SET state = x'0000' WHERE document_id = :document", "snapshot"),
        ("UPDATE snapshot SET state = x'ffff' WHERE document_id = :document", "snapshot"),
        ("UPDATE entry SET payload = x'0000' WHERE document_id = :document", "entry"),
        ("UPDATE entry SET payload = x'ffffff' WHERE document_id = :document", "entry"),
    ],
)
def test_it_is_an_error_and_never_empty(server: Server, crowd: Crowd, statement: str, where: str) -> None:
    meeting, other = server.demo(meetings=2, people=1)["meetings"]
    document, token = meeting["documents"][0], meeting["people"][0]["token"]
    author = crowd.join(server.websocket, token, document, "author")
    crowd.type(author, 40, apart=True)
    written = set(author.written)
    server.stop()
    with opened(server.data / "roundtable.sqlite3") as connection:
        if where == "entry":
            connection.execute(text("DELETE FROM snapshot"))
        assert connection.execute(text(statement), {"document": document}).rowcount
        connection.commit()
    server.start()
    until(lambda: author.denied == ["damaged"], "whoever comes back to be told")
    with pytest.raises(TimeoutError):
        crowd.join(server.websocket, token, document, "newcomer", seconds=1)
    assert set(crowd.marks(author)) == written  # nothing was sent that took the text from the screen
    for place, name in ((meeting["documents"][2], "beside"), (other["documents"][0], "elsewhere")):
        owner = meeting if name == "beside" else other
        typist = crowd.join(server.websocket, owner["people"][0]["token"], place, name)
        crowd.type(typist, 3)
        until(lambda typist=typist: typist.all_acked, "another document to be saved")  # type: ignore[misc]
    done = server.run("verify")
    assert done.returncode == 1
    assert document in done.stdout
    assert "Traceback" not in server.log.read_text()
