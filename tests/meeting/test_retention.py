"""Destroying a record: who may, when, what goes, what stays, and that its chain tells of it ever after."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from server.cli import main
from server.journal import kinds
from server.journal.archive import check_archive
from server.journal.checkpoint import Signer
from server.journal.destroyed import MISSING, STILL_THERE
from server.journal.verify import verify
from server.journal.writer import Journal
from server.meeting import set_phase
from server.meeting.accesses import Accesses
from server.meeting.archive import take_certificate
from server.meeting.destruction import destroy_record
from server.meeting.looks import note_looks
from server.meeting.marks import Taken, put_marks
from server.meeting.messages import write_message
from server.meeting.retention import lift_hold, note_asked, note_informed, note_left, put_hold
from server.storage.tables import Base, Entry, Meeting, Participant, Person, Student, new_id, now
from tests.support.desk import Desk, add_meeting, drop_triggers, open_desk, refused
from tests.support.second_verifier import verify as verify_again

SIGNER = Signer(bytes(range(32)))
KEYS = {SIGNER.key_id: SIGNER.public}
SENTENCE = "Quokkas sing to the moon."
LATER = date(2040, 1, 1)
ADMIN = "p_admin"


@asynccontextmanager
async def signing_desk(url: str) -> AsyncIterator[Desk]:
    """A closed meeting with something in it, an administrator, and a key to sign with."""
    async with open_desk(url) as desk:
        await desk.journal.stop()
        desk.journal = Journal(desk.database, SIGNER)
        await desk.journal.start()
        desk.run(
            insert(Person).values(id=ADMIN, name="Ada Admin", is_administrator=True, is_staff=True),
            update(Person).where(Person.id == desk.people["case_manager"]).values(is_staff=True),
            update(Student).values(birth_date="2015-05-05", grade="Grade 5", school="Elm School"),
        )
        writer = desk.writer("notes")
        writer.write(SENTENCE)
        await desk.journal.settle()
        loaded = await desk.journal.load(desk.documents["notes"])
        desk.journal.snapshot_soon(desk.documents["notes"], loaded.number, loaded.document().get_update())
        await write_message(desk.journal, desk.actor("parent"), f"I write: {SENTENCE}")
        await set_phase(desk.journal, desk.actor(), "closed")
        accesses = Accesses(desk.database)
        accesses.opened(desk.actor("parent"))
        await accesses.flush()
        yield desk


@pytest_asyncio.fixture
async def closed(tmp_path: Path) -> AsyncIterator[Desk]:
    async with signing_desk(f"sqlite:///{tmp_path / 'roundtable.sqlite3'}") as desk:
        yield desk


async def asked(desk: Desk) -> None:
    await note_asked(desk.journal, ADMIN, desk.meeting, "2026-01-05", "Both parents, by letter.")
    await note_informed(desk.journal, ADMIN, desk.meeting, "2026-01-05", "letter")


async def destroyed(desk: Desk, **how: Any) -> int:
    return await destroy_record(desk.journal, desk.database, ADMIN, desk.meeting, today=LATER, **how)


def found(desk: Desk) -> list[str]:
    return [fault.problem for fault in desk.faults()]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_what_goes_and_what_stays(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path / 'r.sqlite3'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url")
    async with signing_desk(url) as desk:
        first = desk.meeting, dict(desk.people)
        before = desk.entries()
        await add_meeting(desk)
        other = desk.everything()
        desk.meeting, desk.people = first
        await asked(desk)
        count = await destroyed(desk)
        entries = desk.entries()
        assert count == len(before) + 2 == len(entries) - 1
        for was, entry in zip(before, entries, strict=False):
            assert (entry.payload, entry.salt, entry.inserted, entry.deleted) == (None, None, 0, 0)
            assert (entry.hash, entry.payload_hash, entry.prev_hash) == (was.hash, was.payload_hash, was.prev_hash)
            assert (entry.kind, entry.author_id, entry.time) == (was.kind, was.author_id, was.time)
        after = desk.everything()
        for name, table in Base.metadata.tables.items():
            if "meeting_id" in table.c and name not in ("entry", "checkpoint", "destruction"):
                assert not [row for row in after[name] if desk.meeting in row], name
        (student,) = desk.rows(select(Student.__table__).where(Student.id == desk.row().student_id))
        assert (student.name, student.grade, student.birth_date, student.school) == ("A Student", "Grade 5", None, "")
        assert (desk.row().phase, desk.row().title, desk.row().closed_at) == ("destroyed", "", None)
        people = {row.id: row for row in desk.rows(select(Person.__table__))}
        assert people[first[1]["parent"]].name == ""
        assert people[first[1]["parent"]].disabled_at is not None
        assert people[first[1]["case_manager"]].name == "The case_manager"
        # Of the other meeting nothing is another than before.
        assert other["snapshot"] != after["snapshot"]
        (theirs,) = {row.id for row in desk.rows(select(Meeting.id))} - {desk.meeting}
        assert [row for row in other["entry"] if theirs in row] == [row for row in after["entry"] if theirs in row]
        with desk.database.sync.connect() as connection:
            report = verify(connection, keys=KEYS)
        assert report.faults == []
        (end,) = report.destroyed
        assert (end.by, end.rule, end.number) == (ADMIN, "request", len(entries))
        assert end.kinds[kinds.MESSAGE_WRITTEN] == 1
        assert sum(end.kinds.values()) == count


async def test_the_bytes_are_gone_from_the_file(closed: Desk, tmp_path: Path) -> None:
    desk = closed
    files = [tmp_path / "roundtable.sqlite3", tmp_path / "roundtable.sqlite3-wal"]

    def held(words: str) -> bool:
        return any(words.encode() in path.read_bytes() for path in files if path.exists())

    assert held(SENTENCE)
    assert held("The parent")
    await asked(desk)
    assert held("Both parents, by letter")
    await destroyed(desk, keep=False)
    for words in (SENTENCE, "The parent", "Both parents, by letter", "A Student", "2015-05-05"):
        assert not held(words), words
    assert held("Ada Admin")
    assert desk.faults() == []


async def test_nobody_but_an_administrator(closed: Desk) -> None:
    desk = closed
    await asked(desk)
    for person_id in (*desk.people.values(), "p_nobody", ""):
        act = destroy_record(desk.journal, desk.database, person_id, desk.meeting, today=LATER)
        assert await refused(desk, act) == "role"
        assert await refused(desk, put_hold(desk.journal, person_id, desk.meeting, "legal", "Mine.")) == "role"
        assert await refused(desk, note_left(desk.journal, person_id, desk.meeting, "2026-01-01")) == "role"
    desk.run(update(Person).where(Person.id == ADMIN).values(disabled_at=now()))
    assert await refused(desk, destroyed(desk)) == "role"


async def test_not_before_its_time_and_never_while_it_is_held(closed: Desk) -> None:
    desk = closed
    assert await refused(desk, destroyed(desk)) == "conflict: rule"
    await note_informed(desk.journal, ADMIN, desk.meeting, "2026-01-05", "person")
    ended = desk.row().closed_at.date()
    early = destroy_record(desk.journal, desk.database, ADMIN, desk.meeting, today=ended.replace(year=ended.year + 2))
    assert await refused(desk, early) == "conflict: rule"
    hold = await put_hold(desk.journal, ADMIN, desk.meeting, "complaint", "State complaint 27-104.")
    assert await refused(desk, destroyed(desk)) == "conflict: rule"
    assert await refused(desk, lift_hold(desk.journal, ADMIN, desk.meeting, "ho_other", "Over.")) == "not_found"
    await lift_hold(desk.journal, ADMIN, desk.meeting, hold, "Withdrawn.")
    assert await refused(desk, lift_hold(desk.journal, ADMIN, desk.meeting, hold, "Again.")) == "conflict"
    assert desk.kinds()[-2:] == [kinds.HELD, kinds.HOLD_LIFTED]
    assert desk.faults() == []
    await set_phase(desk.journal, desk.actor(), "live", reason="one more thing")
    assert await refused(desk, destroyed(desk)) == "phase"
    await set_phase(desk.journal, desk.actor(), "closed")
    assert await destroyed(desk) > 0
    assert found(desk) == []


@pytest.mark.parametrize("bad", ["2999-01-01", "soon", ""])
async def test_days_that_cannot_be(closed: Desk, bad: str) -> None:
    desk = closed
    assert await refused(desk, _later(note_asked, desk, bad, "x")) == "invalid: on"
    assert await refused(desk, _later(note_left, desk, bad)) == "invalid: on"
    assert await refused(desk, _later(note_informed, desk, bad, "mail")) == "invalid: on"


async def _later(act: Any, desk: Desk, *values: str) -> None:
    await act(desk.journal, ADMIN, desk.meeting, *values)


async def test_nothing_comes_after_the_end(closed: Desk) -> None:
    desk = closed
    await asked(desk)
    await destroyed(desk)
    assert await refused(desk, destroyed(desk)) == "conflict"
    assert await refused(desk, put_hold(desk.journal, ADMIN, desk.meeting, "legal", "Too late.")) == "conflict"
    assert await refused(desk, write_message(desk.journal, desk.actor(), "Hello?")) == "role"
    typing = desk.writer("notes").write("More.")
    await desk.journal.settle()
    assert typing.refusal == "not_found"
    # What was under way when the record went: it is noted nowhere, and verify would name it.
    accesses = Accesses(desk.database)
    accesses.opened(desk.actor("parent"))
    await accesses.flush()
    assert await refused(desk, accesses.taken(desk.actor("parent"), "iep.pdf")) == "not_found"
    await note_looks(desk.database, desk.meeting, ADMIN, dict.fromkeys(desk.documents.values(), 1))
    with desk.database.sync.execution_options(writes=True).begin() as connection:
        put_marks(connection, Taken(desk.meeting, 5, ("a mark",)))
    assert found(desk) == []


async def test_two_administrators_at_once_destroy_it_once(closed: Desk) -> None:
    desk = closed
    await asked(desk)
    ends = await asyncio.gather(destroyed(desk), destroyed(desk), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["Refused", "int"]
    assert desk.kinds().count(kinds.DESTROYED) == 1
    assert found(desk) == []


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_the_database_lets_go_of_this_and_of_nothing_else(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'r.sqlite3'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url")
    async with signing_desk(url) as desk:
        gone = "UPDATE entry SET payload = NULL, salt = NULL, inserted = 0, deleted = 0"
        await _impossible(desk, gone)
        # That it was destroyed has to be an entry, and not only said.
        desk.run(insert(Base.metadata.tables["destruction"]).values(meeting_id=desk.meeting, number=3, at=now()))
        await _impossible(desk, f"{gone} WHERE number < 3", "DELETE FROM access")
        desk.run("DELETE FROM destruction")
        first = desk.meeting
        await asked(desk)
        await destroyed(desk)
        await add_meeting(desk)
        last = f"meeting_id = '{first}' AND number = (SELECT head_number FROM meeting WHERE id = '{first}')"
        await _impossible(
            desk,
            f"{gone} WHERE {last}",
            f"{gone} WHERE meeting_id = '{desk.meeting}'",
            f"UPDATE entry SET payload = salt WHERE meeting_id = '{first}' AND number = 1 AND payload IS NULL "
            "AND hash IS NULL OR number = 2",
            f"UPDATE entry SET kind = 'edit', payload = NULL WHERE meeting_id = '{first}' AND number = 2",
            f"UPDATE entry SET time = 0 WHERE meeting_id = '{first}' AND number = 2",
            f"UPDATE entry SET inserted = 5 WHERE meeting_id = '{first}' AND number = 2",
            f"DELETE FROM entry WHERE meeting_id = '{first}'",
        )
        assert found(desk) == []


async def _impossible(desk: Desk, *statements: str) -> None:
    before = desk.everything()
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"):
            desk.run(statement)
    assert desk.everything() == before


async def test_verify_names_what_is_missing_and_what_should_be(closed: Desk) -> None:
    desk = closed
    with desk.database.sync.execution_options(writes=True).begin() as connection:
        drop_triggers(connection)
    kept = desk.entries()[4]
    desk.run(update(Entry).where(Entry.number == 5).values(payload=None, salt=None))
    assert found(desk) == [MISSING]
    desk.run(update(Entry).where(Entry.number == 5).values(payload=kept.payload, salt=kept.salt))
    assert found(desk) == []
    await asked(desk)
    await destroyed(desk)
    assert found(desk) == []
    number = len(desk.entries())

    def after(statement: Any, undo: Any) -> list[str]:
        desk.run(statement)
        problems = found(desk)
        desk.run(undo)
        assert found(desk) == []
        return problems

    back = update(Entry).where(Entry.number == 5).values(payload=kept.payload, salt=kept.salt)
    assert after(back, update(Entry).where(Entry.number == 5).values(payload=None, salt=None)) == [STILL_THERE]
    (row,) = [entry for entry in desk.entries() if entry.number == number]
    without = update(Entry).where(Entry.number == number).values(kind="record.held")
    assert after(without, update(Entry).where(Entry.number == number).values(kind=row.kind)) == [MISSING]
    name = update(Meeting).values(title="A title", phase="closed")
    assert after(name, update(Meeting).values(title="", phase="destroyed")) == [
        "a meeting's title is not what the journal says"
    ]
    again = insert(Participant).values(id="pa_1", meeting_id=desk.meeting, person_id=ADMIN, role="parent", color=1)
    assert after(again, delete(Participant)) == ["the participants are not what the journal says"]
    desk.run(text("DELETE FROM checkpoint WHERE reason = 'destroyed'"))
    assert "that the record was destroyed is not signed" in found(desk)


async def test_what_is_left_can_be_taken_and_checked_anywhere(
    closed: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = closed
    with pytest.raises(Exception, match="not_found"):
        await take_certificate(desk.journal, desk.database, desk.meeting)
    await asked(desk)
    count = await destroyed(desk)
    data = await take_certificate(desk.journal, desk.database, desk.meeting)
    checked = check_archive(data, KEYS)
    assert (checked.faults, checked.withheld, checked.entries) == ([], 0, count + 1)
    assert checked.destroyed is not None
    assert (checked.destroyed.by, checked.destroyed.citation) == (ADMIN, "34 CFR 300.624(b)")
    file = tmp_path / "destroyed.zip"
    file.write_bytes(data)
    assert main(["verify", str(file)]) == 0
    said = capsys.readouterr().out
    assert f"DESTROYED: meeting {desk.meeting}: what {count} entries held" in said
    assert "(0 withheld" in said
    told = verify_again(data, KEYS)
    assert told is not None
    assert (told["by"], told["kinds"]) == (ADMIN, checked.destroyed.kinds)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        people = json.loads(archive.read("record.json"))["people"]
    assert people == [{"id": ADMIN, "name": "Ada Admin", "language": "en"}]
    assert found(desk) == []


async def test_the_students_own_row_stays_while_another_record_needs_it(closed: Desk) -> None:
    desk = closed
    student = desk.row().student_id
    second = new_id("m")
    desk.run(
        insert(Meeting).values(
            id=second, student_id=student, title="The next", starts_at=datetime(2028, 2, 25, tzinfo=UTC)
        ),
        insert(Participant).values(
            id="pa_2", meeting_id=second, person_id=desk.people["parent"], role="parent", color=1
        ),
    )
    await asked(desk)
    await destroyed(desk, keep=False)
    (row,) = desk.rows(select(Student.__table__).where(Student.id == student))
    assert (row.name, row.birth_date) == ("A Student", "2015-05-05")
    names = {row.id: row.name for row in desk.rows(select(Person.__table__))}
    assert names[desk.people["parent"]] == "The parent"
    assert names[desk.people["student"]] == ""
