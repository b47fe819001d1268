"""No line of the log holds a name, a word of a text, a token or an address, whatever goes wrong."""

import asyncio
import io
import json
import logging
import socket
import sys
from collections.abc import Callable, Iterator

import pytest
import structlog

from server import logs
from tests.support.crowd import Crowd
from tests.support.server import Server
from tests.support.wait import until

CANARY = "Kanarienvogel"


def test_a_day_of_a_server(start_server: Callable[..., Server]) -> None:
    server = start_server(log_level="debug", log_format="json")
    added = server.run("admin", "add", f"Dana {CANARY}", "--email", "canary@example.org", "--staff", "--json")
    link = json.loads(added.stdout)["sign_in_url"]
    meeting = server.demo(meetings=1, people=2)["meetings"][0]
    secrets = [CANARY, "canary", "Member 1", link.rpartition("/")[2]]
    secrets += [person["token"] for person in meeting["people"]]
    secrets += [person["sign_in_url"].rpartition("/")[2] for person in meeting["people"]]
    with Crowd() as crowd:
        typist = crowd.join(server.websocket, meeting["people"][0]["token"], meeting["documents"][0], CANARY)
        crowd.type(typist, 3, apart=True)
        stranger = crowd.join(server.websocket, meeting["people"][1]["token"], meeting["documents"][1], f"{CANARY}2")
        crowd.type(stranger)  # the parents' own section: refused
        until(lambda: stranger.refused, "a refusal")
    for path in (f"/invite/{link.rpartition('/')[2]}", f"/m/{meeting['id']}", f"/{CANARY}", f"/sign-in?email={CANARY}"):
        server.get(path, accept="text/html")
    garbage(server, f"{CANARY} is no request\r\n\r\n".encode())
    garbage(server, f"GET /sync HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n{CANARY}: 1\r\n\r\n".encode())
    until(lambda: "Invalid HTTP request" in server.log.read_text(), "the library's own line")
    server.stop()
    said = server.log.read_text()
    for secret in secrets:
        assert secret not in said
    for line in said.splitlines()[1:]:  # the first is for the person who started it
        assert {"event", "level", "timestamp"} <= set(json.loads(line))
    assert "Logging error" not in said


def garbage(server: Server, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(data)
        connection.recv(1000)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the log says from here on; afterwards logging is as it was."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    before = root.handlers, root.level, logging.raiseExceptions
    try:
        logs.configure("info", "json")
        yield stream
    finally:
        root.handlers, root.level, logging.raiseExceptions = before
        structlog.reset_defaults()


def test_a_field_that_is_not_known_is_dropped(log: io.StringIO) -> None:
    structlog.get_logger().warning("something", student=CANARY, text=CANARY, document="d_1", writes=2)
    said = json.loads(log.getvalue())
    assert (said["event"], said["document"], said["writes"]) == ("something", "d_1", 2)
    assert CANARY not in log.getvalue()


def test_an_exception_is_its_kind_and_its_place(log: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(CANARY)

    for logger in (structlog.get_logger(), logging.getLogger("server.web")):
        try:
            fail()
        except ValueError:
            logger.exception("it failed")
    first, second = map(json.loads, log.getvalue().splitlines())
    for line in (first, second):
        assert line["event"] == "it failed"
        assert line["exception"].startswith("ValueError at test_logs.py:")
    assert CANARY not in log.getvalue()


def test_what_libraries_quote_is_left_out(log: io.StringIO) -> None:
    error = ValueError(CANARY)
    logging.getLogger("uvicorn.error").error(f"Traceback (most recent call last):\nValueError: {CANARY}")
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: <Task {CANARY}>", exc_info=error)
    logging.getLogger("asyncio").error(f"Exception in callback Room.settled(<{CANARY}>)()")
    logging.getLogger("sqlalchemy").warning("%s of %s", 1, 2)
    events = [json.loads(line)["event"] for line in log.getvalue().splitlines()]
    assert events == [
        "Traceback (most recent call last):",
        "Task exception was never retrieved",
        "Exception in callback Room.settled",
        "1 of 2",
    ]
    assert CANARY not in log.getvalue()


async def test_a_task_that_nobody_awaited(log: io.StringIO) -> None:
    async def fail() -> None:
        raise ValueError(CANARY)

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    del task
    until(lambda: "never retrieved" in log.getvalue(), "the loop to say so")
    assert CANARY not in log.getvalue()
    assert "ValueError at test_logs.py:" in log.getvalue()


def test_a_line_that_cannot_be_made_says_nothing(log: io.StringIO) -> None:
    logging.getLogger("server").warning("%d students", CANARY)
    assert CANARY not in log.getvalue()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("closed file")])
def test_a_stream_that_fails_raises_nothing(
    monkeypatch: pytest.MonkeyPatch, error: Exception, log: io.StringIO
) -> None:
    def fail(_text: str) -> int:
        raise error

    monkeypatch.setattr(log, "write", fail)
    logs.configure("info", "text")
    structlog.get_logger().error("something")
    logging.getLogger("uvicorn").error("something")
