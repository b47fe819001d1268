"""What the store remembers from batch to batch, and what it makes of an answer that never came."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from server.journal.writer import Journal
from server.meeting import change_participant, discuss_section, remove_participant, set_editing_paused
from server.storage.engine import DriverTransaction
from server.storage.tables import Participant
from tests.support.desk import Desk, Writer, another_node, open_desk
from tests.support.finalizing import make_final
from tests.support.wait import soon


async def answered(writer: Writer) -> None:
    """All it typed was committed or refused. (`settle` would be an act, after which the writer remembers nothing.)"""
    await soon(lambda: writer.idle, "the answer to what was typed")


@pytest.mark.parametrize("change", ["final", "paused", "role", "removed"])
async def test_rules_that_another_connection_changed_are_not_remembered(tmp_path: Path, change: str) -> None:
    """On SQLite the writer remembers the rules from batch to batch; it must see each change that is not its own."""
    url = f"sqlite:///{tmp_path / 'roundtable.sqlite3'}"
    async with open_desk(url) as desk, another_node(url) as node:
        writer, tries = desk.writer(role="parent"), failures()
        for _ in range(3):
            writer.write("allowed ")
            await answered(writer)
        await change_rules(desk, node, change)
        writer.write("late ")
        await answered(writer)
        reasons = [write.refusal for write in writer.done]
        assert reasons == [None, None, None, {"removed": "role"}.get(change, change)]
        assert failures() == tries  # it saw the change, and did not stumble over an entry that was there already
        assert desk.faults() == []


def failures() -> float:
    return REGISTRY.get_sample_value("roundtable_commit_failures_total") or 0.0


async def change_rules(desk: Desk, node: Journal, change: str) -> None:
    parent = desk.rows(select(Participant.id).where(Participant.person_id == desk.people["parent"]))[0].id
    if change == "final":
        await make_final(desk, journal=node)
    elif change == "paused":
        await set_editing_paused(node, desk.actor(), True)
    elif change == "role":
        await change_participant(node, desk.actor(), parent, role="observer", title="")
    else:
        await remove_participant(node, desk.actor(), parent)


async def test_a_failed_connection_takes_what_it_remembered_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next connection counts the database's versions anew, so that the same number would say nothing."""
    url = f"sqlite:///{tmp_path / 'roundtable.sqlite3'}"
    async with open_desk(url) as desk, another_node(url) as node:
        await set_editing_paused(node, desk.actor(), True)
        await set_editing_paused(node, desk.actor(), False)
        writer, tries = desk.writer(role="parent"), failures()
        writer.write("allowed ")
        await answered(writer)
        failed = Mock(side_effect=OperationalError("", {}, Exception()))
        monkeypatch.setattr("server.journal.store.put", failed)
        desk.journal.snapshot_soon(desk.documents["notes"], 1, b"\0\0")
        await soon(lambda: failed.called, "the snapshot to fail")
        await set_editing_paused(node, desk.actor(), True)
        writer.write("late ")
        await answered(writer)
        assert [write.refusal for write in writer.done] == [None, "paused"]
        assert failures() == tries


async def test_an_answer_that_was_lost_writes_nothing_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of the database committed, and the connection broke before it could say so."""
    lose_next_answer(monkeypatch)
    writer = desk.writer()
    write = writer.write("Once.")
    await answered(writer)
    assert write.entry is not None
    assert [entry.hash for entry in desk.entries() if entry.kind == "edit"] == [write.entry.hash]
    writer.write("Twice.")
    await desk.journal.settle()
    assert desk.faults() == []


async def test_an_act_whose_answer_was_lost_stands_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    desk.journal.committed.append(lambda entries: told.extend(entry.kind for entry in entries))
    lose_next_answer(monkeypatch)
    await discuss_section(desk.journal, desk.actor(), desk.documents["notes"], discussing=True)
    assert desk.kinds().count("section.state") == 1
    assert told == ["section.state"]
    assert desk.faults() == []


def lose_next_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next transaction of the journal commits and then seems to fail, whichever way it is ended."""
    left = [True]

    def after(connection: Connection) -> None:
        if left.pop() if left else False:
            raise OperationalError("COMMIT", {}, Exception("the connection was lost"))

    def lossy(connection: Connection) -> Any:
        @contextmanager
        def transaction() -> Iterator[None]:
            with DriverTransaction(connection):
                yield
            after(connection)

        return transaction()

    begin = Connection.begin

    def lossy_begin(connection: Connection) -> Any:
        @contextmanager
        def transaction() -> Iterator[None]:
            with begin(connection):
                yield
            after(connection)

        return transaction()

    monkeypatch.setattr("server.journal.store.DriverTransaction", lossy)
    monkeypatch.setattr(Connection, "begin", lossy_begin)
