"""The CRDT library panics on a document: it is read again from the journal, and its clients heal by themselves."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Doc

from server.sync import protocol, replica
from server.sync.room import Room as ServerRoom
from tests.support.frames import auth, step_1, update_frame
from tests.support.in_process import InProcess, in_server
from tests.support.server import Server
from tests.support.wait import until
from tests.support.wire_client import Document, WireClient


class Panic(BaseException):
    """What pyo3 raises when Rust panics: no `Exception`."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[InProcess]:
    with InProcess(tmp_path / "data") as running:
        yield running


class Room:
    def __init__(self, server: InProcess) -> None:
        self.server = server
        meeting = Server(server.data).demo(meetings=1, people=4)["meetings"][0]
        self.name: str = meeting["documents"][0]
        self.other: str = meeting["documents"][2]
        self.tokens: list[str] = [person["token"] for person in meeting["people"]]

    def sit(self, person: int, name: str = "") -> Document:
        return WireClient(self.server.websocket).open(name or self.name, self.tokens[person])

    def back(self, document: Document, person: int) -> None:
        """As stock clients do: sent off with 'reset', they come back with what they hold."""
        assert document.client.wait_closed() == protocol.RESET
        document.come_back(WireClient(self.server.websocket), self.tokens[person])
        assert document.refused == 0


@pytest.fixture
def room(server: InProcess) -> Room:
    return Room(server)


@pytest.fixture
def panics(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], list[int]]:
    """Have a function of the library panic, once, in the server's loop. Returns a list that grows when it has."""

    def once(owner: Any, name: str) -> list[int]:
        right = getattr(owner, name)
        done: list[int] = []

        def panic(*arguments: Any) -> Any:
            if in_server() and not done:
                done.append(1)
                raise Panic
            return right(*arguments)

        monkeypatch.setattr(owner, name, panic)
        return done

    return once


def all_read(words: str, *documents: Document) -> None:
    until(lambda: all(document.reads(words) and document.settled for document in documents), f"{words!r} everywhere")
    assert {document.text.count(words) for document in documents} == {1}


def test_a_document_that_cannot_be_applied_is_read_again(room: Room, panics: Callable[[Any, str], list[int]]) -> None:
    one, two, elsewhere = room.sit(0), room.sit(1), room.sit(3, room.other)
    one.type(" before")
    all_read(" before", one, two)
    done = panics(Doc, "apply_update")
    late = WireClient(room.server.websocket)
    late.send(auth(room.name, room.tokens[2]), step_1(room.name))  # makes the server apply what it has kept
    assert late.wait_closed() == protocol.RESET
    assert done
    room.back(one, 0)
    room.back(two, 1)
    one.type(" after")
    all_read(" after", one, two, room.sit(2))
    assert one.text.count(" before") == 1
    elsewhere.type(" undisturbed")
    until(lambda: elsewhere.settled, "an ack in another document")
    assert not elsewhere.client.ended


def test_edits_that_cannot_be_merged_are_not_acked_and_stored_when_they_come_again(
    room: Room, panics: Callable[[Any, str], list[int]]
) -> None:
    one, two = room.sit(0), room.sit(1)
    done = panics(replica, "merge")
    updates = [one.hold_back(f" é{number}") for number in range(30)]
    one.client.send(*[update_frame(one.key, update) for update in updates])  # many at once: some are merged
    until(lambda: one.client.pump() and bool(done), "a merge that panics")
    room.back(one, 0)
    room.back(two, 1)
    words = "".join(f" é{number}" for number in range(30))
    all_read(words, one, two)


def test_edits_that_are_stored_but_cannot_be_shown_are_there_for_all_who_come_back(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = room.sit(0), room.sit(1)

    def cannot(self: object, accepted: object) -> None:
        monkeypatch.undo()
        raise replica.Unreadable("panic")

    monkeypatch.setattr(ServerRoom, "_show", cannot)
    one.type(" stored all the same")
    room.back(one, 0)
    room.back(two, 1)
    all_read(" stored all the same", one, two)


def test_a_room_goes_on_after_many_breaks(room: Room, panics: Callable[[Any, str], list[int]]) -> None:
    one = room.sit(0)
    for turn in range(3):
        one.type(f" t{turn}.")
        until(lambda: one.settled, "an ack")
        panics(Doc, "apply_update")
        late = WireClient(room.server.websocket)
        late.send(auth(room.name, room.tokens[2]), step_1(room.name))
        assert late.wait_closed() == protocol.RESET
        room.back(one, 0)
    assert one.text.endswith(" t0. t1. t2.")
    assert one.text == room.sit(1).text
