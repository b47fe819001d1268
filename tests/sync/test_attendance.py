"""From real sockets to attendance: who opens the meeting arrives, and who stays away has left."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from server.journal.kinds import ARRIVED
from server.meeting import Actor, set_phase
from server.sample.load import Tickets, load_sample, load_synthetic
from server.storage.tables import Attendance, Entry
from server.sync import attendance, tickets
from tests.support.in_process import InProcess
from tests.support.wait import until
from tests.support.wire_client import WireClient

LONG = 3600.0


class Room:
    """A live meeting on a server in this process, and the stays in its table."""

    def __init__(self, server: InProcess, meeting: dict[str, Any]) -> None:
        self.server = server
        self.meeting = meeting
        self.clients: list[WireClient] = []  # one that nobody holds is closed by the collector, and was never there

    def sit(self, person: int, document: int = 0) -> WireClient:
        client = WireClient(self.server.websocket)
        self.clients.append(client)
        client.open(self.meeting["documents"][document], self.meeting["people"][person]["token"])
        return client

    def person_id(self, person: int) -> str:
        ticket = tickets.read(self.server.app.state.settings.secret_key, self.meeting["people"][person]["token"])
        assert ticket is not None
        return ticket.person_id

    def stays(self) -> list[Any]:
        engine = create_engine(f"sqlite:///{self.server.data / 'roundtable.sqlite3'}")
        with engine.connect() as connection:
            return list(connection.execute(select(Attendance.__table__).order_by(Attendance.arrived_at)))

    def until_stays(self, *left: bool) -> list[Any]:
        """Wait for so many stays, of which these have ended."""

        def found() -> bool:
            return [stay.left_at is not None for stay in self.stays()] == list(left)

        until(found, f"stays {left}; there are {self.stays()}")
        return self.stays()

    def has(self, count: int) -> bool:
        return len(self.stays()) == count

    def until_gone(self) -> None:
        until(lambda: not self.server.hub.sockets, "the socket's end to be noticed")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def open_room(server: InProcess) -> Room:
    database, key = server.app.state.database, server.app.state.settings.secret_key
    (meeting,) = load_synthetic(database, "http://127.0.0.1", Tickets(key), 1, 3)
    return Room(server, meeting)


def test_each_person_arrives_once_however_many_documents_and_pages(data: Path) -> None:
    with InProcess(data) as server:
        room = open_room(server)
        clients = [room.sit(0), room.sit(0, 1), room.sit(1), room.sit(0)]
        stays = room.until_stays(False, False)
        assert {(stay.how, stay.source) for stay in stays} == {("online", "presence")}
        for client in clients:
            client.end()


def test_who_comes_back_in_time_has_not_left(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "GRACE", LONG)
    with InProcess(data) as server:
        room = open_room(server)
        away = room.sit(0)
        room.until_stays(False)
        away.end()
        room.until_gone()
        back = room.sit(0)
        other = room.sit(1)  # whose arrival comes after all that the first could have brought about
        room.until_stays(False, False)
        back.end()
        other.end()


def test_who_stays_away_has_left_when_they_were_last_seen(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "GRACE", 0.0)
    with InProcess(data) as server:
        room = open_room(server)
        client = room.sit(0)
        (stay,) = room.until_stays(False)
        client.end()
        (ended,) = room.until_stays(True)
        assert ended.id == stay.id
        assert ended.left_at >= stay.arrived_at
        back = room.sit(0)
        room.until_stays(True, False)
        back.end()


def test_one_page_of_two_closed_is_no_departure(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "GRACE", 0.0)
    with InProcess(data) as server:
        room = open_room(server)
        kept, closed, other = room.sit(0), room.sit(0, 1), room.sit(1)
        room.until_stays(False, False)
        closed.end()
        until(lambda: len(server.hub.sockets) == 2, "the socket's end to be noticed")
        other.end()
        until(lambda: any(stay.left_at for stay in room.stays()), "somebody to have left")
        assert {stay.person_id: stay.left_at is None for stay in room.stays()} == {
            room.person_id(0): True,
            room.person_id(1): False,
        }
        kept.end()


def test_everybody_at_the_page_arrives_when_the_meeting_begins(data: Path) -> None:
    with InProcess(data) as server:
        database, key = server.app.state.database, server.app.state.settings.secret_key
        room = Room(server, load_sample(database, "http://127.0.0.1", Tickets(key)))
        clients = [room.sit(0), room.sit(8)]
        assert room.stays() == []
        people = {one.person_id for loaded in server.hub.rooms() for one in loaded.connections}
        view = server.hub.rooms()[0].meeting
        (leader,) = (person for person in people if view.members[person].role == "case_manager")
        for phase, stays in (("live", 2), ("closed", 2), ("live", 4)):
            actor = Actor(leader, room.meeting["id"], "case_manager")
            server.call(set_phase(server.hub.journal, actor, phase, reason="as planned"))
            until(partial(room.has, stays), f"{stays} stays")
        assert {stay.person_id for stay in room.stays()} == people
        assert [stay.left_at is None for stay in room.stays()] == [False, False, True, True]
        for client in clients:
            client.end()


def test_after_a_restart_stays_go_on_or_end(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "GRACE", LONG)
    with InProcess(data) as server:
        room = open_room(server)
        room.sit(0)
        (first,) = room.until_stays(False)
        room.sit(1)
        room.until_stays(False, False)
    with InProcess(data) as server:
        again = Room(server, room.meeting)
        clients = [again.sit(0), again.sit(2)]
        third = again.until_stays(False, False, False)[2]
        monkeypatch.setattr(attendance, "GRACE", 0.0)
        stays = again.until_stays(False, True, False)
        assert stays[0] == first
        assert stays[1].arrived_at <= stays[1].left_at < third.arrived_at  # the last that was known before
        for client in clients:
            client.end()


@pytest.mark.parametrize(("at_once", "times"), [(25, 1), (1, 2)])
def test_a_crowd_is_noted_together_in_the_order_it_came(
    data: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, times: int
) -> None:
    """A great one is, some at a time: what is typed need not wait for all of them."""
    monkeypatch.setattr(attendance, "LULL", 1.0)
    monkeypatch.setattr(attendance, "AT_ONCE", at_once)
    with InProcess(data) as server:
        room = open_room(server)
        clients = [room.sit(person) for person in (1, 0)]
        room.until_stays(False, False)
        assert len({stay.arrived_at for stay in room.stays()}) == times
        engine = create_engine(f"sqlite:///{server.data / 'roundtable.sqlite3'}")
        with engine.connect() as connection:
            came = connection.scalars(select(Entry.author_id).where(Entry.kind == ARRIVED).order_by(Entry.number)).all()
        assert came == [room.person_id(1), room.person_id(0)]
        monkeypatch.setattr(attendance, "GRACE", 0.0)
        for client in clients:
            client.end()
        room.until_stays(True, True)
