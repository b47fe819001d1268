"""A stop loses nothing, says goodbye properly and takes no longer than it promises; a start finds everything again."""

import signal
import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from server.storage.engine import Database
from tests.durability.conftest import editable, faults
from tests.support.crowd import Crowd, Typist
from tests.support.launcher import Launched
from tests.support.server import Server
from tests.support.wait import until

PROMISED_SECONDS = 10
RESTART = 1012


def gather(crowd: Crowd, server: Server) -> tuple[list[Typist], dict[str, Any]]:
    """Three people in two documents."""
    meeting = server.demo(meetings=1, people=3)["meetings"][0]
    for number, document in enumerate(editable(meeting)[:2]):
        for index, person in enumerate(meeting["people"]):
            crowd.join(server.websocket, person["token"], document, f"d{number}p{index}")
    return crowd.people, meeting


def end(server: Server) -> None:
    """SIGTERM, and the wait that is promised."""
    process = server.process
    assert process is not None
    process.send_signal(signal.SIGTERM)
    wait(process)
    server.stop()


def wait(process: "subprocess.Popen[bytes] | Launched") -> None:
    process.wait(PROMISED_SECONDS)


def frames(server: Server) -> float:
    families = text_string_to_metric_families(server.get("/metrics")[1])
    return sum(s.value for f in families for s in f.samples if s.name == "roundtable_frames_received_total")


def see_all(crowd: Crowd, room: list[Typist]) -> bool:
    written = dict.fromkeys((mark for typist in room for mark in typist.written), 1)
    return all(dict(crowd.marks(typist)) == written for typist in room)


def test_under_load(server: Server, crowd: Crowd) -> None:
    people, _ = gather(crowd, server)
    with crowd.typing(people, seed=1):
        until(lambda: all(len(typist.acked) > 20 for typist in people), "some text")
        end(server)
        crowd.hold_off(off=True)
    until(lambda: all(typist.closed for typist in people), "everybody to hear of it")
    assert {code for typist in people for code in typist.closed} == {RESTART}
    said = server.log.read_text()
    assert "stopped" in said
    assert "Traceback" not in said
    assert "rror" not in said
    crowd.hold_off(off=False)
    server.start()
    until(crowd.all_acked, "what was typed after the goodbye to come in")
    for number in range(2):
        room = [typist for typist in people if typist.name.startswith(f"d{number}")]
        until(partial(see_all, crowd, room), "everybody to see everything, once")
    assert faults(server) == []


def test_what_waits_for_its_commit_is_committed_and_acked_first(server: Server, crowd: Crowd) -> None:
    people, _ = gather(crowd, server)
    process = server.process
    assert process is not None
    database = Database(f"sqlite:///{server.data / 'roundtable.sqlite3'}")
    with database.sync.execution_options(writes=True).begin():
        before = frames(server)
        for typist in people:
            crowd.type(typist, 10)
        until(lambda: frames(server) >= before + 10 * len(people), "the server to have read all of it")
        assert [typist.acked for typist in people] == [set()] * len(people)
        process.send_signal(signal.SIGTERM)
    database.sync.dispose()
    crowd.hold_off(off=True)
    wait(process)
    server.stop()
    until(lambda: all(typist.closed == [RESTART] for typist in people), "everybody to hear of it")
    assert crowd.all_acked()
    assert faults(server) == []


def test_text_typed_while_there_was_no_server_comes_in(server: Server, crowd: Crowd) -> None:
    people, meeting = gather(crowd, server)
    crowd.type(people[0], 3)
    until(crowd.all_acked, "the first words to be saved")
    server.stop()
    for typist in people:
        crowd.type(typist, 4)
    server.start()
    until(crowd.all_acked, "everything to be saved")
    newcomer = crowd.join(server.websocket, meeting["people"][0]["token"], meeting["documents"][0], "newcomer")
    written = [mark for typist in people if typist.name.startswith("d0") for mark in typist.written]
    assert dict(crowd.marks(newcomer)) == dict.fromkeys(written, 1)
    assert faults(server) == []


def test_documents_at_rest_have_snapshots_after_a_stop(start_server: Callable[..., Server], crowd: Crowd) -> None:
    """The next start opens them from there, and they are what the journal replays to."""
    server = start_server()
    people, _ = gather(crowd, server)
    for typist in people[:3]:
        crowd.type(typist, 15, apart=True)
    server.stop()
    assert faults(server) == []
    database = Database(f"sqlite:///{server.data / 'roundtable.sqlite3'}")
    with database.sync.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM snapshot").scalar()
    database.sync.dispose()
    assert not (server.data / "roundtable.sqlite3-wal").exists()
    server.start()
    until(lambda: all(typist.synced.is_set() for typist in people), "everybody to be back")
