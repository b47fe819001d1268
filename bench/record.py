"""What a long record costs: moving through its history, taking it away, verifying it, and printing a long plan.

A section of the sample meeting gets 260,000 edits by five people, one character an entry, sealed and stored as the
server does; then pages are fetched by the case manager, and the server's processor time is read from `/proc`.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from sqlalchemy import select

from bench.panels import TOKEN, enter, processor_ms
from bench.server_process import ServerProcess
from bench.sides import OURS, scratch
from server.documents.tree import load
from server.documents.update import read_update
from server.journal.archive import check_archive
from server.journal.entry import Author
from server.journal.kinds import EDIT
from server.journal.snapshot import due, put
from server.journal.snapshot import load as load_document
from server.journal.transaction import Transaction
from server.journal.verify import verify
from server.sample.load import load_sample
from server.storage.engine import Database
from server.storage.migrate import migrate
from server.storage.tables import Document, Participant

EDITS, QUICK_EDITS = 260_000, 5_000
BATCH = 2_000
MOVES, QUICK_MOVES = 60, 5
PARAGRAPH = 300  # characters, then the next one begins
PAGES_LONG = 60 * 2_400  # characters of a plan of some sixty pages
LETTERS = "abcdefghij klmnop qrstu vwxyz "


def run(node: str, quick: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """Milliseconds and seconds by what was done. Raises `RuntimeError` when nothing answers."""
    edits = QUICK_EDITS if quick else EDITS
    with scratch("record") as data:
        meeting = _fill(data, edits)
        figures = _verify(data)
        progress(f"verify: {figures['verified_per_s']:,.0f} entries a second, replay included")
        server = ServerProcess(OURS, node, data)
        try:
            figures |= asyncio.run(_measure(server, meeting, QUICK_MOVES if quick else MOVES))
        except (OSError, httpx2.HTTPError) as error:
            raise RuntimeError(f"{error!r}\n{server.said()}") from error
        finally:
            server.kill()
    for name, value in figures.items():
        progress(f"{name} {value:,.1f}")
    return figures


def _fill(data: Path, edits: int) -> dict[str, Any]:
    database = Database(f"sqlite:///{data / 'roundtable.sqlite3'}")
    migrate(database.sync)
    meeting = load_sample(database, "http://127.0.0.1", None)
    try:
        with database.sync.connect() as connection:
            documents: dict[str, str] = dict(
                connection.execute(
                    select(Document.section, Document.id).where(
                        Document.meeting_id == meeting["id"], Document.section.in_(("notes", "present_levels"))
                    )
                ).all()
            )
            writers = [
                Author(row.person_id, row.role)
                for row in connection.execute(
                    select(Participant.person_id, Participant.role)
                    .where(Participant.meeting_id == meeting["id"], Participant.role == "team_staff")
                    .limit(5)
                )
            ]
        _type(database, meeting["id"], documents["notes"], writers, edits)
        _long_plan(database, meeting["id"], documents["present_levels"], writers[0])
    finally:
        database.sync.dispose()
    return meeting


def _type(database: Database, meeting: str, document: str, writers: list[Author], edits: int) -> None:
    """Edits one after the other, with snapshots where a room would keep one."""
    with database.sync.connect() as connection:
        doc = load(load_document(connection, document).state())
    updates = _typed(doc, edits)
    entries = size = 0
    for start in range(0, edits, BATCH):
        with database.sync.begin() as connection:
            transaction = Transaction(connection)
            for number in range(start, min(start + BATCH, edits)):
                update = next(updates)
                author = writers[number // 40 % len(writers)]
                entry = transaction.append(meeting, EDIT, author, update, document_id=document, inserted=1)
                entries, size = entries + 1, size + len(update)
            transaction.finish()
            state = doc.get_update()
            if due(entries, size, len(state)):
                put(connection, document, entry.number, state)
                entries = size = 0


def _typed(doc: "Doc[Any]", edits: int) -> Iterator[bytes]:
    """The updates of somebody who types, now and then in the middle of what stands there. They are in `doc` by then."""
    rng = random.Random(7)
    root = doc.get("default", type=XmlFragment)
    found: list[bytes] = []
    doc.observe(lambda event: found.append(event.update))
    text, length = XmlText(), PARAGRAPH
    for _ in range(edits):
        if length >= PARAGRAPH:
            with doc.transaction():
                text = root.children.append(XmlElement("paragraph")).children.append(XmlText(rng.choice(LETTERS)))
            length = 1
        else:
            at = length if rng.random() < 0.95 else rng.randrange(length)
            text.insert(at, rng.choice(LETTERS))
            length += 1
        yield found.pop()


def _long_plan(database: Database, meeting: str, document: str, author: Author) -> None:
    with database.sync.connect() as connection:
        doc = load(load_document(connection, document).state())
    before = doc.get_state()
    root = doc.get("default", type=XmlFragment)
    sentence = "He reads 82 words a minute on unpracticed grade 4 passages, with 93% accuracy. "
    with doc.transaction():
        for _ in range(PAGES_LONG // (len(sentence) * 6)):
            root.children.append(XmlElement("paragraph")).children.append(XmlText(sentence * 6))
    with database.sync.begin() as connection:
        transaction = Transaction(connection)
        update = doc.get_update(before)
        inserted = read_update(update).inserted
        transaction.append(meeting, EDIT, author, update, document_id=document, inserted=inserted)
        transaction.finish()


def _verify(data: Path) -> dict[str, float]:
    database = Database(f"sqlite:///{data / 'roundtable.sqlite3'}")
    try:
        with database.moment() as connection:
            began = time.process_time()
            report = verify(connection)
            took = time.process_time() - began
    finally:
        database.sync.dispose()
    if not report.sound:
        raise RuntimeError(f"the record is not sound: {report.faults[0]}")
    return {"verified_per_s": report.entries / took, "entries": report.entries}


async def _measure(server: ServerProcess, meeting: dict[str, Any], moves: int) -> dict[str, float]:
    await server.start()
    figures: dict[str, float] = {}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=120) as client:
        await enter(client, meeting)
        here = f"/m/{meeting['id']}"
        first = time.perf_counter()
        page = await client.get(f"{here}/history?section=notes")
        figures["first_look_s"] = time.perf_counter() - first  # whose each character is has to be read once
        newest = int(page.text.partition('data-number="')[2].partition('"')[0])
        figures["page_ms"] = await _each(server, client, [f"{here}/history?section=goals"] * 10)
        rng = random.Random(3)
        for name, more in (("moving", "&plain=1"), ("coloured", "")):
            at = [rng.randint(newest // 50, newest) for _ in range(moves)]
            costs = [
                await _each(server, client, [f"{here}/history/moment?section=notes&step=1000&at={number}{more}"] * 3)
                for number in at
            ]
            figures[f"{name}_ms"] = median(costs)
            figures[f"{name}_p95_ms"] = quantiles(costs, n=20)[-1] if len(costs) > 1 else costs[0]
        for kind in ("pdf", "docx"):
            first = time.perf_counter()
            answer = await client.get(f"{here}/papers/iep.{kind}")
            figures[f"plan_{kind}_s"] = time.perf_counter() - first
            if answer.status_code != 200:
                raise RuntimeError(f"the plan as {kind}: {answer.status_code}")
        token = TOKEN.search((await client.get(f"{here}/papers")).text)
        first = time.perf_counter()
        archive = await client.post(f"{here}/papers/record.zip", data={"csrf": token[1] if token else ""})
        figures["archive_s"] = time.perf_counter() - first
        figures["archive_mb"] = len(archive.content) / 1e6
        first = time.process_time()
        checked = check_archive(archive.content)
        figures["archive_verified_per_s"] = checked.entries / (time.process_time() - first)
        if not checked.sound:
            raise RuntimeError(f"the archive is not sound: {checked.faults[0]}")
    return figures


async def _each(server: ServerProcess, client: httpx2.AsyncClient, addresses: list[str]) -> float:
    """Milliseconds of the server's processor time for one of them."""
    before = processor_ms(server.pid)
    for address in addresses:
        answer = await client.get(address, headers={"hx-request": "true"})
        if answer.status_code != 200:
            raise RuntimeError(f"{address.rpartition('/')[2]}: {answer.status_code}")
    return (processor_ms(server.pid) - before) / len(addresses)
