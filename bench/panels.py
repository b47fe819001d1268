"""What a part of the page costs the server when the meeting is full: 100 open threads and 50 decisions.

Each part that keeps itself fresh is fetched again and again by the case manager, who is shown the most, and the
server's processor time is read from `/proc`, so that neither the network nor the generator is in the figure.
"""

import asyncio
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select

from bench.server_process import ServerProcess
from bench.sides import OURS, scratch
from server.domain.decisions import seen_mark
from server.domain.roles import CASE_MANAGER, LIVE, PARENT
from server.journal.writer import Journal
from server.meeting import Actor, Promise, Target, Words, add_follow_up, answer, open_thread, set_phase
from server.meeting.attendance import Visit, arrive
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import propose_decision, settle_decision
from server.sample.load import load_sample
from server.storage.engine import Database
from server.storage.migrate import migrate
from server.storage.tables import Participant, Position
from server.web.fragments import FRAGMENTS

THREADS, ANSWERS = 100, 2
DECISIONS, SETTLED = 50, 40  # of the others one is being read back
ROUNDS, QUICK_ROUNDS = 40, 5
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
WORDS = "He works twice as long as his sister and cries over writing. Why is reading only half an hour?"


def run(node: str, quick: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """Milliseconds of processor time by part, and those of the dearest. Raises `RuntimeError` when nothing answers."""
    with scratch("panels") as data:
        meeting, decision = asyncio.run(_fill(data))
        server = ServerProcess(OURS, node, data)
        try:
            costs = asyncio.run(_measure(server, meeting, decision, QUICK_ROUNDS if quick else ROUNDS))
        except (OSError, httpx2.HTTPError) as error:
            raise RuntimeError(f"{error!r}\n{server.said()}") from error
        finally:
            server.kill()
    for name, cost in sorted(costs.items(), key=lambda one: -one[1]):
        progress(f"{name} {cost:.1f} ms")
    return {"dearest_ms": max(costs.values()), "parts_ms": costs}


async def _fill(data: Path) -> tuple[dict[str, Any], str]:
    """The sample meeting, live, with as much said about it as the bar asks for."""
    database = Database(f"sqlite:///{data / 'roundtable.sqlite3'}")
    migrate(database.sync)
    meeting = load_sample(database, "http://127.0.0.1", None)
    journal = Journal(database)
    await journal.start()
    try:
        with database.sync.connect() as connection:
            seats = connection.execute(
                select(Participant.person_id, Participant.role).where(Participant.meeting_id == meeting["id"])
            ).all()
        first = {role: next(seat.person_id for seat in seats if seat.role == role) for role in (CASE_MANAGER, PARENT)}
        dana, elena = (Actor(first[role], meeting["id"], role) for role in (CASE_MANAGER, PARENT))
        await set_phase(journal, dana, LIVE)
        await arrive(journal, [Visit(meeting["id"], seat.person_id) for seat in seats])
        decision = ""
        for number in range(THREADS):
            document = meeting["documents"][number % len(meeting["documents"])]
            said = Words(f"{number + 1}. {WORDS}", "en")
            thread = await open_thread(journal, elena, Target("section", document), said, proposal="45 minutes a day.")
            for _ in range(ANSWERS):
                await answer(journal, dana, thread, Words(WORDS, "en"))
        for number in range(DECISIONS):
            words = DecisionWords(
                question=f"{number + 1}. How long is reading?",
                action="45 minutes of reading a day",
                reasons=WORDS,
                options=[{"text": "30 minutes", "why": "too little"}, {"text": "45 minutes", "chosen": True}],
                basis=[{"text": "Fluency probes", "date": "2027-02-10"}],
                outcome="agreed",
            )
            last = number == DECISIONS - 1
            decision = await propose_decision(journal, dana, words, read_back=last or number < SETTLED)
            if number < SETTLED:
                with database.sync.connect() as connection:
                    rows = connection.execute(select(Position.__table__).where(Position.decision_id == decision)).all()
                seen = seen_mark(1, [row._asdict() for row in rows])
                await settle_decision(journal, dana, decision, revision=1, seen=seen)
            await add_follow_up(
                journal, dana, Promise("Tell the bus company", elena.person_id, "2096-03-01"), kind="task"
            )
    finally:
        await journal.stop()
        await database.close()
    return meeting, decision


async def _measure(server: ServerProcess, meeting: dict[str, Any], decision: str, rounds: int) -> dict[str, float]:
    await server.start()
    costs = {}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as client:
        await enter(client, meeting)
        for name, fragment in FRAGMENTS.items():
            path = fragment.path.format(document=meeting["documents"][0], decision=decision)
            address = f"/m/{meeting['id']}{path}"
            for _ in range(2):  # templates are compiled by the first
                await _fetch(client, address)
            before = processor_ms(server.pid)
            for _ in range(rounds):
                await _fetch(client, address)
            costs[name] = (processor_ms(server.pid) - before) / rounds
    return costs


async def enter(client: httpx2.AsyncClient, meeting: dict[str, Any]) -> None:
    """Sign the client in as the case manager of a sample meeting."""
    leader = next(person for person in meeting["people"] if person["role"] == CASE_MANAGER)
    link = "/invite/" + leader["sign_in_url"].partition("/invite/")[2]
    found = TOKEN.search((await client.get(link)).text)
    if found is None:
        raise RuntimeError("nobody is let in")
    await client.post(link, data={"csrf": found[1]}, headers={"sec-fetch-user": "?1"})


async def _fetch(client: httpx2.AsyncClient, address: str) -> None:
    answer = await client.get(address, headers={"hx-request": "true"})
    if answer.status_code != 200:
        raise RuntimeError(f"{address.rpartition('/')[2]}: {answer.status_code}")


def processor_ms(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
