"""Large files made with progress on the page: they go on without it, can be cancelled for good, and stay private."""

import asyncio
import threading
from functools import partial

import pytest

from server.domain.errors import Refused
from server.papers import Heading, Paper, Text
from server.papers.child import make_apart
from server.storage.tables import now
from server.web.makings import READY, STOPPED, Making, Makings
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
        assert team.browsers["parent"].get(watched).status_code == 404
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

    made = makings.begin("m", "p", "iep.pdf", work)
    assert makings.begin("m", "p", "iep.pdf", work) is made
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

    one, _ = (makings.begin("m", "p", name, work) for name in ("a", "b"))
    with pytest.raises(Refused):
        makings.begin("m", "p", "c", work)
    assert makings.get(one.id, "m", "somebody else") is None
    await makings.stop()
    assert await asyncio.to_thread(ended.wait, 30)
    assert {made.state for made in makings.of("m", "p")} == {STOPPED}

    async def quick(made: Making) -> bytes:
        return b"x"

    done = makings.begin("m", "p", "c", quick)
    assert done.task is not None
    await done.task
    assert (done.state, done.data) == (READY, b"x")
