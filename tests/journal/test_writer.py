"""Group commit: who is written together, in which order, and under which rules. On both engines."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from server.documents.content import DELETED
from server.domain.errors import Refused
from server.domain.roles import CASE_MANAGER
from server.journal.entry import GENESIS
from server.journal.store import Write
from server.journal.transaction import Transaction
from server.meeting import set_editing_paused, set_phase
from tests.documents.making import delete_set, in_root, update_of, varints
from tests.support.desk import Desk, add_meeting, held, open_desk
from tests.support.finalizing import make_final, reopen
from tests.support.wait import soon


def edits(desk: Desk) -> list[Any]:
    return [entry for entry in desk.entries() if entry.kind == "edit"]


async def test_a_lone_edit_is_one_entry(desk: Desk) -> None:
    write = desk.writer().write("Hello.")
    await desk.journal.settle()
    (entry,) = edits(desk)
    assert write.entry is not None
    assert (entry.number, entry.payload) == (write.entry.number, write.update)
    assert (entry.author_id, entry.author_role) == (desk.people["case_manager"], "case_manager")
    assert (entry.inserted, entry.deleted) == (len("Hello."), 0)


async def test_what_comes_while_a_commit_is_in_flight_is_the_next_batch(desk: Desk) -> None:
    dana, priya = desk.writer(), desk.writer(role="lea_representative")
    with held(desk):
        dana.write("First.")
        await soon(lambda: not dana.waiting, "the first batch to begin")
        for number in range(5):
            dana.write(f"{number}")
            priya.write(f"{number}")
        await soon(lambda: dana.waiting == 5, "more to wait")
        assert edits(desk) == []
        assert dana.done == []
    await desk.journal.settle()
    times = [entry.time for entry in edits(desk)]
    assert len(times) == 11
    assert len(set(times)) == 2  # an entry's time is its transaction's
    assert times.count(times[0]) == 1


async def test_numbers_have_no_gap_and_the_chain_holds(desk: Desk) -> None:
    writers = [desk.writer(section, role) for section in ("notes", "goals") for role in ("parent", "team_staff")]
    for number in range(20):
        for writer in writers:
            writer.write(f"{number} ")
        await asyncio.sleep(0)
    await desk.journal.settle()
    entries = desk.entries()
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.prev_hash for entry in entries] == [GENESIS, *(entry.hash for entry in entries[:-1])]
    assert desk.row().head_number == entries[-1].number
    assert desk.row().head_hash == entries[-1].hash
    assert desk.faults() == []


async def test_two_meetings_in_one_batch_have_chains_of_their_own(desk: Desk) -> None:
    first, one = desk.meeting, desk.writer()
    await add_meeting(desk)
    other = desk.writer()
    before = {meeting: len(desk.entries(meeting)) for meeting in (first, desk.meeting)}
    for number in range(5):
        one.write(f"{number}")
        other.write(f"{number}")
    await desk.journal.settle()
    for meeting, count in before.items():
        assert [entry.number for entry in desk.entries(meeting)][count:] == list(range(count + 1, count + 6))
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("role", "section", "reason"),
    [
        ("advocate", "notes", "role"),
        ("observer", "notes", "role"),
        ("interpreter", "parent_input", "role"),
        ("case_manager", "parent_input", "role"),
        ("parent", "notes", None),
        ("parent", "parent_input", None),
    ],
)
async def test_a_refused_write_leaves_no_trace(desk: Desk, role: str, section: str, reason: str | None) -> None:
    allowed = desk.writer("goals").write("Beside it.")
    write = desk.writer(section, role).write("Words.")
    await desk.journal.settle()
    assert write.refusal == reason
    assert (write.entry is None) is (reason is not None)
    assert allowed.entry is not None
    assert len(edits(desk)) == 1 + (reason is None)
    assert desk.faults() == []


async def test_the_rules_are_those_of_the_transaction_and_not_of_the_typing(desk: Desk) -> None:
    """What was typed before an act and comes to the journal after it is refused."""
    dana = desk.writer()
    await make_final(desk)
    late = dana.write("Late.")
    await desk.journal.settle()
    assert late.refusal == "final"
    await reopen(desk)
    again = dana.write("Again.")
    await desk.journal.settle()
    assert again.refusal is None
    await set_editing_paused(desk.journal, desk.actor(), True)
    paused = dana.write("Paused.")
    await desk.journal.settle()
    assert paused.refusal == "paused"
    await set_phase(desk.journal, desk.actor(), "closed")
    closed = dana.write("Closed.")
    await desk.journal.settle()
    assert closed.refusal == "closed"
    assert len(edits(desk)) == 1
    assert desk.faults() == []


async def test_a_document_that_is_not_there_and_a_stranger(desk: Desk) -> None:
    writer = desk.writer()
    writer.document_id = "d_nowhere"
    nowhere = writer.write("Hello.")
    desk.people["stranger"] = "p_stranger"
    stranger = desk.writer(role="stranger").write("Hello.")
    await desk.journal.settle()
    assert (nowhere.refusal, stranger.refusal) == ("not_found", "role")


async def test_a_failure_inside_an_act_changes_nothing(desk: Desk) -> None:
    before = desk.everything()

    def act(transaction: Transaction) -> None:
        author = transaction.permit(desk.meeting, desk.people["case_manager"], "manage_meeting")
        transaction.append(desk.meeting, "invitation.issued", author, b"{}")
        transaction.connection.exec_driver_sql("UPDATE meeting SET phase = 'closed'")
        raise Refused("conflict")

    with pytest.raises(Refused):
        await desk.journal.act(act)
    assert desk.everything() == before
    desk.writer().write("It goes on.")
    await desk.journal.settle()
    assert desk.faults() == []


class Broken:
    """A document that cannot be read, or whose room fails once its edits are stored."""

    def __init__(self, error: BaseException, writes: Sequence[Write] = ()) -> None:
        self._error = error
        self._writes = writes

    def take(self) -> Sequence[Write]:
        if self._writes:
            return self._writes
        raise self._error

    def settled(self, _writes: Sequence[Write]) -> None:
        raise self._error


class Panic(BaseException):
    """As the CRDT library's, which is no `Exception`."""


@pytest.mark.parametrize("error", [ValueError("a student's words"), Panic("a student's words")])
async def test_a_document_that_fails_does_not_end_the_writing_of_others(desk: Desk, error: BaseException) -> None:
    write = desk.writer().write("Hello.")
    desk.journal.request(Broken(error))
    desk.journal.request(Broken(error, [desk.writer("goals").write("Stored.")]))
    await desk.journal.settle()
    assert write.entry is not None
    after = desk.writer().write("More.")
    await desk.journal.settle()
    assert after.entry is not None
    assert desk.faults() == []


async def test_a_few_bytes_that_say_they_delete_two_thousand_million_letters_hold_nobody_up(desk: Desk) -> None:
    everything = update_of(777, 0, in_root(DELETED) + varints(2**31), deletes=delete_set({777: [(0, 2**31)]}))
    bomb, other = desk.writer("goals").give(everything), desk.writer().write("Hello.")
    await asyncio.wait_for(desk.journal.settle(), 60)
    assert bomb.entry is not None
    assert other.entry is not None
    assert desk.faults() == []


async def test_what_the_database_cannot_hold_is_refused_and_holds_nobody_up(postgres_url: str) -> None:
    async with open_desk(postgres_url) as desk:
        dana, priya = desk.writer("goals"), desk.writer(role="lea_representative")
        before, wrong, after = dana.write("Before. "), priya.write("Too much. "), dana.write("After.")
        wrong.inserted = 2**31
        await asyncio.wait_for(desk.journal.settle(), 60)
        assert wrong.refusal == "invalid"
        assert wrong.entry is None
        assert [write.entry is not None for write in (before, after)] == [True, True]
        assert not desk.journal.is_stuck
        more = priya.write("On.")
        await desk.journal.settle()
        assert more.entry is not None


async def test_a_panic_in_an_act_is_an_error_for_who_asked(desk: Desk) -> None:
    def act(transaction: Transaction) -> None:
        raise Panic

    with pytest.raises(RuntimeError):
        await desk.journal.act(act)
    await desk.journal.settle()


async def test_a_mistake_of_ours_is_no_loss_and_no_silence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong in the store: nobody is told "saved", the pages are told, and it is tried again."""
    told: list[bool] = []
    desk.journal.stuck.append(told.append)
    finish = Transaction.finish

    def fail_once(transaction: Transaction) -> None:
        monkeypatch.setattr(Transaction, "finish", finish)
        raise KeyError("a mistake")

    monkeypatch.setattr(Transaction, "finish", fail_once)
    writer = desk.writer()
    write = writer.write("Hello.")
    await soon(lambda: writer.idle, "the second try")
    assert write.entry is not None
    assert told == [True, False]
    assert len(edits(desk)) == 1
    assert desk.faults() == []


async def test_time_never_runs_backwards(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is set back, at this node or by one node beside another, leaves a record's times in order."""
    real = time.time_ns
    for offset in (0, 3600, -3600, 0):
        monkeypatch.setattr(time, "time_ns", lambda offset=offset: real() + offset * 1_000_000_000)
        desk.writer().write(f"{offset} ")
        await desk.journal.settle()
        await set_editing_paused(desk.journal, desk.actor(), bool(offset))
    times = [entry.time for entry in desk.entries()]
    assert times == sorted(times)
    assert times[-1] - times[0] > 3_500_000_000


async def test_a_batch_takes_no_more_statements_for_many_edits(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While they run, other nodes wait for the meetings that the batch has locked. SQLite's are calls, not messages."""
    async with open_desk(postgres_url) as desk:
        real, said = psycopg.Cursor.execute, []

        def listen(cursor: Any, query: Any, *rest: Any, **more: Any) -> Any:
            said.append(query)
            return real(cursor, query, *rest, **more)

        writers = [
            desk.writer(section, role)
            for section in ("notes", "goals", "services")
            for role in ("parent", CASE_MANAGER)
        ]
        for writer in writers:  # each claims its Yjs client id
            writer.write("First. ")
        await desk.journal.settle()
        monkeypatch.setattr(psycopg.Cursor, "execute", listen)
        counts = []
        for some in (writers[:1], writers):
            said.clear()
            for writer in some:
                writer.write("More. ")
            await desk.journal.settle()
            counts.append(len(said))
        assert len(edits(desk)) == 2 * len(writers) + 1
        assert counts[1] <= counts[0]
