"""What may happen while a document is being read: none of it may be missed, and no document gets two rooms."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.exc import OperationalError

from server.bus.base import SESSIONS
from server.bus.local import LocalBus
from server.documents.tree import Node, Text, content_update
from server.journal import kinds
from server.journal.entry import Entry
from server.journal.payload import restoration
from server.journal.snapshot import EMPTY_UPDATE, Loaded
from server.journal.writer import Journal
from server.sync.hub import Hub
from server.sync.identity import Denied, Identity
from server.sync.meeting import MeetingView, Member
from server.sync.replica import Unreadable
from server.sync.room import Room
from server.sync.socket import Socket

DOCUMENT = "d_1"


def hash_of(number: int) -> bytes:
    return number.to_bytes(32, "big")


class SlowJournal:
    """Reads when it is told to."""

    def __init__(self) -> None:
        self.committed: list[Callable[[list[Entry]], None]] = []
        self.edited: list[Callable[[list[Entry]], None]] = []
        self.stuck: list[Callable[[bool], None]] = []
        self.is_stuck = False
        self.view = MeetingView("m_1", "live", False, 1)
        self.view.members = {name: Member(name, "team_staff", name, "", 1) for name in ("ada", "ben")}
        self.view.sections = {DOCUMENT: ("notes", "draft")}
        self.loads: list[asyncio.Future[Loaded]] = []
        self.failures = 0  # how many reads to come find the database gone

    async def read(self, _function: object) -> MeetingView:
        if self.failures:
            self.failures -= 1
            raise OperationalError("", {}, Exception("gone"))
        view = MeetingView("m_1", self.view.phase, self.view.paused, self.view.number)
        view.head_hash = hash_of(view.number)
        view.members, view.sections = dict(self.view.members), dict(self.view.sections)
        return view

    async def load(self, _document_id: str) -> Loaded:
        future: asyncio.Future[Loaded] = asyncio.get_running_loop().create_future()
        self.loads.append(future)
        return await future

    def answer(self, text: str = "first", number: int = 1) -> None:
        self.loads[-1].set_result(Loaded(EMPTY_UPDATE, [paragraph(text)], number, 0))

    def commit(self, kind: str, payload: bytes, number: int) -> None:
        self.view.number = number
        document_id = DOCUMENT if kind == kinds.RESTORE else None
        entry = SimpleNamespace(kind=kind, payload=payload, number=number, document_id=document_id, meeting_id="m_1")
        entry.prev_hash, entry.hash = hash_of(number - 1), hash_of(number)
        for listener in self.committed:
            listener([cast(Entry, entry)])

    def snapshot_soon(self, *_arguments: object) -> None:
        pass


class FakeSocket:
    def __init__(self) -> None:
        self.closed: list[int] = []
        self.sent: list[bytes] = []
        self.takes_presence = self.takes_text = True
        self.write = None

    def send(self, message: bytes) -> None:
        self.sent.append(message)

    async def close(self, code: int, _reason: str = "") -> None:
        self.closed.append(code)


def paragraph(text: str) -> bytes:
    return content_update([Node("paragraph", {}, (Text(text),))], client_id=len(text))


@pytest.fixture
def journal() -> SlowJournal:
    return SlowJournal()


@pytest.fixture
def hub(journal: SlowJournal) -> Hub:
    return Hub(cast(Journal, journal), "key", LocalBus(), others=False)


def enter(hub: Hub, person: str, socket: FakeSocket | None = None) -> "asyncio.Task[Any]":
    identity = Identity(f"session of {person}", person, "m_1", False, 2**40)
    return asyncio.create_task(hub.attach(cast(Socket, socket or FakeSocket()), identity, DOCUMENT))


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_all_who_come_at_once_get_one_room(hub: Hub, journal: SlowJournal) -> None:
    tasks = [enter(hub, person) for person in ("ada", "ben", "ada")]
    await turns()
    hub._tidy()
    journal.answer()
    hub._tidy()
    assert len({(await task).room for task in tasks}) == 1
    assert len(journal.loads) == 1


async def test_a_room_that_nobody_has_reached_yet_is_not_tidied_away(hub: Hub, journal: SlowJournal) -> None:
    task = enter(hub, "ada")
    await turns()
    journal.answer()
    for _ in range(5):
        hub._tidy()
        await asyncio.sleep(0)
    assert (await task).room is hub.rooms()[0]


async def test_a_restore_that_comes_while_the_text_is_read_is_not_missed(hub: Hub, journal: SlowJournal) -> None:
    task = enter(hub, "ada")
    await turns()
    journal.commit(kinds.RESTORE, restoration(1, paragraph("restored")), 2)
    journal.answer()  # read before the restore
    room: Room = (await task).room
    await turns()
    assert room.replica.number == 2
    assert b"restored" in room.replica.state()


async def test_whoever_is_removed_while_the_text_is_read_does_not_get_it(hub: Hub, journal: SlowJournal) -> None:
    task = enter(hub, "ada")
    await turns()
    del journal.view.members["ada"]
    journal.commit(kinds.REMOVED, b"{}", 2)
    await turns()
    journal.answer()
    with pytest.raises(Denied):
        await task
    assert not hub.rooms()[0].connections


async def test_a_destroyed_record_is_neither_open_nor_in_memory(hub: Hub, journal: SlowJournal) -> None:
    socket = FakeSocket()
    task = enter(hub, "ada", socket)
    await turns()
    journal.answer()
    await task
    journal.view.phase, journal.view.members, journal.view.sections = "destroyed", {}, {}
    journal.commit(kinds.DESTROYED, b"{}", 2)
    await turns(10)
    assert socket.closed
    assert hub.rooms() == []
    with pytest.raises(Denied):
        await enter(hub, "ada")
    hub._tidy()


async def test_a_meeting_is_kept_while_somebody_enters_it(hub: Hub, journal: SlowJournal) -> None:
    """Or what is finalized afterwards would not be told to those who came then."""
    task = enter(hub, "ada")
    await turns()
    hub._tidy()  # no room has been read yet
    journal.answer()
    connection = await task
    connection.rescope()
    assert connection.scope == "read-write"
    journal.view.sections = {DOCUMENT: ("notes", "final")}
    journal.commit(kinds.SECTION, b"{}", 2)
    await turns(10)
    assert connection.scope == "readonly"


async def test_a_change_that_could_not_be_read_is_read_again(
    hub: Hub, journal: SlowJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.sync.acts.AGAIN_AFTER", 0)
    task = enter(hub, "ada")
    await turns()
    journal.answer()
    connection = await task
    connection.rescope()
    journal.view.sections = {DOCUMENT: ("notes", "final")}
    journal.failures = 2
    journal.commit(kinds.SECTION, b"{}", 2)
    await turns(20)
    assert connection.scope == "readonly"


async def test_a_broken_room_waits_for_what_it_is_committing_and_is_then_replaced_once(
    hub: Hub, journal: SlowJournal
) -> None:
    socket = FakeSocket()
    task = enter(hub, "ada", socket)
    await turns()
    journal.answer()
    room: Room = (await task).room
    room.replica.broken = True
    room._batches[1] = cast(Any, object())
    with pytest.raises(Unreadable):
        await enter(hub, "ben")
    hub._tidy()
    assert hub.rooms() == [room]
    room._batches.clear()
    tasks = [enter(hub, person) for person in ("ben", "ben")]
    await turns()
    hub._tidy()
    journal.answer("as it is now", 3)
    fresh = {(await task).room for task in tasks}
    assert len(fresh) == 1
    assert fresh.pop() is not room
    assert len(journal.loads) == 2
    assert socket.closed == [4205]


async def test_a_session_that_ends_while_it_is_looked_up_is_remembered(journal: SlowJournal) -> None:
    bus = LocalBus()
    hub = Hub(cast(Journal, journal), "key", bus, others=False)
    bus.tell_all(SESSIONS, b"s_1")
    assert hub.revocations.was_revoked("s_1")
    assert not hub.revocations.was_revoked("s_2")
    hub._tidy()
    assert hub.revocations.was_revoked("s_1")
