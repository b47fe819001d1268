"""What a whole room gets: everybody once, those who are congested or closing with care, and nobody in between."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from server.sync.audience import Audience
from server.sync.connection import Connection
from server.sync.protocol import binary_message, stateless
from server.sync.room import Room
from server.sync.socket import Socket
from tests.support.in_process import InProcess
from tests.support.server import Server
from tests.support.wire_client import WireClient


class FakeSocket:
    """A socket that takes what it is sent until it is full."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.full = self.takes_text = False
        self.room = 10**6
        self.connection: Any = None

    @property
    def write(self) -> Any:
        return None if self.full else self._take

    def _take(self, message: bytes) -> None:
        assert not self.full, "written to without a question"
        self.got.append(message)
        self.room -= 1
        if not self.room:
            self.full = True
            self.connection.flow()

    def send(self, message: bytes) -> None:
        self.got.append(message)


class FakeRoom:
    def __init__(self) -> None:
        self.connections = Audience()
        self.replica = self

    def state(self) -> bytes:
        return b"everything"


@pytest.fixture
def room() -> FakeRoom:
    return FakeRoom()


def join(room: FakeRoom, key: str = "d_1") -> Any:
    connection = Connection(cast(Socket, FakeSocket()), cast(Room, room), key, "ada")
    cast(Any, connection.socket).connection = connection
    connection.join()
    return connection


def send(room: FakeRoom, body: bytes, but: Any = ()) -> list[Any]:
    """Who was given with care."""
    careful: list[Any] = []

    def give(connection: Connection, message: bytes) -> None:
        careful.append(connection)
        connection.send_text(message)

    room.connections.send(body, give, but=but)
    return careful


def test_each_gets_it_once_under_its_own_key(room: FakeRoom) -> None:
    ada, ben, eve = join(room), join(room, "d_1#2"), join(room)
    assert send(room, b"words", but={eve}) == []
    assert ada.socket.got == [binary_message(b"\x03d_1words")]
    assert ben.socket.got == [binary_message(b"\x05d_1#2words")]
    assert eve.socket.got == []
    assert set(room.connections) == {ada, ben, eve}
    assert len(room.connections) == 3


def test_who_is_full_in_the_middle_of_it_is_asked_from_then_on(room: FakeRoom) -> None:
    everybody = [join(room) for _ in range(5)]
    everybody[1].socket.room = 1
    assert send(room, b"one") == []
    assert send(room, b"two") == [everybody[1]]
    assert [len(one.socket.got) for one in everybody] == [2, 1, 2, 2, 2]
    assert len(room.connections) == 5


def test_who_missed_text_is_written_to_again_once_they_have_it(room: FakeRoom) -> None:
    slow = join(room)
    slow.socket.full = True
    slow.flow()
    assert send(room, b"missed") == [slow]
    slow.socket.full = False
    slow.socket.takes_text = True
    slow.flow()
    assert send(room, b"missed too") == [slow]
    assert slow.socket.got == []
    slow.catch_up()
    assert send(room, b"seen") == []
    assert [b"everything" in slow.socket.got[0], b"seen" in slow.socket.got[1]] == [True, True]


def test_who_has_left_gets_nothing(room: FakeRoom) -> None:
    stays, left = join(room), join(room)
    room.connections.discard(left)
    left.flow()
    assert left not in room.connections
    assert not left.open
    send(room, b"words")
    assert (len(stays.socket.got), left.socket.got) == (1, [])


def test_a_socket_that_the_server_has_begun_to_close_is_written_to_no_more(tmp_path: Path) -> None:
    with InProcess(tmp_path / "data") as server:
        meeting = Server(server.data).demo(meetings=1, people=2)["meetings"][0]
        people = [
            WireClient(server.websocket).open(meeting["documents"][0], person["token"]) for person in meeting["people"]
        ]
        (room,) = server.hub.rooms()

        async def asked_while_one_closes() -> tuple[list[Connection], list[Connection]]:
            leaving, *_ = room.connections
            closing = asyncio.create_task(leaving.socket.close(4403, "over"))
            await asyncio.sleep(0)
            asked: list[Connection] = []
            room.connections.send(stateless("{}"), lambda connection, _message: asked.append(connection))
            await closing
            return asked, [leaving]

        asked, leaving = server.call(asked_while_one_closes())
        assert asked == leaving
        for document in people:
            document.client.end()
