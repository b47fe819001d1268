"""`roundtable demo`: what programs read of it, and that it works on the socket and in a browser."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.support.crowd import Crowd
from tests.support.server import Server
from tests.support.wait import until

DOCUMENT = re.compile(r"d_[\w-]{20}")


def made(done: Any) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert set(found) == {"meetings"}
    return list(found["meetings"])


def check_shape(meeting: dict[str, Any], address: str) -> None:
    assert set(meeting) == {"id", "url", "websocket", "documents", "people"}
    assert meeting["url"] == f"{address}/m/{meeting['id']}"
    assert meeting["websocket"] == address.replace("http", "ws", 1) + "/sync"
    assert all(DOCUMENT.fullmatch(document) for document in meeting["documents"])
    assert len(set(meeting["documents"])) == len(meeting["documents"]) == 11
    for person in meeting["people"]:
        assert {"name", "role", "token", "sign_in_url"} <= set(person)
        assert person["sign_in_url"].startswith(f"{address}/invite/")


@pytest.mark.parametrize(
    ("arguments", "settings", "address"),
    [
        ([], {}, "http://127.0.0.1:8000"),
        ([], {"base_url": "https://iep.example.org/"}, "https://iep.example.org"),
        (["--base-url", "http://127.0.0.1:9000"], {"base_url": "https://iep.example.org"}, "http://127.0.0.1:9000"),
    ],
)
def test_the_sample(roundtable: Run, arguments: list[str], settings: dict[str, str], address: str) -> None:
    (meeting,) = made(roundtable("demo", "--json", *arguments, **settings))
    check_shape(meeting, address)
    assert len(meeting["people"]) == 13
    assert {person["role"] for person in meeting["people"]} >= {"case_manager", "parent", "student", "interpreter"}


def test_synthetic_meetings(roundtable: Run) -> None:
    meetings = made(roundtable("demo", "--meetings", "3", "--people", "5", "--json"))
    assert len({meeting["id"] for meeting in meetings}) == 3
    for meeting in meetings:
        check_shape(meeting, "http://127.0.0.1:8000")
        roles = [person["role"] for person in meeting["people"]]
        assert roles == ["case_manager"] + ["team_staff"] * 4
    assert len({person["token"] for meeting in meetings for person in meeting["people"]}) == 15
    assert roundtable("verify").returncode == 0


def test_for_people_it_prints_a_link_each(roundtable: Run) -> None:
    done = roundtable("demo")
    assert done.returncode == 0
    first, *people = done.stdout.splitlines()
    assert first.startswith("http://127.0.0.1:8000/m/m_")
    assert len(people) == 13
    assert all("/invite/" in line for line in people)
    assert "token" not in done.stdout


def test_everybody_may_edit_the_first_document_of_a_synthetic_meeting(server: Server) -> None:
    """The printed tokens open the running server's socket, though `demo` wrote beside it."""
    (meeting,) = made(server.run("demo", "--json", "--meetings", "1", "--people", "3", "--base-url", server.url))
    assert meeting["websocket"] == server.websocket
    with Crowd() as crowd:
        for index, person in enumerate(meeting["people"]):
            typist = crowd.join(meeting["websocket"], person["token"], meeting["documents"][0], f"p{index}")
            assert typist.scope == "read-write"
            crowd.type(typist)
        until(crowd.all_acked, "everybody's words to be saved")


def test_the_first_document_of_the_sample_is_a_section_for_the_team(server: Server) -> None:
    (meeting,) = server.demo()["meetings"]
    scopes: dict[str, set[str]] = {}
    with Crowd() as crowd:
        for index, person in enumerate(meeting["people"]):
            typist = crowd.join(server.websocket, person["token"], meeting["documents"][0], f"p{index}")
            scopes.setdefault(person["role"], set()).add(typist.scope)
    editing = {role for role, found in scopes.items() if found == {"read-write"}}
    assert editing == {"case_manager", "lea_representative", "team_staff"}  # before the meeting
    assert all(len(found) == 1 for found in scopes.values())


def test_a_link_signs_in(start_server: Callable[..., Server]) -> None:
    server = start_server()
    (meeting,) = made(server.run("demo", "--json", "--base-url", server.url))
    link = meeting["people"][0]["sign_in_url"]
    status, page = server.get(link.removeprefix(server.url), accept="text/html")
    assert status == 200
    assert "<form" in page
