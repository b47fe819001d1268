"""Alive, ready, and counted: what a machine asks of a running server."""

import json
import sqlite3
from collections.abc import Callable

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from server import __version__
from tests.support.crowd import Crowd
from tests.support.server import Server
from tests.support.wait import until


def figures(server: Server, **headers: str) -> dict[str, float]:
    status, body = server.get("/metrics", **headers)
    assert status == 200
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
        if not sample.labels
    }


def test_alive_and_ready(server: Server) -> None:
    assert json.loads(server.get("/healthz")[1]) == {"status": "ok", "version": __version__}
    status, body = server.get("/readyz")
    assert (status, json.loads(body)) == (200, {"status": "ok", "database": "ok", "live_updates": "ok"})


def test_not_ready_without_its_database(start_server: Callable[..., Server], postgres_url: str) -> None:
    server = start_server(database_url=postgres_url)
    whole, name = postgres_url.rsplit("/", 1)
    with psycopg.connect(f"{whole}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
        assert server.get("/readyz")[0] == 503
        assert json.loads(server.get("/readyz")[1])["database"] == "does not answer"
        assert server.get("/healthz")[0] == 200  # the process lives; nobody need kill it
        connection.execute(f'CREATE DATABASE "{name}"'.encode())


def test_what_is_typed_is_counted(server: Server) -> None:
    meeting = server.demo(meetings=1, people=2)["meetings"][0]
    before = figures(server)
    assert before["roundtable_storage_stuck"] == 0
    with Crowd() as crowd:
        people = [
            crowd.join(server.websocket, person["token"], meeting["documents"][0], f"p{index}")
            for index, person in enumerate(meeting["people"])
        ]
        crowd.type(people[0], 5, apart=True)
        until(lambda: figures(server)["roundtable_sockets"] == 2, "two sockets to be counted")
        until(lambda: figures(server)["roundtable_frames_received_total"] > 8, "the frames to be counted")
        # Five edits, and the arrival of two people.
        entries = before["roundtable_journal_entries_total"] + 5 + 2
        until(lambda: figures(server)["roundtable_journal_entries_total"] == entries, "every entry to be counted")
        after = figures(server)
        assert after["roundtable_rooms"] == 1
        assert after["roundtable_commit_seconds_count"] == before["roundtable_commit_seconds_count"] + 5
    until(lambda: figures(server)["roundtable_sockets"] == 0, "nobody to be counted any more")


def test_figures_hold_no_student_data(server: Server) -> None:
    meeting = server.demo()["meetings"][0]
    with Crowd() as crowd:
        typist = crowd.join(server.websocket, meeting["people"][0]["token"], meeting["documents"][0], "canary")
        crowd.type(typist, 2, apart=True)
        body = server.get("/metrics")[1]
    for secret in ("canary", "Jonah", "Vasquez", meeting["id"], *meeting["documents"], *people_words(meeting)):
        assert secret not in body


def people_words(meeting: dict) -> list[str]:
    return [word for person in meeting["people"] for word in (person["name"], person["token"])]


def test_figures_are_for_this_machine_or_for_whoever_has_the_token(start_server: Callable[..., Server]) -> None:
    server = start_server(metrics_token="a-long-token")
    assert server.get("/metrics")[0] == 401
    assert server.get("/metrics", authorization="Bearer another")[0] == 401
    assert figures(server, authorization="Bearer a-long-token")["roundtable_storage_stuck"] == 0


def test_figures_behind_a_proxy_are_not_for_everybody(server: Server) -> None:
    """The proxy is on this machine, and says for whom it asks."""
    assert server.get("/metrics", **{"X-Forwarded-For": "203.0.113.9"})[0] == 403


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_machines_need_no_session_and_write_nothing(server: Server, path: str) -> None:
    file = server.data / "roundtable.sqlite3"
    with sqlite3.connect(file) as connection:
        before = connection.execute("SELECT count(*) FROM session").fetchone()
    for _ in range(3):
        server.get(path)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM session").fetchone() == before
