"""Large files made with progress on the page: they go on without it, can be cancelled for good, and stay private."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from server.domain.errors import Refused
from server.papers import Heading, Paper, Text
from server.papers.child import make_apart
from server.storage.tables import now
from server.web.making_shelf import Shelf
from server.web.makings import READY, STOPPED, WORKING, Making, Makings
from tests.support.ports import free_port
from tests.support.school import Browser, School
from tests.support.wait import until
from tests.web.test_sharing_pages import Team


def _is_ready(browser: Browser, watched: str) -> bool:
    return "The file is ready." in browser.text(watched)


def test_a_file_is_made_and_fetched_by_who_asked_for_it_alone(school: School) -> None:
    team = Team(school)
    browser = team.browsers["case_manager"]
    for file, start in (("iep.pdf", b"%PDF-"), ("record.zip", b"PK")):
        begun = browser.post(f"{team.url}/papers/making", {"file": file}, seen=f"{team.url}/papers")
        assert begun.status_code == 303
        watched = begun.headers["location"]
        until(partial(_is_ready, browser, watched), "the file")
        answer = browser.get(f"{watched}/file")
        assert answer.content.startswith(start)
        assert answer.headers["cache-control"] == "no-store"
        foreign = team.browsers["parent"].get(watched)
        assert foreign.status_code == 404
        assert "not here any more" in foreign.text
        assert team.browsers["parent"].get(f"{watched}/file").status_code == 404
        browser.post(f"{watched}/cancel")
        assert browser.get(f"{watched}/file").status_code == 404
    assert browser.post(f"{team.url}/papers/making", {"file": "shadow"}).status_code == 422
    observer = team.browsers["observer"]
    assert observer.post(f"{team.url}/papers/making", {"file": "iep.pdf"}).status_code == 403


async def test_cancelling_ends_the_process_that_sets_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[asyncio.subprocess.Process] = []
    runs = asyncio.Event()
    begin = asyncio.create_subprocess_exec

    async def noted(*command: str, **how: object) -> asyncio.subprocess.Process:
        started.append(await begin(*command, **how))  # type: ignore[arg-type]
        runs.set()
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    plain = Paper("P", "en", [Heading("H"), Text("Words")]).plain()
    makings = Makings()

    async def work(made: Making) -> bytes:
        return await make_apart("pdf", plain, now())

    made = await makings.begin("m", "p", "iep.pdf", work)
    assert await makings.begin("m", "p", "iep.pdf", work) is made
    await runs.wait()
    await makings.cancel(made)
    assert (made.state, made.data) == (STOPPED, b"")
    assert started[0].returncode not in (None, 0)


async def test_work_in_a_thread_ends_at_its_next_step_and_no_third_file_is_begun() -> None:
    makings, ended = Makings(), threading.Event()

    def long(made: Making) -> bytes:
        try:
            while True:
                made.tell(1, 2)
        finally:
            ended.set()

    async def work(made: Making) -> bytes:
        return await asyncio.to_thread(long, made)

    one, other = [await makings.begin("m", "p", name, work) for name in ("a", "b")]
    with pytest.raises(Refused):
        await makings.begin("m", "p", "c", work)
    assert await makings.find(one.id, "m", "somebody else") is None
    await makings.stop()
    assert await asyncio.to_thread(ended.wait, 30)
    assert {one.state, other.state} == {STOPPED}

    async def quick(made: Making) -> bytes:
        return b"x"

    done = await makings.begin("m", "p", "c", quick)
    assert done.task is not None
    await done.task
    assert (done.state, done.data) == (READY, b"x")


KEY, NEWER = "a key of the installation that is long enough", "the newer one that comes after it, also long"


@pytest_asyncio.fixture
async def nodes(redis_url: str) -> AsyncIterator[tuple[Makings, Makings]]:
    """Two nodes' makings. The second seals with a newer key already; each opens both."""
    one, two = Makings(Shelf(redis_url, [NEWER, KEY])), Makings(Shelf(redis_url, [KEY, NEWER]))
    yield one, two
    await one.stop()
    await two.stop()


async def test_any_node_tells_of_a_file_and_gives_it(nodes: tuple[Makings, Makings], redis_url: str) -> None:
    one, two = nodes
    go_on = asyncio.Event()

    async def work(made: Making) -> bytes:
        made.tell(3, 7)
        await go_on.wait()
        return b"the plan of a student"

    begun = await one.begin("m", "p", "iep.pdf", work)
    seen = await _seen(two, begun.id, lambda made: made.done == 3)
    assert (seen.state, seen.total, seen.wanted) == (WORKING, 7, "iep.pdf")
    assert await two.find(begun.id, "m", "somebody else") is None
    assert await two.find(begun.id, "another", "p") is None
    assert await two.file(seen) == b""
    go_on.set()
    for node in (two, one):
        ready = await _seen(node, begun.id, lambda made: made.state == READY)
        assert await node.file(ready) == b"the plan of a student"
    async with Redis.from_url(redis_url) as client:
        held = [str(await client.get(key)) for key in await client.keys("*") if begun.id.encode() in key]
        assert len(held) == 2
        assert not any("student" in value or "iep" in value for value in held)
    await two.cancel(ready)
    for node in (one, two):
        gone = await _seen(node, begun.id, lambda made: made.state == STOPPED)
        assert await node.file(gone) == b""


async def test_any_node_stops_the_work(nodes: tuple[Makings, Makings]) -> None:
    one, two = nodes
    stopped = asyncio.Event()

    async def work(_: Making) -> bytes:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return b""

    begun = await one.begin("m", "p", "record.zip", work)
    await two.cancel(await _seen(two, begun.id, lambda made: made.state == WORKING))
    await asyncio.wait_for(stopped.wait(), 30)
    await _seen(two, begun.id, lambda made: made.state == STOPPED)


async def test_without_redis_a_file_is_made_on_its_own_node() -> None:
    makings = Makings(Shelf(f"redis://127.0.0.1:{free_port()}/0", [KEY]))

    async def work(_: Making) -> bytes:
        return b"x"

    begun = await makings.begin("m", "p", "iep.pdf", work)
    ready = await _seen(makings, begun.id, lambda made: made.state == READY)
    assert await makings.file(ready) == b"x"
    assert await makings.find("mk_unknown", "m", "p") is None
    await makings.stop()


async def _seen(node: Makings, making_id: str, as_it_should: Callable[[Making], bool]) -> Making:
    async with asyncio.timeout(30):
        while True:
            found = await node.find(making_id, "m", "p")
            if found is not None and as_it_should(found):
                return found
            await asyncio.sleep(0.02)
