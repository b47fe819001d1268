"""People type while somebody makes their section final: is anything sealed that is not on every screen?

Each race reads the words back, then lets two people type and a third press "Finalize the section" at random moments
of the same few milliseconds, over real sockets and real forms. Whoever comes first wins, and then this must hold:

* sealed: no edit of the section stands after the seal, the seal's number and hash are those of the newest edit before
  it, and every screen reads like the sealed text;
* not sealed: somebody's words came before it, and the page says so;
* each edit was either stored, and then stands on every screen, or refused, and then on none, and its author was told.
"""

import asyncio
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from pycrdt import XmlFragment
from sqlalchemy import Engine, create_engine, func, select

from bench.client import Person
from bench.server_process import ServerProcess
from bench.sides import OURS, scratch
from server.journal.kinds import SECTION, TEXT_KINDS
from server.journal.payload import read_facts
from server.journal.snapshot import load
from server.storage.tables import Document, Entry

AT_ONCE = 4  # races side by side, each in a meeting of its own
ROUNDS = 35  # races in one meeting: nobody may send more than 120 forms a minute
PEOPLE = 3  # the first leads; the others type
MOST_MARKS = 3
SPREAD = 0.03  # seconds within which everything happens
ANSWER_SECONDS = 30.0
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Tally:
    races: int = 0
    sealed: int = 0
    turned_away: int = 0
    stored: int = 0
    refused: int = 0
    wrong: int = 0
    faults: int = 0
    examples: list[str] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"{self.races} races: {self.sealed} sealed, {self.turned_away} turned away; {self.stored} edits stored, "
            f"{self.refused} refused; {self.wrong} wrong"
        )

    def complain(self, what: str) -> None:
        self.wrong += 1
        self.examples = [*self.examples, what][:10]


def run(node: str, races: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """A campaign on a server of its own. Raises `RuntimeError` when it does not come up or lets nobody in."""
    with scratch("races") as data:
        server = ServerProcess(OURS, node, data)
        try:
            tally = asyncio.run(_campaign(server, races, progress))
            tally.faults = server.faults() or 0
        except (OSError, httpx2.HTTPError) as error:
            raise RuntimeError(f"{error!r}\n{server.said()}") from error
        finally:
            server.kill()
    return asdict(tally)


async def _campaign(server: ServerProcess, races: int, progress: Callable[[str], None]) -> Tally:
    await server.start()
    meetings = await asyncio.to_thread(server.meetings, -(-races // ROUNDS), PEOPLE)
    return await race(f"http://127.0.0.1:{server.port}", server.data, meetings, races, progress)


async def race(
    url: str, data: Path, meetings: list[dict[str, Any]], races: int, progress: Callable[[str], None]
) -> Tally:
    """So many races in these meetings (as `roundtable demo --json` tells of them), `ROUNDS` in each; some at once."""
    tally = Tally()
    rounds = [min(ROUNDS, races - first) for first in range(0, races, ROUNDS)]
    waiting = list(zip(meetings, rounds, strict=True))
    engine = create_engine(f"sqlite:///{data / 'roundtable.sqlite3'}")

    async def worker() -> None:
        while waiting:
            meeting, rounds = waiting.pop()
            async with httpx2.AsyncClient(base_url=url, timeout=ANSWER_SECONDS) as client:
                table = Table(client, engine, meeting, tally)
                await table.sit_down()
                for _ in range(rounds):
                    await table.race()
                await table.leave()
            progress(tally.line())

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker())
    engine.dispose()
    return tally


class Table:
    """One meeting: somebody who leads it by its pages, and people who type into its notes."""

    def __init__(self, client: httpx2.AsyncClient, engine: Engine, meeting: dict[str, Any], tally: Tally) -> None:
        self._client = client
        self._engine = engine
        self._meeting = meeting
        self._tally = tally
        self._document = meeting["documents"][-1]  # the notes, which nothing but an open comment holds up
        self._section = f"/m/{meeting['id']}/sections/{self._document}"
        self._people: list[Person] = []
        self._csrf = ""
        self._names = 0

    async def sit_down(self) -> None:
        link = self._meeting["people"][0]["sign_in_url"].partition("/invite/")[2]
        await self._look(f"/invite/{link}")
        await self._send(f"/invite/{link}")
        await self._look(f"{self._section}/readiness")
        self._people = [await self._newcomer(number) for number in range(PEOPLE)]

    async def leave(self) -> None:
        for person in self._people:
            await person.close()

    async def _newcomer(self, number: int) -> Person:
        self._names += 1
        token = self._meeting["people"][number]["token"]
        return await Person(self._meeting["websocket"], self._document, token, f"p{number}x{self._names}").join()

    async def _look(self, path: str) -> None:
        found = TOKEN.search((await self._client.get(path)).text)
        if found is None:
            raise RuntimeError(f"no form at {path.partition('?')[0]}")
        self._csrf = found[1]

    async def _send(self, path: str, **form: str) -> int:
        headers = {"sec-fetch-user": "?1"}  # somebody pressed the button
        return (await self._client.post(path, data={"csrf": self._csrf, **form}, headers=headers)).status_code

    async def race(self) -> None:
        tally, before = self._tally, await asyncio.to_thread(self._newest)
        written = {person.name: len(person.written) for person in self._people}
        told = {person.name: len(person.told) for person in self._people}
        if (answer := await self._send(f"{self._section}/read-back")) != 303:
            tally.complain(f"reading back was answered with {answer}")
            return
        async with asyncio.TaskGroup() as group:
            for person in self._people[1:]:
                group.create_task(_type(person))
            pressed = group.create_task(self._press())
        answered = await self._until(
            lambda: all(one.idle or one.refused.intersection(one.written[written[one.name] :]) for one in self._people)
        )
        if not answered:
            tally.complain("an edit was not answered")
        tally.races += 1
        sealed = pressed.result() == 303
        tally.sealed += sealed
        tally.turned_away += pressed.result() == 409
        if pressed.result() not in {303, 409}:
            tally.complain(f"finalizing was answered with {pressed.result()}")
        marks = {one.name: one.written[written[one.name] :] for one in self._people}
        await self._judge(sealed, before, marks, told)
        if sealed and await self._send(f"{self._section}/state", state="draft", reason="The next race.") != 303:
            tally.complain("the section could not be reopened")

    async def _press(self) -> int:
        await asyncio.sleep(random.uniform(0, SPREAD / 3))
        return await self._send(f"{self._section}/state", state="final")

    async def _judge(
        self, sealed: bool, before: tuple[int, int], marks: dict[str, list[str]], told: dict[str, int]
    ) -> None:
        tally = self._tally
        state, seals, texts, stored = await asyncio.to_thread(self._stored, before[0])
        if sealed != (state == "final") or len(seals) != sealed:
            tally.complain(
                f"answered {'sealed' if sealed else 'not sealed'}, stored as {state} with {len(seals)} seals"
            )
            return
        if not sealed and not texts:
            tally.complain("turned away although nobody had written")
        for number, sealed_number, digest in seals:
            if any(text > number for text in texts):
                tally.complain(f"an edit stands after the seal {number}")
            newest = max((text for text in texts if text < number), default=before[1])
            if (sealed_number, digest) != (newest, self._hash(newest)):
                tally.complain(f"the seal {number} is of {sealed_number}, not of {newest}")
        for number, person in enumerate(self._people):
            mine = marks[person.name]
            kept, gone = person.acked.intersection(mine), person.refused.intersection(mine)
            if gone:  # with the first refusal a page puts all of its author's words aside
                gone = set(mine) - kept
            tally.stored += len(kept)
            tally.refused += len(gone)
            if len(kept) + len(gone) != len(mine):
                tally.complain(f"{len(mine)} edits, {len(kept)} stored and {len(gone)} refused")
            if any(mark not in stored for mark in kept) or any(mark in stored for mark in gone):
                tally.complain("what was stored or refused is not what was said")
            if gone:
                reasons = {json.loads(one).get("reason") for one in person.told[told[person.name] :]}
                if "final" not in reasons:
                    tally.complain("an author was not told why")
                await person.close()  # the page keeps the text for its author, and takes the server's document
                self._people[number] = await self._newcomer(number)
        if not await self._until(lambda: all(one.screen() == stored for one in self._people)):
            tally.complain(f"a screen does not read like the {'sealed' if sealed else 'stored'} text")

    async def _until(self, condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + ANSWER_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.005)
        return True

    # What is stored, past the server.

    def _newest(self) -> tuple[int, int]:
        """The numbers of the section's newest entry and of its newest edit."""
        query = select(func.max(Entry.number)).where(Entry.document_id == self._document)
        with self._engine.connect() as connection:
            text = connection.scalar(query.where(Entry.kind.in_(sorted(TEXT_KINDS))))
            return connection.scalar(query) or 0, text or 0

    def _stored(self, since: int) -> tuple[str, list[tuple[int, int, str]], list[int], str]:
        """The section's state, its seals and its edits after entry `since`, and its text."""
        rows = select(Entry.number, Entry.kind, Entry.payload).where(
            Entry.document_id == self._document, Entry.number > since
        )
        with self._engine.connect() as connection:
            state = connection.scalar(select(Document.state).where(Document.id == self._document)) or ""
            seals, texts = [], []
            for number, kind, payload in connection.execute(rows):
                if kind in TEXT_KINDS:
                    texts.append(number)
                elif kind == SECTION and (about := read_facts(payload))["state"] == "final":
                    seals.append((number, about["sealed"]["number"], about["sealed"]["hash"]))
            document = load(connection, self._document).document()
        return state, seals, texts, str(document.get("default", type=XmlFragment))

    def _hash(self, number: int) -> str:
        query = select(Entry.hash).where(Entry.meeting_id == self._meeting["id"], Entry.number == number)
        with self._engine.connect() as connection:
            return (connection.scalar(query) or b"").hex()


async def _type(person: Person) -> None:
    await asyncio.sleep(random.uniform(0, 2 * SPREAD))  # a form takes longer to arrive than a key
    for _ in range(random.randint(0, MOST_MARKS)):
        await person.write()
        await asyncio.sleep(random.uniform(0, SPREAD / 3))
