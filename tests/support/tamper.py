"""A record with a bit of everything in it, and what somebody who owns the database file could do to it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text

from server.journal.verify import Report, verify
from server.meeting import (
    change_participant,
    discuss_section,
    issue_invitation,
    remove_participant,
    restore_section,
    set_editing_paused,
)
from tests.support.desk import Desk, add_meeting, drop_triggers, open_desk
from tests.support.finalizing import make_final, reopen


def make_record(path: Path) -> dict[str, Any]:
    """A database with two meetings in `path`: ids of the first, and of the other one."""
    return asyncio.run(_make(f"sqlite:///{path}"))


async def _make(url: str) -> dict[str, Any]:
    async with open_desk(url) as desk:
        await _live_through(desk)
        made = {"meeting": desk.meeting, "people": desk.people, "documents": desk.documents}
        await add_meeting(desk)
        desk.writer().write("Of another child.")
        await desk.journal.settle()
        assert desk.faults() == []
        return made | {"other": desk.meeting}


async def _live_through(desk: Desk) -> None:
    """Typing, snapshots, acts of every kind."""
    notes = desk.documents["notes"]
    writers = [desk.writer(role=role) for role in ("case_manager", "parent", "student")]
    for number in range(4):
        for writer in writers:
            writer.write(f"{number} ")
        await desk.journal.settle()
        loaded = await desk.journal.load(notes)
        desk.journal.snapshot_soon(notes, loaded.number, loaded.document().get_update())
    await restore_section(desk.journal, desk.actor(), notes, loaded.number - 1)
    seats = {row.role: row.id for row in desk.rows(text("SELECT id, role FROM participant"))}
    await set_editing_paused(desk.journal, desk.actor(), True)
    await set_editing_paused(desk.journal, desk.actor(), False)
    await change_participant(desk.journal, desk.actor(), seats["observer"], role="interpreter", title="Signs")
    await remove_participant(desk.journal, desk.actor(), seats["advocate"])
    await issue_invitation(desk.journal, desk.actor(), person_id=desk.people["parent"])
    await make_final(desk)
    await reopen(desk, reason="a date is wrong")
    await make_final(desk)
    await discuss_section(desk.journal, desk.actor(), desk.documents["goals"], discussing=True)
    desk.writer("goals", "team_staff").write("The last words.")
    await desk.journal.settle()


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """The database as its owner opens it: no trigger and no foreign key is in the way."""
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            drop_triggers(connection)
            connection.commit()
            yield connection
    finally:
        engine.dispose()


@contextmanager
def changed(connection: Connection, *statements: str, **values: Any) -> Iterator[Report]:
    """What `verify` says once these statements were run; afterwards they are taken back."""
    try:
        for statement in statements:
            assert connection.execute(text(statement), values).rowcount, f"nothing changed by: {statement}"
        yield verify(connection)
    finally:
        connection.rollback()
