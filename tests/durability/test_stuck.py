"""While the database takes nothing, nobody is told "saved"; when it takes edits again, everything goes on by itself."""

import contextlib
import json
import resource
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from server.storage.engine import Database
from tests.durability.conftest import faults
from tests.support.crowd import Crowd, Typist
from tests.support.server import Server
from tests.support.wait import until

UNLIMITED = resource.RLIM_INFINITY


@contextlib.contextmanager
def disk_full(server: Server) -> Iterator[None]:
    """No file of the server's takes another byte, its log neither."""
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, UNLIMITED))
    try:
        yield
    finally:
        if server.process is not None:
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))


@contextlib.contextmanager
def locked(server: Server) -> Iterator[None]:
    """Another process writes, and takes longer about it than the server waits."""
    database = Database(f"sqlite:///{server.data / 'roundtable.sqlite3'}")
    with database.sync.execution_options(writes=True).begin():
        yield
    database.sync.dispose()


@contextlib.contextmanager
def no_database(url: str) -> Iterator[None]:
    """PostgreSQL ends every connection and lets nobody in."""
    whole, name = url.rsplit("/", 1)
    with psycopg.connect(f"{whole}/postgres", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


def two_people(crowd: Crowd, server: Server) -> list[Typist]:
    meeting = server.demo(meetings=1, people=2)["meetings"][0]
    people = [
        crowd.join(server.websocket, person["token"], meeting["documents"][0], f"p{index}")
        for index, person in enumerate(meeting["people"])
    ]
    crowd.type(people[0])
    until(crowd.all_acked, "the first words to be saved")
    return people


def told(typist: Typist) -> list[str]:
    """What the page was told of the storage."""
    events: list[dict[str, Any]] = [json.loads(event) for event in typist.events]
    return [event["state"] for event in events if event["event"] == "storage"]


def ready(server: Server) -> int:
    return server.get("/readyz")[0]


def goes_through(trouble: contextlib.AbstractContextManager[None], crowd: Crowd, server: Server) -> None:
    author, reader = two_people(crowd, server)
    pid = server.pid
    with trouble:
        crowd.type(author, 5)
        crowd.type(reader, 2)
        until(lambda: told(reader) == ["stuck"], "the page to be told")
        until(lambda: ready(server) == 503, "/readyz to say so")
        assert server.get("/healthz")[0] == 200
        crowd.type(author, 5)
        assert author.acked == {author.written[0]}
        assert reader.acked == set()
        assert set(crowd.marks(reader)) == {author.written[0], *reader.written}
    until(crowd.all_acked, "everything to be saved")
    until(lambda: told(reader) == ["stuck", "ok"], "the page to be told that all is well")
    until(lambda: ready(server) == 200, "/readyz to say so")
    until(lambda: crowd.marks(reader) == crowd.marks(author), "both to see the same")
    assert dict(crowd.marks(reader)) == dict.fromkeys([*author.written, *reader.written], 1)
    assert server.pid == pid
    assert author.closed == reader.closed == []
    done = server.run("verify")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_full_disk(server: Server, crowd: Crowd) -> None:
    """The log's disk too: what there was to say is lost, and everything else goes on."""
    goes_through(disk_full(server), crowd, server)
    assert "Traceback" not in server.log.read_text()


def test_a_database_that_another_process_locks(server: Server, crowd: Crowd) -> None:
    goes_through(locked(server), crowd, server)


def test_a_postgresql_that_goes_and_comes(start_server: Callable[..., Server], crowd: Crowd, postgres_url: str) -> None:
    server = start_server(database_url=postgres_url)
    goes_through(no_database(postgres_url), crowd, server)


def test_a_stop_while_the_disk_is_full(server: Server, crowd: Crowd) -> None:
    """It ends all the same, and what could not be stored is still with who typed it."""
    author, reader = two_people(crowd, server)
    with disk_full(server):
        crowd.type(author, 3)
        until(lambda: told(reader) == ["stuck"], "the page to be told")
        server.stop()
    assert author.acked == {author.written[0]}
    server.start()
    until(crowd.all_acked, "the rest to come in after the restart")
    until(lambda: dict(crowd.marks(reader)) == dict.fromkeys(author.written, 1), "the others to see it")
    assert faults(server) == []


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_pages_answer_while_the_disk_is_full(server: Server, path: str) -> None:
    with disk_full(server):
        status, body = server.get(path, accept="text/html")
        assert status in (200, 503)
        assert "Traceback" not in body
