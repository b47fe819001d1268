"""PostgreSQL goes, comes back, answers late, or leaves it open whether a commit was done."""

import contextlib
from collections.abc import Iterator

import psycopg

from tests.support.faults.field import Field
from tests.support.faults.proxy import FaultProxy
from tests.support.postgres import Postgres
from tests.support.wait import until


def way(field: Field) -> FaultProxy:
    """To the database."""
    proxy = field.nodes[0].database
    assert proxy is not None
    return proxy


def goes_through(field: Field, trouble: contextlib.AbstractContextManager[None]) -> None:
    """They type before, while and after it lasts; nobody is told "saved" of what is not."""
    pid = field.nodes[0].server.pid
    with field.typing():
        field.goes_on()
        with trouble:
            pass
        field.goes_on()
    field.holds()
    assert field.nodes[0].server.pid == pid, "the node was to live through it"
    assert "Traceback" not in field.nodes[0].server.log.read_text()


def stuck(field: Field) -> bool:
    return field.nodes[0].metric("roundtable_storage_stuck") == 1


@contextlib.contextmanager
def restarted(postgres: Postgres) -> Iterator[None]:
    postgres.restart()
    yield


@contextlib.contextmanager
def crashed(field: Field, postgres: Postgres) -> Iterator[None]:
    postgres.crash()
    until(lambda: stuck(field), "the node to notice")
    postgres.boot()
    yield


def test_restarted(field: Field, postgres: Postgres) -> None:
    goes_through(field, restarted(postgres))


def test_killed(field: Field, postgres: Postgres) -> None:
    """All its processes at once, and its recovery from what it had on disk."""
    goes_through(field, crashed(field, postgres))


@contextlib.contextmanager
def in_doubt(field: Field) -> Iterator[None]:
    proxy = way(field)
    for _ in range(5):
        for fault in (proxy.doubt, proxy.lose_commits):
            fault(1)
            field.goes_on(edits=1)
    assert proxy.swallowed >= 5
    yield


def test_commits_in_doubt(field: Field) -> None:
    """The connection ends between COMMIT and its answer: done and not told, or never done. Both are stored once."""
    goes_through(field, in_doubt(field))


@contextlib.contextmanager
def no_connection_left(field: Field, url: str) -> Iterator[None]:
    """Others hold every connection that the cluster has, and ours are ended."""
    with contextlib.ExitStack() as stack:
        with psycopg.connect(url, autocommit=True) as ours:
            ours.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
        way(field).refuse()
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                stack.enter_context(psycopg.connect(url))
        way(field).accept()
        until(lambda: stuck(field), "the node to notice")
        until(
            lambda: "too many clients" in field.nodes[0].server.log.read_text() or stuck(field), "it to be turned away"
        )
        yield


def test_out_of_connections(field: Field) -> None:
    goes_through(field, no_connection_left(field, field.url))


@contextlib.contextmanager
def slow(field: Field) -> Iterator[None]:
    way(field).slow_commits(0.7)
    field.goes_on(edits=2)
    way(field).heal()
    yield


def test_a_slow_disk(field: Field) -> None:
    """Each commit takes most of a second."""
    goes_through(field, slow(field))


@contextlib.contextmanager
def hanging(field: Field, postgres: Postgres) -> Iterator[None]:
    postgres.pause()
    before = field.acked()
    field.pass_time(6)
    assert field.acked() <= before + len(field.writers) * 3
    postgres.resume()
    yield


def test_a_disk_that_hangs(field: Field, postgres: Postgres) -> None:
    goes_through(field, hanging(field, postgres))
