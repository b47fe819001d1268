"""Whom an act concerns is told: at once of what changes what they may do, some times a second of a crowd."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, cast

import pytest

from server.journal import kinds
from server.sync import acts
from server.sync.acts import Acts
from server.sync.audience import Audience
from server.sync.connection import Connection
from server.sync.meeting import MeetingView, Member
from server.sync.presence import Presence
from server.sync.room import Room
from server.sync.socket import Socket

DOCUMENT, OTHER = "d_1", "d_2"


class FakeSocket:
    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.write = None

    def send(self, message: bytes) -> None:
        self.sent.append(message)

    def events(self) -> list[str]:
        """The names of the events told so far."""
        found = [message[message.index(b"{") :] for message in self.sent if b'{"event"' in message]
        return [json.loads(message)["event"] for message in found]


class FakeRoom:
    def __init__(self, meeting: MeetingView, document_id: str) -> None:
        self.meeting = meeting
        self.document_id = document_id
        self.connections = Audience()
        self.presence = Presence()
        self.news = 0

    def presence_changed(self) -> None:
        self.news += 1


class House:
    """Two people with two documents open on one socket each."""

    def __init__(self) -> None:
        self.now = MeetingView("m_1", "live", False, 1)
        self.now.members = {name: Member(name, "team_staff", name, "", 1) for name in ("ada", "ben")}
        self.now.sections = dict.fromkeys((DOCUMENT, OTHER), ("notes", "draft"))
        self.shared: MeetingView | None = _copy(self.now)
        self.reads = 0
        self.rooms = [FakeRoom(self.shared, document_id) for document_id in (DOCUMENT, OTHER)]
        self.sockets = {name: FakeSocket() for name in self.now.members}
        for name, socket in self.sockets.items():
            for room in self.rooms:
                connection = Connection(cast(Socket, socket), cast(Room, room), room.document_id, name)
                connection.join()
                connection.rescope()
            socket.sent.clear()
        self.tasks: list[asyncio.Task[None]] = []

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    async def shared_view(self, _meeting_id: str) -> MeetingView | None:
        return self.shared

    async def load_meeting(self, _meeting_id: str) -> MeetingView:
        self.reads += 1
        return _copy(self.now)

    def rooms_of(self, _view: MeetingView) -> list[Room]:
        return cast(list[Room], self.rooms)

    def moved_on(self, view: MeetingView, phase_before: str) -> None:
        pass


def _copy(view: MeetingView) -> MeetingView:
    return replace(view, members=dict(view.members), sections=dict(view.sections))


@pytest.fixture
def house() -> House:
    return House()


async def turns(count: int = 8) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_crowd_that_comes_is_told_of_together(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "A_SCREEN", 0.0)
    told = Acts(house, house.spawn)
    for _ in range(5):
        told.concern("m_1", [kinds.ARRIVED])
    await turns()
    assert [socket.events() for socket in house.sockets.values()] == [["attendance"], ["attendance"]]
    assert house.reads == 1


async def test_what_changes_a_scope_waits_for_no_crowd_and_takes_it_along(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "A_SCREEN", 60.0)
    monkeypatch.setattr(acts, "MOST_WAIT", 60.0)
    told = Acts(house, house.spawn)
    told.concern("m_1", [kinds.ARRIVED])
    await turns()
    assert not any(socket.sent for socket in house.sockets.values())
    house.now.sections[DOCUMENT] = ("notes", "final")
    told.concern("m_1", [kinds.SECTION])
    await turns()
    scopes = {connection.scope for connection in house.rooms[0].connections}
    assert scopes == {"readonly"}
    assert [socket.events() for socket in house.sockets.values()] == [["section", "attendance"]] * 2
    for task in house.tasks:
        task.cancel()


async def test_a_crowd_that_came_after_is_told_of_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "A_SCREEN", 0.0)
    told = Acts(house, house.spawn)
    told.concern("m_1", [kinds.ARRIVED])
    await turns()
    told.concern("m_1", [kinds.ARRIVED])
    await turns()
    assert house.sockets["ada"].events() == ["attendance"] * 2


async def test_an_act_that_changes_nobody_says_nothing_of_who_is_here(house: House) -> None:
    """Or each comment would send everybody's presence to everybody again."""
    told = Acts(house, house.spawn)
    told.concern("m_1", [kinds.COMMENTED])
    await turns()
    assert house.sockets["ben"].events() == ["comments"]
    assert [room.news for room in house.rooms] == [0, 0]


async def test_another_name_is_shown_to_those_who_are_here(house: House) -> None:
    told = Acts(house, house.spawn)
    house.now.members["ada"] = replace(house.now.members["ada"], name="Ada B.")
    told.concern("m_1", [kinds.CHANGED])
    await turns()
    assert house.sockets["ben"].events() == ["people"]
    assert [room.news for room in house.rooms] == [1, 1]


async def test_what_is_read_of_a_meeting_that_nobody_has_open_any_more_is_let_be(house: House) -> None:
    told = Acts(house, house.spawn)
    house.shared = None
    told.concern("m_1", [kinds.PHASE])
    await turns()
    assert all(task.done() and task.exception() is None for task in house.tasks)
    assert not any(socket.sent for socket in house.sockets.values())
