"""The frame of the state machine: a desk of its own for each run, and one way to do an act and hold it to its word."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize
from sqlalchemy import insert, select

from server.domain.errors import Refused
from server.domain.roles import PREWORK, ROLES
from server.journal.entry import Author, Entry
from server.journal.replay import Replay, rows_of
from server.journal.verify import verify
from server.journal.view import MEETING_TABLES
from server.meeting import (
    Actor,
    ItemPlan,
    Promise,
    Target,
    Words,
    add_follow_up,
    add_item,
    note_attendance,
    open_thread,
    park,
)
from server.meeting.decision_words import Words as DecisionWords
from server.meeting.decisions import propose_decision
from server.storage import tables
from server.storage.tables import Document, Person
from tests.model.plain import Plain, Section
from tests.support.desk import add_meeting, open_desk

T = TypeVar("T")
NOWHERE = "x_none"
SPARE = ("p_spare_1", "p_spare_2")


class Frame(RuleBasedStateMachine):
    """`url` is the database's; without one, each run gets a file of its own."""

    url: ClassVar[str | None] = None
    count: ClassVar[Counter[str]]  # of what was done, by kind; and of refusals

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.result: Any = None
        self.seen: dict[str, list[Any]] | None = None  # the whole database after a refusal; None once more is done
        self.stack = AsyncExitStack()

    @initialize(live=st.sampled_from([True, True, True, False]))
    def open(self, live: bool) -> None:
        url = self.url
        if url is None:
            file = Path(self.folder.name) / "roundtable.sqlite3"
            url = f"sqlite:///{file}"
        self.desk = self.run(self.stack.enter_async_context(open_desk(url)))
        self.foreign = self.run(self._another_meeting())
        self.run(add_meeting(self.desk, phase=PREWORK))
        self.persons = [self.desk.people[role] for role in ROLES] + list(self.foreign["people"])
        sections = {}
        for row in self.desk.rows(select(Document.__table__).where(Document.meeting_id == self.desk.meeting)):
            sections[row.id] = Section(row.section, 0)
        for entry in self.desk.entries():
            if entry.document_id in sections:
                sections[entry.document_id].text = entry.number
        self.plain = Plain({person: role for role, person in self.desk.people.items()}, sections)
        self.written = len(self.desk.entries())
        self.begin(live)

    def begin(self, live: bool) -> None:
        """What there is of a meeting before anything happens by chance."""

    async def _another_meeting(self) -> dict[str, Any]:
        """One of each thing of the meeting that `open_desk` made: nobody may reach them from elsewhere."""
        desk, journal = self.desk, self.desk.journal
        dana = desk.actor()
        spare = [tables.new_id("p") for _ in range(2)]
        desk.run(*(insert(Person).values(id=one, name="A Spare", locale="en") for one in spare))
        return {
            "people": spare,
            "document": desk.documents["goals"],
            "item": await add_item(journal, dana, ItemPlan("Elsewhere", 5)),
            "parked": await park(journal, dana, text="Elsewhere"),
            "promise": await add_follow_up(journal, dana, Promise("Elsewhere"), kind="meeting"),
            "thread": await open_thread(journal, dana, Target("section", desk.documents["goals"]), Words("Elsewhere")),
            "comment": desk.rows(select(tables.Comment.id))[0].id,
            "decision": await propose_decision(journal, dana, DecisionWords(question="Elsewhere?")),
            "stay": await note_attendance(journal, dana, desk.people["parent"], how="phone"),
        }

    def run(self, work: Awaitable[T]) -> T:
        async def waited() -> T:
            return await work

        self.seen = None
        return self.loop.run_until_complete(waited())

    def teardown(self) -> None:
        try:
            if hasattr(self, "plain"):
                self._same_tables()
        finally:
            self.run(self.stack.aclose())
            self.loop.close()
            self.folder.cleanup()

    def _same_tables(self) -> None:
        """Every entry verifies, and told to an empty database they give the tables that are here."""
        replay = Replay()
        try:
            for entry in self.desk.entries():
                replay.take(_sealed(entry))
            with self.desk.database.sync.connect() as connection:
                here = {t.__tablename__: rows_of(connection, t, self.desk.meeting) for t in MEETING_TABLES}
                assert replay.rows(self.desk.meeting) == here
                assert verify(connection, self.desk.meeting).faults == []
        finally:
            replay.close()

    # --- acting ---

    def actor(self, who: int) -> Actor:
        """Somebody, in whatever role: what an act is told of it is not believed. Often one who may do much."""
        person = self.persons[0 if who < 40 else 1 if who < 55 else who % len(self.persons)]
        return Actor(person, self.desk.meeting, ROLES[who % len(ROLES)])

    def pick(self, own: Sequence[str], what: str, n: int) -> str:
        """One of the meeting's, or now and then another meeting's, or one that is nowhere."""
        if n % 11 == 10:
            return str(self.foreign[what])
        return own[n % len(own)] if own else NOWHERE

    def do(self, act: Awaitable[Any], allowed: bool | None, *kinds: str, by: str) -> bool:
        """Do it. It is refused and nothing at all is changed, or it is done and is these entries by this author.

        `allowed` None: the model can't say; what happens is held to its word all the same. Returns whether it was done.
        """
        before = self.seen or self.desk.everything()
        try:
            self.result = self.run(act)
        except Refused as refused:
            refusal = str(refused)
        else:
            refusal = ""
        new = self.desk.entries()[self.written :]
        if refusal:
            assert not allowed, f"refused: {refusal}"
            self.seen = self.desk.everything()
            assert self.seen == before
            self.count["refused"] += 1
            return False
        assert allowed is not False, "it was done"
        self.written += len(new)
        assert [(entry.kind, entry.author_id) for entry in new] == [(kind, by) for kind in kinds]
        assert {entry.author_role for entry in new} <= {self.plain.roles.get(by)}
        self.count.update(kinds or ["nothing"])
        return True

    def make(self, act: Awaitable[str | None], allowed: bool | None, kind: str, by: str) -> str:
        """As `do`, for what makes something: its id, or "" when it was refused or made nothing."""
        return (self.result or "") if self.do(act, allowed, kind, by=by) else ""

    @property
    def newest(self) -> int:
        return self.written


def _sealed(row: Any) -> Entry:
    values = row._asdict()
    values["author"] = Author(values["author_id"], values["author_role"])
    return Entry(*(values[name] for name in Entry._fields))
