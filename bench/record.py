"""What a long record costs: moving through its history, taking it away, verifying it, and printing a long plan.

A section of a sample meeting gets 260,000 edits by five people, one character an entry; a second meeting has a plan of
sixty pages, and a third as much typing as makes a million entries in all. Entries are sealed as the server does, but
put into their table by the thousand. Then pages are fetched by the case manager, and the server's processor time is
read from `/proc`.
"""

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2
import sqlalchemy
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from sqlalchemy import select

from bench.panels import TOKEN, enter, processor_ms
from bench.server_process import ServerProcess
from bench.sides import OURS, scratch
from server.documents.tree import load
from server.documents.update import read_update
from server.journal import apart
from server.journal.archive import check_archive
from server.journal.entry import Author, seal
from server.journal.kinds import EDIT
from server.journal.quick import sizes
from server.journal.snapshot import due, put
from server.journal.snapshot import load as load_document
from server.journal.transaction import Transaction
from server.journal.verify import verify
from server.sample.load import load_sample
from server.storage.engine import Database
from server.storage.migrate import migrate
from server.storage.tables import Document, Entry, Meeting, Participant

EDITS, QUICK_EDITS = 260_000, 5_000
ENTRIES, QUICK_ENTRIES = 1_000_000, 12_000
BATCH = 2_000
MOVES, QUICK_MOVES = 20, 5
TIMES = 2  # a figure of processor time is the best of so many: others work on the machine
GOES = 4  # at the start and at the end: what others do on the machine changes from minute to minute
PARAGRAPH = 300  # characters, then the next one begins
PAGES_LONG = 60 * 2_400  # characters of a plan of some sixty pages
LETTERS = "abcdefghij klmnop qrstu vwxyz "


def run(node: str, quick: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """Milliseconds and seconds by what was done. Raises `RuntimeError` when nothing answers."""
    edits, entries = (QUICK_EDITS, QUICK_ENTRIES) if quick else (EDITS, ENTRIES)
    with scratch("record") as data:
        began = time.perf_counter()
        meetings = fill(data, edits, entries)
        progress(f"filled in {time.perf_counter() - began:.0f} s")
        figures = _verify(data)
        goes = [_verify_chain(data) for _ in range(GOES)]
        progress(f"verify: {max(goes):,.0f} entries a second, {figures['verified_per_s']:,.0f} replayed")
        server = ServerProcess(OURS, node, data)
        try:
            figures |= asyncio.run(_measure(server, meetings, QUICK_MOVES if quick else MOVES))
        except (OSError, httpx2.HTTPError) as error:
            raise RuntimeError(f"{error!r}\n{server.said()}") from error
        finally:
            server.kill()
        goes += [_verify_chain(data) for _ in range(GOES)]  # minutes later
        figures |= {"chain_per_s": max(goes), "chain_median_per_s": median(goes)}
    for name, value in figures.items():
        progress(f"{name} {value:,.1f}")
    return figures


def fill(data: Path, edits: int, entries: int) -> list[dict[str, Any]]:
    """The meetings: one with a section that was typed in for long, one with a long plan, one with the rest."""
    database = Database(f"sqlite:///{data / 'roundtable.sqlite3'}")
    migrate(database.sync)
    meetings = [load_sample(database, "http://127.0.0.1", None) for _ in range(3)]
    updates = list(_typed(Doc(), edits))
    try:
        for meeting, sections in zip(
            meetings, (["notes"], ["present_levels"], ["notes", "goals", "services"]), strict=True
        ):
            documents, writers = _who_and_where(database, meeting["id"])
            if sections == ["present_levels"]:
                _long_plan(database, meeting["id"], documents["present_levels"], writers[0])
                continue
            each = edits if sections == ["notes"] else (entries - edits) // len(sections)
            for section in sections:
                _type(database, meeting["id"], documents[section], writers, updates[:each])
    finally:
        database.sync.dispose()
    return meetings


def _who_and_where(database: Database, meeting: str) -> tuple[dict[str, str], list[Author]]:
    with database.sync.connect() as connection:
        found = connection.execute(select(Document.section, Document.id).where(Document.meeting_id == meeting))
        documents: dict[str, str] = {row.section: row.id for row in found}
        seats = connection.execute(
            select(Participant.person_id, Participant.role)
            .where(Participant.meeting_id == meeting, Participant.role == "team_staff")
            .limit(5)
        )
        return documents, [Author(row.person_id, row.role) for row in seats]


def _type(database: Database, meeting: str, document: str, writers: list[Author], updates: list[bytes]) -> None:
    """Edits one after the other, with snapshots where a room would keep one."""
    with database.sync.connect() as connection:
        doc = load(load_document(connection, document).state())
        number, previous, instant = connection.execute(
            select(Meeting.head_number, Meeting.head_hash, Entry.time)
            .join(Entry, (Entry.meeting_id == Meeting.id) & (Entry.number == Meeting.head_number))
            .where(Meeting.id == meeting)
        ).one()
    entries = size = 0
    for start in range(0, len(updates), BATCH):
        batch = updates[start : start + BATCH]
        rows = []
        for update in batch:
            number, instant = number + 1, instant + 1_000
            author = writers[number // 40 % len(writers)]
            entry = seal(previous, meeting, number, EDIT, document, author, instant, update)
            previous = entry.hash
            rows.append((*entry[:4], *author, *entry[5:], *sizes(update)))
        with doc.transaction():
            for update in batch:
                doc.apply_update(update)
        with database.sync.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO entry VALUES ({', '.join('?' * len(rows[0]))})", rows)
            head = {"head_number": number, "head_hash": previous}
            connection.execute(sqlalchemy.update(Meeting).where(Meeting.id == meeting).values(head))
            entries, size, state = entries + len(batch), size + sum(map(len, batch)), doc.get_update()
            if due(entries, size, len(state)):
                put(connection, document, number, state)
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
    """Entries a second with all that they replay to, of one processor; and the chain alone, by as many processes as
    there are processors, by the clock.
    """
    with _of_one_moment(data) as connection:
        began = _processor_s()
        report = verify(connection)
        took = _processor_s() - began
        if not report.sound:
            raise RuntimeError(f"the record is not sound: {report.faults[0]}")
        first = time.perf_counter()
        verify(connection, chain=True)
        wall = time.perf_counter() - first
    return {
        "entries": report.entries,
        "chain_wall_per_s": report.entries / wall,
        "verified_per_s": report.entries / took,
    }


def _verify_chain(data: Path) -> float:
    """Entries a second of the chain alone, by one process: two at once slow each other down."""
    processes, apart.PROCESSES = apart.PROCESSES, 1
    try:
        with _of_one_moment(data) as connection:
            began = _processor_s()
            report = verify(connection, chain=True)
            return report.entries / (_processor_s() - began)
    finally:
        apart.PROCESSES = processes


@contextmanager
def _of_one_moment(data: Path) -> Iterator[sqlalchemy.Connection]:
    database = Database(f"sqlite:///{data / 'roundtable.sqlite3'}")
    try:
        with database.moment() as connection:
            yield connection
    finally:
        database.sync.dispose()


def _processor_s() -> float:
    """What this process and those that it waited for have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


async def _measure(server: ServerProcess, meetings: list[dict[str, Any]], moves: int) -> dict[str, float]:
    await server.start()
    figures: dict[str, float] = {}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=120) as client:
        await enter(client, meetings[0])
        here = f"/m/{meetings[0]['id']}"
        first = time.perf_counter()
        page = await client.get(f"{here}/history?section=notes")
        figures["first_look_s"] = time.perf_counter() - first  # whose each character is has to be read once
        newest = int(page.text.partition('data-number="')[2].partition('"')[0])
        figures["page_ms"] = await _best(server, client, f"{here}/history?section=goals")
        figures["page_typed_ms"] = await _best(server, client, f"{here}/history?section=notes")
        rng = random.Random(3)
        for name, more in (("moving", "&plain=1"), ("coloured", "")):
            at = [rng.randint(newest // 50, newest) for _ in range(moves)]
            costs = [
                await _best(server, client, f"{here}/history/moment?section=notes&step=1000&at={number}{more}")
                for number in at
            ]
            figures[f"{name}_ms"] = median(costs)
            figures[f"{name}_p95_ms"] = quantiles(costs, n=20)[-1] if len(costs) > 1 else costs[0]
        figures["memory_mb"] = peak_mb(server.pid)
        await enter(client, meetings[1])
        here = f"/m/{meetings[1]['id']}"
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


async def _best(server: ServerProcess, client: httpx2.AsyncClient, address: str) -> float:
    """Milliseconds of the server's processor time for it, the best of some."""
    costs = []
    for _ in range(TIMES):
        before = processor_ms(server.pid)
        for _ in range(TIMES):  # the system counts in steps of 10 ms
            answer = await client.get(address, headers={"hx-request": "true"})
            if answer.status_code != 200:
                raise RuntimeError(f"{address.rpartition('/')[2]}: {answer.status_code}")
        costs.append((processor_ms(server.pid) - before) / TIMES)
    return min(costs)


def peak_mb(pid: int) -> float:
    """The most memory that the process ever had."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1000
