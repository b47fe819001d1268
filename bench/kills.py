"""`kill -9` at random moments while people type: is anything gone that somebody saw, or that was acknowledged?

A lost edit is a mark that was on another person's screen, or whose author was told that it is stored, and that a
newcomer does not find after the restart, while nobody who was there before has come back.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed

from bench.client import Person
from bench.server_process import Place, ServerProcess
from bench.sides import scratch

ROOMS, PEOPLE, TYPING = 4, 3, 2
BATCH = 20  # kills of one data folder; then it is verified, as the last kill left it
TYPED_SECONDS = (0.1, 1.5)  # from the first key to the kill
PAUSE_SECONDS = (0.0, 0.06)  # between two keys of one person
AGAIN = 0.15  # how often the restarted server is killed once more while it starts
STARTING_SECONDS = (0.0, 1.0)


@dataclass
class Tally:
    """What a campaign found. `faults` is None where there is nothing to verify."""

    kills: int = 0
    kills_while_starting: int = 0
    written: int = 0
    seen: int = 0
    acked: int = 0
    lost_seen: int = 0
    lost_acked: int = 0
    verified: int = 0
    faults: int | None = None
    examples: list[str] = field(default_factory=list)

    def line(self) -> str:
        text = f"{self.kills} kills; lost {self.lost_seen} of {self.seen} edits seen"
        text += f" and {self.lost_acked} of {self.acked} acked"
        return text if self.faults is None else f"{text}; verify: {self.faults} faults"


def run(side: str, node: str, kills: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """A whole campaign against one server. Raises `RuntimeError` when it does not come up or lets nobody in."""
    return asdict(asyncio.run(_campaign(side, node, kills, progress)))


async def _campaign(side: str, node: str, kills: int, progress: Callable[[str], None]) -> Tally:
    tally = Tally()
    batch = 0
    while tally.kills < kills:
        batch += 1
        with scratch("kills") as data:
            await _batch(side, node, data, min(BATCH, kills - tally.kills), f"b{batch}", tally)
        progress(tally.line())
    return tally


async def _batch(side: str, node: str, data: Path, kills: int, name: str, tally: Tally) -> None:
    server = ServerProcess(side, node, data)
    try:
        await server.start()
        places = await asyncio.to_thread(server.places, ROOMS, PEOPLE)
        for number in range(kills):
            people = await _type_until_killed(server, places, f"{name}k{number}")
            tally.kills += 1
            if number == kills - 1:
                found = await asyncio.to_thread(server.faults)
                if found is not None:
                    tally.verified += 1
                    tally.faults = (tally.faults or 0) + found
            if random.random() < AGAIN:
                server.spawn()
                await asyncio.sleep(random.uniform(*STARTING_SECONDS))
                server.kill()
                tally.kills_while_starting += 1
            await server.start()
            await _count(server, places, people, tally)
    except OSError as error:
        raise RuntimeError(f"{error}\n{server.said()}") from error
    finally:
        server.kill()


async def _type_until_killed(server: ServerProcess, places: list[Place], name: str) -> list[list[Person]]:
    """The people of each room, as the kill left them."""
    people = [
        [
            Person(server.url, place.document, token, f"{name}r{room}p{number}")
            for number, token in enumerate(place.tokens)
        ]
        for room, place in enumerate(places)
    ]
    everybody = [person for room in people for person in room]
    await asyncio.gather(*(person.join() for person in everybody))
    async with asyncio.TaskGroup() as group:
        for room in people:
            for person in room[:TYPING]:
                group.create_task(_type(person))
        await asyncio.sleep(random.uniform(*TYPED_SECONDS))
        server.kill()
        for person in everybody:
            await person.left()
    return people


async def _type(person: Person) -> None:
    while True:
        try:
            await person.write()
        except ConnectionClosed:
            return
        await asyncio.sleep(random.uniform(*PAUSE_SECONDS))


async def _count(server: ServerProcess, places: list[Place], people: list[list[Person]], tally: Tally) -> None:
    for place, room in zip(places, people, strict=True):
        newcomer = await Person(server.url, place.document, place.tokens[-1], "newcomer").join()
        kept = newcomer.marks()
        await newcomer.close()
        seen = {mark for person in room for other in room if other is not person for mark in _from(person, other)}
        acked = {mark for person in room for mark in person.acked}
        tally.written += sum(len(person.written) for person in room)
        tally.seen += len(seen)
        tally.acked += len(acked)
        tally.lost_seen += len(seen - kept)
        tally.lost_acked += len(acked - kept)
        tally.examples += sorted((seen | acked) - kept)[: max(0, 10 - len(tally.examples))]


def _from(author: Person, reader: Person) -> set[str]:
    """The author's marks on the reader's screen."""
    return reader.marks().intersection(author.written)
