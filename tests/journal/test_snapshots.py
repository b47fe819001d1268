"""A snapshot and the tail after it say what the whole history says, at every number."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc
from sqlalchemy import Connection, create_engine, insert, select
from sqlalchemy.pool import StaticPool
from structlog.testing import capture_logs

from server.documents.state_vector import read_state_vector
from server.documents.template import template
from server.documents.tree import read_tree
from server.documents.update import read_update
from server.journal.entry import payload_hash
from server.journal.kinds import DOCUMENT, EDIT
from server.journal.reader import state_at
from server.journal.snapshot import Damaged, due, load, put
from server.meeting import restore_section
from server.storage.tables import Base, Document, Entry, Snapshot
from tests.documents.making import copy_of, edit
from tests.support.desk import Desk, another_node, open_desk, replay, waiting_for_locks
from tests.support.wait import soon

DOCUMENT_ID = "d_1"


def database() -> Connection:
    """Tables alone, in memory, for many examples a second; the other tests here are on real files."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    return engine.connect()


def add(connection: Connection, number: int, kind: str, payload: bytes) -> None:
    empty = dict.fromkeys(("salt", "prev_hash", "hash"), b"") | {"payload_hash": payload_hash(b"", payload)}
    connection.execute(
        insert(Entry).values(
            meeting_id="m", number=number, kind=kind, document_id=DOCUMENT_ID, author_id="p", author_role="parent",
            time=number, payload=payload, **empty,
        )
    )  # fmt: skip


def content(doc: Doc[Any]) -> object:
    """All that a document is: its text, and what it knows and has deleted. (Its bytes may come in any order.)"""
    read = read_update(doc.get_update())
    return read_tree(doc.get_update()), read_state_vector(doc.get_state()), read.deletes


@given(st.integers(0, 2**32), st.sets(st.integers(1, 40)))
def test_snapshot_and_tail_are_the_full_replay(seed: int, snapshots: set[int]) -> None:
    rng = random.Random(seed)
    first = template("present_levels", str)
    people = [copy_of(first, client) for client in (7, 8)]
    updates = [first]
    with database() as connection:
        add(connection, 1, DOCUMENT, first)
        for number in range(2, 22):
            person, other = rng.sample(people, 2)
            (update,) = edit(rng, person, 1)
            other.apply_update(update)
            updates.append(update)
            add(connection, number * 2, EDIT, update)  # entries of other documents lie between
            if number * 2 in snapshots:
                put(connection, DOCUMENT_ID, number * 2, replay(updates).get_update())
        numbers = [1, *range(4, 44, 2)]
        for count, number in enumerate(numbers, start=1):
            loaded = load(connection, DOCUMENT_ID, number)
            assert loaded.number == number
            assert loaded.snapshot_number == max((n for n in snapshots & set(numbers[1:]) if n <= number), default=0)
            assert content(loaded.document()) == content(replay(updates[:count]))
        assert content(load(connection, DOCUMENT_ID).document()) == content(replay(updates))


def test_an_unknown_document_is_no_empty_one() -> None:
    with database() as connection, pytest.raises(LookupError):
        load(connection, "d_unknown")


@pytest.mark.parametrize("statement", ["UPDATE snapshot SET state = x'000000'", "UPDATE entry SET payload = x'000000'"])
def test_what_was_changed_is_no_document(statement: str) -> None:
    first = template("present_levels", str)
    with database() as connection:
        add(connection, 1, DOCUMENT, first)
        put(connection, DOCUMENT_ID, 1, first)
        add(connection, 2, EDIT, b"\0\0")
        load(connection, DOCUMENT_ID)
        connection.exec_driver_sql(statement)
        with pytest.raises(Damaged):
            load(connection, DOCUMENT_ID)


def test_a_second_snapshot_at_a_number_changes_nothing() -> None:
    with database() as connection:
        put(connection, DOCUMENT_ID, 3, b"\0\0")
        put(connection, DOCUMENT_ID, 3, b"\0\0\0")
        assert connection.execute(select(Snapshot.state)).scalars().all() == [b"\0\0"]


def test_snapshots_grow_no_faster_than_the_history() -> None:
    """A snapshot is due when the tail has grown with the state: twice the history has twice the snapshots, not four."""

    def taken(edits: int) -> int:
        state = entries = total = 0
        for _ in range(edits):
            state += 20
            entries += 1
            if due(entries, 40 * entries, state):
                total += state
                entries = 0
        return total

    assert 0 < taken(100_000) < taken(200_000) < 2.5 * taken(100_000)


async def test_every_number_of_a_section_can_be_read_again(desk: Desk) -> None:
    """Typed, brought back, with snapshots between: `state_at` is the replay from the first entry."""
    notes = desk.documents["notes"]
    writers = [desk.writer(role=role) for role in ("case_manager", "parent")]
    for number in range(12):
        for writer in writers:
            writer.write(f"{number} ")
        await desk.journal.settle()
        if number in (4, 9):
            loaded = await desk.journal.load(notes)
            desk.journal.snapshot_soon(notes, loaded.number, loaded.state())
    await restore_section(desk.journal, desk.actor(), notes, desk.entries()[-5].number)
    updates: list[bytes] = []
    async with desk.database.session() as session:
        for entry in desk.entries():
            if entry.document_id == notes:
                updates.append(entry.payload[8:] if entry.kind == "restore" else entry.payload)
            if updates:
                held: Doc[Any] = replay([await state_at(session, notes, entry.number)])
                assert content(held) == content(replay(updates))
            else:
                with pytest.raises(LookupError):
                    await state_at(session, notes, entry.number)
    assert len(desk.rows(select(Snapshot.number))) == 2
    assert (await desk.journal.load(notes)).snapshot_number > 0
    assert desk.faults() == []


async def test_the_section_of_an_entry_is_known_by_its_document_alone(desk: Desk) -> None:
    """One section's history has nothing of another's."""
    desk.writer("goals").write("Goals.")
    desk.writer("notes").write("Notes.")
    await desk.journal.settle()
    for section in ("goals", "notes"):
        text = str(read_tree(await desk.journal.load_state(desk.documents[section])))
        assert (f"{section.title()}." in text) is True
        assert ("Goals." in text) is (section == "goals")
    assert len(desk.rows(select(Document.id))) == len(desk.documents)


async def test_two_nodes_that_keep_the_same_snapshot_at_once(postgres_url: str) -> None:
    """The second waits for the first, finds it there, and goes on."""
    async with open_desk(postgres_url) as desk, another_node(postgres_url) as node:
        document = desk.documents["notes"]
        state = await node.load_state(document)
        with desk.database.sync.begin() as connection:
            put(connection, document, 4, state)
            node.snapshot_soon(document, 4, state)
            await soon(lambda: waiting_for_locks(desk) == 1, "the second to wait")
        with capture_logs() as said:
            await node.settle()
        assert said == []
        assert (
            len(desk.rows(select(Snapshot.number).where(Snapshot.document_id == document, Snapshot.number == 4))) == 1
        )
