"""Whatever is changed behind the journal's back is found, and the first entry that is not as written is named."""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from server.journal.entry import Author, seal
from server.storage.tables import Base
from tests.support.tamper import changed, make_record, opened


class Record(NamedTuple):
    connection: Connection
    made: dict[str, Any]
    entries: list[Any]
    snapshots: list[Any]

    @property
    def meeting(self) -> str:
        return str(self.made["meeting"])


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    path = tmp_path_factory.mktemp("record") / "roundtable.sqlite3"
    made = make_record(path)
    with opened(path) as connection:
        tables = Base.metadata.tables
        entries = connection.execute(
            tables["entry"].select().where(tables["entry"].c.meeting_id == made["meeting"]).order_by(text("number"))
        ).all()
        snapshots = connection.execute(tables["snapshot"].select().order_by(text("number"))).all()
        connection.rollback()
        yield Record(connection, made, list(entries), list(snapshots))


def flipped(value: Any, index: int, mask: int) -> Any:
    """The value with one byte changed, of the same kind as before; None where it has no such byte."""
    data = value.encode() if isinstance(value, str) else value
    data = data.to_bytes(8, "big") if isinstance(data, int) else data
    if not data:
        return None
    index %= len(data)
    changed_bytes = data[:index] + bytes((data[index] ^ mask,)) + data[index + 1 :]
    return int.from_bytes(changed_bytes, "big", signed=True) if isinstance(value, int) else changed_bytes


def set_column(table: str, column: str, value: Any) -> str:
    # Texts are put there as bytes, since a changed byte need not leave them UTF-8.
    return f"UPDATE {table} SET {column} = {'CAST(:value AS TEXT)' if isinstance(value, str) else ':value'}"


def test_what_was_only_written_is_sound(record: Record) -> None:
    with changed(record.connection) as report:
        assert report.sound
        assert (report.meetings, report.snapshots, report.documents) == (2, 4, 22)
        assert report.entries > len(record.entries)


@pytest.mark.parametrize("column", [column.name for column in Base.metadata.tables["entry"].columns])
@pytest.mark.parametrize("which", ["a first", "one in the middle", "the last"])
def test_a_byte_of_an_entry(record: Record, column: str, which: str) -> None:
    entry = {
        "a first": next(entry for entry in record.entries if entry.document_id),
        "one in the middle": next(entry for entry in record.entries if entry.kind == "edit"),
        "the last": record.entries[-1],
    }[which]
    old = getattr(entry, column)
    statement = set_column("entry", column, old) + " WHERE meeting_id = :meeting AND number = :at"
    values = {"value": flipped(old, 0, 1), "meeting": record.meeting, "at": entry.number}
    with changed(record.connection, statement, **values) as report:
        assert report.faults[0].number == entry.number
        assert report.faults[0].meeting_id == record.meeting


@given(st.data())
def test_any_byte_of_any_entry_or_snapshot(record: Record, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(["entry", "snapshot"]))
    rows = record.entries if table == "entry" else record.snapshots
    row = data.draw(st.sampled_from(rows))
    column = data.draw(st.sampled_from(list(row._mapping)))
    old = getattr(row, column)
    assume(old is not None)
    value = flipped(old, data.draw(st.integers(0, 5000)), data.draw(st.integers(1, 255)))
    assume(value is not None)
    assume(column != "number" or value not in {other.number for other in rows})  # the database itself refuses that
    owner = "meeting_id" if table == "entry" else "document_id"
    statement = set_column(table, column, old) + f" WHERE {owner} = :owner AND number = :at"
    with changed(record.connection, statement, value=value, owner=row[0], at=row.number) as report:
        assert not report.sound
        if table == "entry":
            first = 1 if column == "number" and value < 1 else row.number  # then it stands before all others
            assert (report.faults[0].meeting_id, report.faults[0].number) == (record.meeting, first)


@pytest.mark.parametrize("back", [1, 2, 10])
def test_a_removed_entry(record: Record, back: int) -> None:
    number = len(record.entries) - back + 1
    statement = "DELETE FROM entry WHERE meeting_id = :meeting AND number = :number"
    with changed(record.connection, statement, meeting=record.meeting, number=number) as report:
        assert report.faults[0].number == number


def test_a_tail_cut_off(record: Record) -> None:
    number = len(record.entries) - 4
    statement = "DELETE FROM entry WHERE meeting_id = :meeting AND number >= :number"
    with changed(record.connection, statement, meeting=record.meeting, number=number) as report:
        assert report.faults[0].number == number


def test_two_entries_that_changed_places(record: Record) -> None:
    move = "UPDATE entry SET number = {} WHERE meeting_id = :meeting AND number = {}"
    statements = [move.format(9999, 30), move.format(30, 31), move.format(31, 9999)]
    with changed(record.connection, *statements, meeting=record.meeting) as report:
        assert report.faults[0].number == 30


def forged(record: Record, payload: bytes = b"\0\0", kind: str = "edit") -> dict[str, Any]:
    """The next entry, sealed as the journal would, for text that nobody typed."""
    last, goals = record.entries[-1], record.made["documents"]["goals"]
    author = Author(last.author_id, last.author_role)
    entry = seal(last.hash, record.meeting, last.number + 1, kind, goals, author, last.time + 1, payload)._asdict()
    del entry["author"]
    return {**entry, "author_id": author.person_id, "author_role": author.role, "inserted": 0, "deleted": 0}


INSERT = (
    "INSERT INTO entry VALUES (:meeting_id, :number, :kind, :document_id, :author_id, :author_role, :time, "
    ":payload, :salt, :payload_hash, :prev_hash, :hash, :inserted, :deleted)"
)
HEAD = "UPDATE meeting SET head_number = :number, head_hash = :hash WHERE id = :meeting_id"


def test_a_forged_entry(record: Record) -> None:
    with changed(record.connection, INSERT, **forged(record)) as report:
        assert report.faults[0].number == len(record.entries) + 1


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("edit", b"\xff\xff\xff"),
        ("edit", b""),
        ("restore", b"\0"),
        ("meeting.phase", b"no JSON"),
        ("meeting.phase", b"[]"),
    ],
)
def test_a_forged_entry_that_no_honest_server_could_have_written(record: Record, kind: str, payload: bytes) -> None:
    """Whoever forges the head as well is found out by what is in the entry, and `verify` does not stumble over it."""
    with changed(record.connection, INSERT, HEAD, **forged(record, payload, kind)) as report:
        assert report.faults[0].number == len(record.entries) + 1


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE snapshot SET state = x'0000'", "snapshot was changed"),
        ("UPDATE snapshot SET state_hash = zeroblob(32)", "snapshot was changed"),
        ("UPDATE snapshot SET number = number + 1000", "snapshot is of no entry"),
        ("UPDATE meeting SET head_number = head_number + 1", "its head says"),
        ("UPDATE meeting SET head_hash = zeroblob(32)", "head's hash"),
        ("UPDATE meeting SET phase = 'closed'", "phase"),
        ("UPDATE meeting SET editing_paused = 1", "editing paused"),
        ("UPDATE document SET state = 'final' WHERE section = 'notes'", "document's state"),
        ("UPDATE document SET state = 'draft' WHERE section = 'goals'", "document"),
        ("UPDATE document SET meeting_id = 'm_x' WHERE id = :notes", "document"),
        ("UPDATE participant SET role = 'case_manager' WHERE role = 'parent'", "participant"),
        ("UPDATE participant SET removed_at = NULL", "participant"),
        ("UPDATE participant SET removed_at = created_at", "participant"),
        # What a reader of the table takes for the same.
        ("UPDATE participant SET created_at = replace(created_at, ' ', 'T')", "participant"),
        ("DELETE FROM participant WHERE role = 'student'", "participant"),
        ("DELETE FROM meeting WHERE id = :meeting", "belongs to no meeting"),
        ("DELETE FROM document", "document"),
    ],
)
def test_tables_that_do_not_say_what_the_journal_says(record: Record, statement: str, problem: str) -> None:
    known = {"meeting": record.meeting, "notes": record.made["documents"]["notes"]}
    values = {name: value for name, value in known.items() if f":{name}" in statement}
    with changed(record.connection, statement, **values) as report:
        assert any(problem in fault.problem for fault in report.faults)


def test_a_snapshot_of_another_text_with_a_hash_that_fits(record: Record) -> None:
    number = record.snapshots[-1].number
    statement = "UPDATE snapshot SET state = :state, state_hash = :hash WHERE number = :number"
    for state in (record.snapshots[0].state, b"\0\0", b"\xff\xff", b""):
        values = {"state": state, "hash": hashlib.sha256(state).digest(), "number": number}
        with changed(record.connection, statement, **values) as report:
            (found,) = report.faults
            assert (found.number, found.document_id) == (number, record.made["documents"]["notes"])
