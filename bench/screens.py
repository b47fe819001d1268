"""From an act to another's screen: a parent comments and answers, the case manager's open page shows it.

What a browser does is done over a real socket and real fetches: the event stream names the topic, the part of the page
that the topic concerns is fetched and read. A browser gathers what comes within `GATHERED` before it fetches; that is
added to each figure. Seven others listen and fetch as well, as a full room does.
"""

import asyncio
import itertools
import json
import re
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import httpx2

from bench.client import Person
from bench.server_process import ServerProcess
from bench.sides import OURS, scratch

PEOPLE, ACTS, QUICK_ACTS = 8, 60, 6
APART = 0.6  # seconds between acts: nobody may send more than 120 forms a minute
GATHERED = 0.1  # seconds; `server.web.fragments.fresh_on`
PATIENCE = 30.0
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


def run(node: str, quick: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """Milliseconds, median and worst, until the words stand on the screen that sees them last.

    Raises `RuntimeError` when the server does not come up or lets nobody in.
    """
    with scratch("screens") as data:
        server = ServerProcess(OURS, node, data)
        try:
            seen = asyncio.run(_measure(server, QUICK_ACTS if quick else ACTS))
        except (OSError, TimeoutError, httpx2.HTTPError) as error:
            raise RuntimeError(f"{error!r}\n{server.said()}") from error
        finally:
            server.kill()
    found = {"acts": len(seen), "p50_ms": median(seen), "worst_ms": max(seen)}
    progress(f"{found['acts']} comments: on everybody's screen after {found['p50_ms']:.0f} ms, the slowest after "
             f"{found['worst_ms']:.0f} ms")  # fmt: skip
    return found


async def _measure(server: ServerProcess, acts: int) -> list[float]:
    await server.start()
    (meeting,) = await asyncio.to_thread(server.meetings, 1, PEOPLE)
    screens = [Screen(server.port, meeting, person) for person in meeting["people"]]
    for screen in screens:
        await screen.open()
    author, *others = reversed(screens)
    seen = []
    try:
        for number in range(acts):
            words = f"Words number {number}, for everybody to see."
            watching = [asyncio.create_task(one.shows(words)) for one in others]
            started = time.monotonic()
            await author.comment(words)
            ends = await asyncio.wait_for(asyncio.gather(*watching), PATIENCE)
            seen.append((max(ends) - started + GATHERED) * 1000)
            await asyncio.sleep(APART)
    finally:
        for screen in screens:
            await screen.close()
    return seen


class Screen:
    """Somebody's open page: the socket that tells of topics, and the list of comments."""

    def __init__(self, port: int, meeting: dict[str, Any], person: dict[str, Any]) -> None:
        self._url = f"/m/{meeting['id']}/comments"
        self._document = meeting["documents"][-1]
        self._link = "/invite/" + person["sign_in_url"].partition("/invite/")[2]
        self._client = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
        self._socket = Person(meeting["websocket"], self._document, person["token"], "screen")
        self._csrf = ""

    async def open(self) -> None:
        self._csrf = self._token((await self._client.get(self._link)).text)
        # As a browser says that somebody pressed the button.
        await self._client.post(self._link, data={"csrf": self._csrf}, headers={"sec-fetch-user": "?1"})
        self._csrf = self._token((await self._client.get(self._url)).text)
        await self._socket.join()

    @staticmethod
    def _token(page: str) -> str:
        found = TOKEN.search(page)
        if found is None:
            raise RuntimeError("nobody is let in")
        return found[1]

    async def comment(self, words: str) -> None:
        form = {"csrf": self._csrf, "target": "section", "about": self._document, "text": words, "lang": "en"}
        answer = await self._client.post(self._url, data=form)
        if answer.status_code != 303:
            raise RuntimeError(f"a comment was answered with {answer.status_code}")

    async def shows(self, words: str) -> float:
        """When the list, fetched once the event came, has the words in it."""
        known = len(self._socket.told)
        while True:
            for said in itertools.islice(self._socket.told, known, None):
                known += 1
                if json.loads(said).get("event") == "comments":
                    page = await self._client.get(self._url, headers={"hx-request": "true"})
                    if words in page.text:
                        return time.monotonic()
            await asyncio.sleep(0.001)

    async def close(self) -> None:
        await self._socket.close()
        await self._client.aclose()
