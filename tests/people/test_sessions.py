from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.people import sessions
from server.storage.tables import Person, Session, now
from tests.support.school import School


class Bus:
    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []

    def tell_all(self, topic: str, data: bytes) -> None:
        self.sent.append((topic, data))


def start(school: School, person: Person, **values: Any) -> str:
    """A session's token; `values` then change its row."""
    token: str = school.call(sessions.start_session, school.state.database, person.id, lifetime=timedelta(days=14))

    async def change() -> None:
        async with school.state.database.transaction() as session:
            await session.execute(update(Session).where(Session.id == sessions.session_id_of(token)).values(**values))

    if values:
        school.call(change)
    return token


def find(school: School, token: str) -> sessions.SignedIn | None:
    found: sessions.SignedIn | None = school.call(sessions.find_session, school.state.database, token)
    return found


def test_the_database_never_holds_the_cookie(school: School) -> None:
    token = start(school, school.person("Elena"))
    (row,) = school.rows(select(Session))
    assert token not in repr(vars(row))
    assert find(school, token) is not None
    assert find(school, row.id) is None


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "ü" * 43, "a" * 10_000])
def test_what_is_no_session_finds_nobody(school: School, token: str) -> None:
    assert find(school, token) is None


def test_a_session_ends_on_its_day(school: School) -> None:
    assert find(school, start(school, school.person("Elena"), expires_at=now() - timedelta(seconds=1))) is None


def test_staff_are_signed_out_when_idle_and_families_are_not(school: School) -> None:
    yesterday = now() - timedelta(hours=13)
    assert find(school, start(school, school.person("Dana", is_staff=True), last_seen_at=yesterday)) is None
    assert find(school, start(school, school.person("Admin", is_administrator=True), last_seen_at=yesterday)) is None
    assert find(school, start(school, school.person("Elena"), last_seen_at=yesterday)) is not None


def test_use_is_noted_now_and_then(school: School) -> None:
    earlier = now() - timedelta(minutes=6)
    token = start(school, school.person("Elena"), last_seen_at=earlier)
    find(school, token)
    assert school.rows(select(Session))[0].last_seen_at > earlier


def test_ending_a_session_is_told_on_the_bus(school: School) -> None:
    elena, peter = school.person("Elena"), school.person("Peter")
    mine, other, theirs = start(school, elena), start(school, elena), start(school, peter)
    bus = Bus()
    database = school.state.database
    ended = sessions.session_id_of(mine)
    assert not school.call(sessions.revoke_session, database, bus, peter.id, ended)  # not his to end
    assert school.call(sessions.revoke_session, database, bus, elena.id, ended)
    assert not school.call(sessions.revoke_session, database, bus, elena.id, ended)
    assert bus.sent == [("sessions", ended.encode())]
    assert find(school, mine) is None
    assert find(school, other) is not None
    assert school.call(sessions.revoke_all, database, bus, elena.id) == 1
    assert find(school, other) is None
    assert find(school, theirs) is not None


def test_all_but_this_one(school: School) -> None:
    elena = school.person("Elena")
    kept, gone = start(school, elena), start(school, elena)
    school.call(sessions.revoke_all, school.state.database, Bus(), elena.id, keep=sessions.session_id_of(kept))
    assert find(school, kept) is not None
    assert find(school, gone) is None
    assert len(school.call(sessions.list_sessions, school.state.database, elena.id)) == 1
