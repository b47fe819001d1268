"""A record is checked while people go on writing: what comes meanwhile is no change of what was there."""

import asyncio
from typing import Any

from sqlalchemy import event

from server.journal.verify import Report, verify
from server.meeting import set_editing_paused
from server.storage.engine import Database
from tests.support.desk import Desk


async def test_what_is_written_meanwhile_is_no_fault(desk: Desk, database_url: str) -> None:
    loop = asyncio.get_running_loop()
    desk.writer().write("Before.")
    await desk.journal.settle()
    written: list[None] = []

    def write_on(*_: Any) -> None:
        paused = len(written) % 2 == 0
        written.append(asyncio.run_coroutine_threadsafe(write(paused), loop).result(30))

    async def write(paused: bool) -> None:
        desk.writer().write("Meanwhile.")
        await set_editing_paused(desk.journal, desk.actor(), paused)

    def check() -> Report:
        database = Database(database_url)
        try:
            with database.moment() as connection:
                event.listen(connection, "after_cursor_execute", write_on)
                return verify(connection)
        finally:
            database.sync.dispose()

    report = await asyncio.to_thread(check)
    assert report.faults == []
    assert len(written) > 5
