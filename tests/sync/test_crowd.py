"""A crowd that comes at once: few looks into the tables, and each gets the answer that is theirs."""

import asyncio
import socket
from typing import Any, cast

import pytest

from server.journal.writer import Journal
from server.sync import tickets
from server.sync.identity import Denied, Door
from tests.support.table import Table

KEY = "k" * 40
UPGRADE = (
    b"GET /sync HTTP/1.1\r\nHost: here\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


class Looks:
    """A journal that counts its readers, and finds the sessions of even numbers."""

    def __init__(self) -> None:
        self.count = 0
        self.failing = False

    async def read(self, look: Any) -> dict[tuple[str, str], float]:
        self.count += 1
        await asyncio.sleep(0)
        if self.failing:
            raise ConnectionError("gone")
        return {(name, f"person of {name}"): 9e9 for name in look.keywords["sessions"] if int(name) % 2 == 0}


def token(number: int, person: str = "") -> str:
    person = person or f"person of {number}"
    return tickets.issue(KEY, session_id=str(number), person_id=person, meeting_id="m", schema_version=1)


async def ask(door: Door, said: str) -> str:
    try:
        return (await door.identify(said)).session_id
    except (Denied, ConnectionError) as error:
        return type(error).__name__


async def test_all_who_come_at_once_are_looked_up_together() -> None:
    looks = Looks()
    door = Door(cast(Journal, looks), KEY)
    answers = await asyncio.gather(*(ask(door, token(number)) for number in range(200)))
    assert answers == [str(number) if number % 2 == 0 else "Denied" for number in range(200)]
    assert looks.count <= 2
    assert await ask(door, token(4, "somebody else")) == "Denied"


async def test_where_the_tables_cannot_be_read_everybody_hears_so_and_the_next_is_looked_up_again() -> None:
    looks = Looks()
    door = Door(cast(Journal, looks), KEY)
    looks.failing = True
    assert set(await asyncio.gather(*(ask(door, token(2)) for _ in range(5)))) == {"ConnectionError"}
    looks.failing = False
    assert await ask(door, token(2)) == "2"


@pytest.mark.parametrize("cuts", [(), (1,), (30,), (len(UPGRADE) - 1,)], ids=["whole", "first", "middle", "last"])
def test_a_live_socket_opens_however_its_request_is_cut(table: Table, cuts: tuple[int, ...]) -> None:
    with socket.create_connection(("127.0.0.1", table.server.port), 10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start, end in zip((0, *cuts), (*cuts, len(UPGRADE)), strict=True):
            client.sendall(UPGRADE[start:end])
        assert client.recv(4096).startswith(b"HTTP/1.1 101 ")


def test_what_is_no_upgrade_is_answered_as_a_page(table: Table) -> None:
    with socket.create_connection(("127.0.0.1", table.server.port), 10) as client:
        client.sendall(b"GET /sync HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        assert b" 404 " in client.recv(4096).split(b"\r\n")[0]
