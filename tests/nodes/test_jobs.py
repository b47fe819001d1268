"""Work that one node does at a time: leases by the database's clock, and what hangs on a node that died."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text, update

from server.jobs.departures import Departures
from server.jobs.lease import Held, LeaseLost, claim, release_all
from server.jobs.registry import Registry
from server.jobs.runner import Job, Runner
from server.jobs.sweep import Sweep
from server.meeting.attendance import Visit, arrive, leave
from server.storage.clock import SECOND, clock
from server.storage.tables import Attendance, Attending, Invitation, Lease, Node, Session, now
from tests.support.desk import Desk, open_desk
from tests.support.wait import soon


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    sqlite = f"sqlite:///{tmp_path / 'roundtable.sqlite3'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    async with open_desk(url) as opened:
        yield opened


def run_out(desk: Desk, name: str) -> None:
    desk.run(update(Lease).where(Lease.name == name).values(expires_at=clock() - SECOND))


def node(desk: Desk, name: str, *, silent: int = 0) -> None:
    """A node that was last heard of so many seconds ago."""
    seen = clock() - silent * SECOND
    desk.run(insert(Node).values(id=name, started_at=seen, seen_at=seen))


def stays(desk: Desk) -> list[bool]:
    """Of each stay, whether it has ended."""
    return [row.left_at is not None for row in desk.rows(select(Attendance.left_at).order_by(Attendance.arrived_at))]


async def held(desk: Desk) -> Held:
    got = await claim(desk.database, "work", "b", 60)
    assert got is not None
    return got


async def test_one_node_has_a_lease_until_it_runs_out(desk: Desk) -> None:
    database = desk.database
    first = await claim(database, "work", "a", 60)
    assert first is not None
    assert await claim(database, "work", "b", 60) is None
    assert await claim(database, "other work", "b", 60) is not None
    assert await claim(database, "work", "a", 60) == first  # to keep it
    run_out(desk, "work")
    second = await claim(database, "work", "b", 60)
    assert second is not None
    assert second.token > first.token
    async with database.transaction() as session:
        await second.check(session)
    with pytest.raises(LeaseLost):
        async with database.transaction() as session:
            await first.check(session)
    await release_all(database, "b")
    assert await claim(database, "work", "a", 60) is not None


async def test_of_many_that_ask_at_once_one_gets_it(desk: Desk) -> None:
    got = await asyncio.gather(*(claim(desk.database, "work", f"n{place}", 60) for place in range(6)))
    assert len([one for one in got if one is not None]) == 1


async def test_a_job_is_done_by_one_node_and_after_its_death_by_another(desk: Desk) -> None:
    done: list[str] = []

    def runner(name: str) -> tuple[Runner, Job]:
        async def work(lease: Held) -> None:
            done.append(lease.owner)

        job = Job("count", 60, work)
        return Runner(desk.database, name, [job]), job

    (first, job), (second, other) = runner("a"), runner("b")
    for _ in range(3):
        await first.run_once(job)
        await second.run_once(other)
    assert done == ["a", "a", "a"]
    run_out(desk, "count")  # the first is dead
    await second.run_once(other)
    assert done[3:] == ["b"]
    await second.stop()  # and the second ends in good order
    await first.run_once(job)
    assert done[4:] == ["a"]


async def test_whoever_is_at_another_node_has_not_left(desk: Desk) -> None:
    visit = Visit(desk.meeting, desk.people["parent"], datetime.now(UTC))
    node(desk, "a")
    node(desk, "b")
    await arrive(desk.journal, [visit], "a")
    await arrive(desk.journal, [visit], "b")
    await leave(desk.journal, [visit], "a")
    assert stays(desk) == [False]
    await leave(desk.journal, [visit], "b")
    assert stays(desk) == [True]


async def test_a_node_that_is_dead_keeps_nobody_here(desk: Desk) -> None:
    visit = Visit(desk.meeting, desk.people["parent"], datetime.now(UTC))
    node(desk, "a", silent=45)
    node(desk, "b")
    await arrive(desk.journal, [visit], "a")
    await arrive(desk.journal, [visit], "b")
    await leave(desk.journal, [visit], "b")
    assert stays(desk) == [True]


async def test_people_of_a_dead_node_have_left_unless_they_are_elsewhere(desk: Desk) -> None:
    gone, moved = (Visit(desk.meeting, desk.people[role]) for role in ("parent", "team_staff"))
    node(desk, "a", silent=90)
    node(desk, "b")
    await arrive(desk.journal, [gone, moved], "a")
    await arrive(desk.journal, [moved], "b")
    work = Departures(desk.database, desk.journal)
    await work(await held(desk))
    ended = desk.rows(select(Attendance.person_id).where(Attendance.left_at.is_not(None)))
    assert [row.person_id for row in ended] == [gone.person_id]
    assert [row.node_id for row in desk.rows(select(Attending.node_id))] == ["b"]
    assert [row.id for row in desk.rows(select(Node.id))] == ["b"]
    await work(await held(desk))  # nothing is left to do
    assert desk.kinds().count("attendance.left") == 1
    assert desk.faults() == []


async def test_a_node_that_comes_back_from_the_dead_says_who_is_with_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.jobs.registry.EVERY", 0.01)
    back, living = asyncio.Event(), list[set[str]]()
    registry = Registry(desk.database, "a", back.set, living.append)
    await registry.start()
    desk.run("DELETE FROM node")
    await asyncio.wait_for(back.wait(), 30)
    node(desk, "d")
    node(desk, "e", silent=20)
    await soon(lambda: living and living[-1] == {"d"}, "to hear who else lives")
    await registry.stop()
    assert {row.id for row in desk.rows(select(Node.id))} == {"a", "d", "e"}


async def test_what_opens_nothing_any_more_is_removed(desk: Desk) -> None:
    person, day = desk.people["parent"], timedelta(days=1)
    for name, expires, revoked in (
        ("old", now() - 40 * day, None),
        ("revoked", now() + day, now() - 40 * day),
        ("lately", now() - day, None),
        ("good", now() + day, None),
    ):
        desk.run(insert(Session).values(id=name, person_id=person, expires_at=expires, revoked_at=revoked))
    for name, expires in (("old", now() - 40 * day), ("good", now() + day)):
        desk.run(insert(Invitation).values(token_hash=name, person_id=person, expires_at=expires))
    await Sweep(desk.database)(await held(desk))
    assert sorted(row.id for row in desk.rows(select(Session.id))) == ["good", "lately"]
    assert [row.token_hash for row in desk.rows(select(Invitation.token_hash))] == ["good"]


async def test_the_databases_clock_is_about_right(desk: Desk) -> None:
    (row,) = desk.rows(select(clock()))
    assert abs(row[0] / SECOND - datetime.now(UTC).timestamp()) < 60
    assert desk.rows(text("SELECT 1"))
