"""What others have stored goes out with our own batch where one is on its way, and else by itself; never not at all."""

from typing import Any

import pytest
from pycrdt import Doc, Text

from server.sync import protocol
from server.sync.audience import Audience
from server.sync.lib0 import read_bytes
from server.sync.outgoing import Outgoing
from tests.support.wait import soon


class Person:
    """A connection as far as it is written to."""

    prefix = b""
    open = True

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.acks = 0

    def send_acks(self, acks: int, body: bytes | None) -> None:
        self.acks += acks
        if body is not None:
            self.texts.append(body)

    def write(self, message: bytes) -> None:
        self.texts.append(payload(message))

    @property
    def words(self) -> str:
        doc: Doc[Any] = Doc()
        for body in self.texts:
            assert body[:2] == bytes((protocol.SYNC, protocol.UPDATE))
            doc.apply_update(read_bytes(body, 2)[0])
        return "".join(sorted(str(doc.get("t", type=Text))))


def payload(message: bytes) -> bytes:
    """Of a short message in one frame, not masked."""
    assert message[0] == 0x82
    assert message[1] == len(message) - 2 < 126
    return message[2:]


def update(word: str) -> bytes:
    doc: Doc[Any] = Doc()
    doc.get("t", type=Text).insert(0, word)
    return doc.get_update()


@pytest.fixture
def readers() -> list[Any]:
    return [Person(), Person()]


@pytest.fixture
def outgoing(readers: list[Any]) -> Outgoing:
    def waited() -> None:
        made.show_heard()

    people = Audience()
    for reader in readers:
        people.put(reader, reader.write)
    made = Outgoing(people, waited)
    return made


async def test_an_author_gets_no_echo_and_everybody_else_one_frame(outgoing: Outgoing, readers: list[Any]) -> None:
    author, reader = readers
    outgoing.stored([update("a")], {author: 1})
    assert (author.acks, author.words) == (1, "")
    assert (reader.acks, reader.words) == (0, "a")


async def test_what_another_node_stored_comes_in_the_frame_of_our_own(outgoing: Outgoing, readers: list[Any]) -> None:
    author, reader = readers
    outgoing.heard([update("a")], wait=True)
    outgoing.heard([update("b")], wait=True)
    assert not author.texts + reader.texts
    outgoing.stored([update("c")], {author: 1})
    assert "a" in author.words
    assert "b" in author.words
    assert reader.words == "abc"
    assert len(reader.texts) == 1
    outgoing.show_heard()
    assert len(reader.texts) == 1


async def test_it_comes_by_itself_where_nothing_of_ours_follows(outgoing: Outgoing, readers: list[Any]) -> None:
    outgoing.heard([update("a")], wait=False)
    assert [one.words for one in readers] == ["a", "a"]
    outgoing.heard([update("b")], wait=True)
    await soon(lambda: readers[0].words == "ab", "it to be shown")
    assert readers[1].words == "ab"
    outgoing.heard([update("c")], wait=True)  # and once more
    await soon(lambda: readers[1].words == "abc", "it to be shown")
