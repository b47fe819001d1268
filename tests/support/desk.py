"""One live meeting straight on a database: people of each role, its documents, and hands that type. No network."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from sqlalchemy import Connection, insert, select, text

from server.documents.template import template
from server.documents.update import read_update
from server.domain.errors import Refused
from server.domain.roles import CASE_MANAGER, LIVE, PREWORK, ROLES
from server.domain.sections import SECTIONS
from server.domain.sharing import SHAREABLE
from server.journal.entry import Author
from server.journal.kinds import PHASE
from server.journal.payload import facts
from server.journal.store import Write
from server.journal.transaction import Transaction
from server.journal.verify import Fault, verify
from server.journal.writer import Journal
from server.meeting import Actor
from server.meeting.create import Plan, write_meeting
from server.meeting.people import insert_participant
from server.meeting.sharing import share_sections
from server.storage.engine import Database
from server.storage.tables import Base, Document, Entry, Meeting, Person, Student, new_id
from tests.support.fresh import FILE, SQLITE, lay_at, whole

EMPTY_VECTOR = b"\x00"
PLAN: dict[str, Any] = {
    "title": "Annual review",
    "purpose": "annual_review",
    "place": "",
    "ends_at": None,
    "time_zone": "UTC",
}


@dataclass
class Desk:
    """`people` by role, `documents` by section. The journal runs while the desk is open."""

    database: Database
    journal: Journal
    meeting: str = ""
    people: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)

    def actor(self, role: str = CASE_MANAGER) -> Actor:
        return Actor(self.people[role], self.meeting, role)

    def writer(self, section: str = "notes", role: str = CASE_MANAGER, journal: Journal | None = None) -> "Writer":
        return Writer(journal or self.journal, self.documents[section], self.people[role])

    def rows(self, statement: Any) -> list[Any]:
        with self.database.sync.connect() as connection:
            return list(connection.execute(statement))

    def entries(self, meeting: str | None = None) -> list[Any]:
        return self.rows(
            select(Entry.__table__).where(Entry.meeting_id == (meeting or self.meeting)).order_by(Entry.number)
        )

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.entries()]

    def row(self) -> Any:
        """The meeting's own row."""
        return self.rows(select(Meeting.__table__).where(Meeting.id == self.meeting))[0]

    def everything(self) -> dict[str, list[Any]]:
        """All rows of all tables, to see that nothing was changed."""
        found = {}
        with self.database.sync.connect() as connection:
            # As the driver has them, and by the driver alone: what is compared need not be understood.
            cursor = connection.connection.cursor()
            for name in Base.metadata.tables:
                cursor.execute(f'SELECT * FROM "{name}"')
                found[name] = sorted(map(repr, cursor.fetchall()))
        return found

    def faults(self) -> list[Fault]:
        with self.database.sync.connect() as connection:
            return verify(connection).faults

    def run(self, *statements: Any) -> None:
        """Change tables past the journal, as only the database's owner can."""
        with self.database.sync.execution_options(writes=True).begin() as connection:
            for statement in statements:
                connection.execute(text(statement) if isinstance(statement, str) else statement)


@asynccontextmanager
async def open_desk(url: str, *, phase: str = LIVE) -> AsyncIterator[Desk]:
    if not url.startswith(SQLITE):
        async with _open(url) as desk:
            await add_meeting(desk, phase=phase)
            yield desk
        return
    made = await _furnished(phase)
    made.lay_at(url)
    async with _open(url) as desk:
        desk.meeting, desk.people, desk.documents = made.meeting, dict(made.people), dict(made.documents)
        yield desk


@asynccontextmanager
async def _open(url: str) -> AsyncIterator[Desk]:
    lay_at(url)
    database = Database(url)
    desk = Desk(database, Journal(database))
    await desk.journal.start()
    try:
        yield desk
    finally:
        await desk.journal.stop()
        await database.close()


class Furnished(NamedTuple):
    """A database file with a meeting in it, and that meeting's ids."""

    file: bytes
    meeting: str
    people: dict[str, str]
    documents: dict[str, str]

    def lay_at(self, url: str) -> None:
        Path(url.removeprefix(SQLITE)).write_bytes(self.file)


_furnishings: dict[str, Furnished] = {}  # by phase


async def _furnished(phase: str) -> Furnished:
    """Made once in a process: to make the meeting anew takes longer than most of what is then done in it."""
    if phase not in _furnishings:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / FILE
            async with _open(f"{SQLITE}{path}") as desk:
                await add_meeting(desk, phase=phase)
            _furnishings[phase] = Furnished(whole(path), desk.meeting, desk.people, desk.documents)
    return _furnishings[phase]


@asynccontextmanager
async def another_node(url: str) -> AsyncIterator[Journal]:
    """A second journal on the same database, as another node has it."""
    database = Database(url)
    journal = Journal(database)
    await journal.start()
    try:
        yield journal
    finally:
        await journal.stop()
        await database.close()


async def add_meeting(desk: Desk, *, phase: str = LIVE) -> None:
    """A new meeting with one person for each role; the desk's fields come to mean this one."""
    people = {role: new_id("p") for role in ROLES}

    def make(transaction: Transaction) -> str:
        connection = transaction.connection
        student_id = new_id("s")
        connection.execute(insert(Student).values(id=student_id, name="A Student"))
        for role, person_id in people.items():
            connection.execute(insert(Person).values(id=person_id, name=f"The {role}"))
        plan = Plan(student_id=student_id, starts_at=datetime(2027, 2, 25, 19, 30, tzinfo=UTC), **PLAN)
        contents = {section: template(section, str) for section in SECTIONS}
        meeting_id = write_meeting(transaction, plan, contents, people[CASE_MANAGER], "")
        author = Author(people[CASE_MANAGER], CASE_MANAGER)
        for role in ROLES[1:]:
            insert_participant(transaction, author, meeting_id, people[role], role, "")
        if phase != PREWORK:
            transaction.append(
                meeting_id, PHASE, author, facts({"phase": phase, "before": PREWORK, "reason": "as planned"})
            )
        return meeting_id

    desk.meeting = await desk.journal.act(make)
    desk.people = people
    rows = desk.rows(select(Document.id, Document.section).where(Document.meeting_id == desk.meeting))
    desk.documents = {row.section: row.id for row in rows}


async def share_all(desk: Desk) -> None:
    """The whole draft goes out to the family."""
    wanted = [document_id for section, document_id in desk.documents.items() if section in SHAREABLE]
    await share_sections(desk.journal, desk.actor(), wanted)


class Writer:
    """Somebody who types into one document: a source of the journal, as a room is one."""

    def __init__(self, journal: Journal, document_id: str, person_id: str) -> None:
        self.journal = journal
        self.document_id = document_id
        self._person_id = person_id
        self._doc: Doc[Any] = Doc()
        root = self._doc.get("default", type=XmlFragment)
        self._line = root.children.append(XmlElement("paragraph")).children.append(XmlText(""))
        self._sent = EMPTY_VECTOR
        self._waiting: list[Write] = []
        self._given = 0
        self.done: list[Write] = []

    @property
    def idle(self) -> bool:
        """Everything given was committed or refused."""
        return len(self.done) == self._given

    @property
    def waiting(self) -> int:
        """Edits that no batch has taken yet."""
        return len(self._waiting)

    def write(self, words: str) -> Write:
        """One edit, given to the journal; committed or refused once it is in `done`."""
        self._line.insert(len(self._line), words)
        data = self._doc.get_update(self._sent)
        self._sent = self._doc.get_state()
        return self.give(data)

    def give(self, data: bytes) -> Write:
        read = read_update(data)
        write = Write(self.document_id, self._person_id, data, read.inserted, read.deleted)
        self._waiting.append(write)
        self._given += 1
        self.journal.request(self)
        return write

    def take(self) -> Sequence[Write]:
        writes, self._waiting = self._waiting, []
        return writes

    def settled(self, writes: Sequence[Write]) -> None:
        self.done += writes


@contextmanager
def held(desk: Desk, meeting: str | None = None) -> Iterator[None]:
    """Somebody else holds the lock that every commit of this meeting needs."""
    with desk.database.sync.execution_options(writes=True).begin() as connection:
        connection.execute(select(Meeting.id).where(Meeting.id == (meeting or desk.meeting)).with_for_update())
        yield


def replay(updates: list[bytes]) -> Doc[Any]:
    """A document from nothing but its updates, one after another."""
    doc: Doc[Any] = Doc()
    for data in updates:
        doc.apply_update(data)
    return doc


def drop_triggers(connection: Connection) -> None:
    """What whoever owns the database could do first."""
    if connection.dialect.name == "sqlite":
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    else:
        for name in ("entry_append_only", "entry_destroyed_only"):
            connection.exec_driver_sql(f"DROP TRIGGER {name} ON entry")


async def refused(desk: Desk, act: Awaitable[Any]) -> str:
    """The reason why an act is refused; and nothing in the whole database is another than before."""
    before = desk.everything()
    with pytest.raises(Refused) as raised:
        await act
    assert desk.everything() == before
    return str(raised.value)


def waiting_for_locks(desk: Desk) -> int:
    """How many connections of the whole PostgreSQL wait for somebody else's transaction."""
    return int(desk.rows(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))[0][0])
