"""The database fails while somebody comes in: they are told, and come in later."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from server.journal.writer import Journal
from server.sync import protocol
from tests.support.frames import auth
from tests.support.in_process import InProcess
from tests.support.server import Server
from tests.support.wait import until
from tests.support.wire_client import WireClient


@pytest.fixture
def server(tmp_path: Path) -> Iterator[InProcess]:
    with InProcess(tmp_path / "data") as running:
        yield running


@pytest.fixture
def failures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each entry makes one read of the journal's fail."""
    left: list[str] = []
    read = Journal.read

    async def fail(journal: Journal, function: Any) -> Any:
        if left:
            raise OperationalError(left.pop(), {}, Exception("gone"))
        return await read(journal, function)

    monkeypatch.setattr(Journal, "read", fail)
    return left


def test_whoever_comes_in_meanwhile_is_told_to_try_later(server: InProcess, failures: list[str]) -> None:
    meeting = Server(server.data).demo(meetings=1, people=1)["meetings"][0]
    name, token = meeting["documents"][0], meeting["people"][0]["token"]
    failures.append("who has this session?")
    client = WireClient(server.websocket)
    client.send(auth(name, token))
    assert client.wait_closed() == protocol.LATER
    document = WireClient(server.websocket).open(name, token)
    document.type("Here again.")
    until(lambda: document.settled, "the text to be saved")
