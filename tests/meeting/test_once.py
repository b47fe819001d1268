"""What a form makes that is sent twice: one thing, whichever nodes it comes to."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from server.journal.kinds import CREATED
from server.journal.writer import Journal
from server.meeting.create import create_meeting
from server.meeting.once import named_by
from server.storage.tables import Meeting
from tests.support.desk import Desk, another_node, open_desk


def test_an_id_is_the_forms_who_asks_and_what_is_asked() -> None:
    one = named_by("mark", "d", "p_1", {"b": "1", "a": "2"})
    assert one == named_by("mark", "d", "p_1", {"a": "2", "b": "1"})
    others = (("other", "d", "p_1"), ("mark", "d", "p_2"), ("mark", "t", "p_1"), ("mark", "d", "p_1"), ("", "d", "p_1"))
    assert len({one, *(named_by(*other) for other in others)}) == 6
    assert named_by("", "d", "p_1") != named_by("", "d", "p_1")
    assert len(one) == len(named_by("", "d"))


def set_up(desk: Desk, journal: Journal, meeting_id: str) -> "asyncio.Future[str]":
    made = create_meeting(
        journal,
        creator_id=desk.people["case_manager"],
        student_id=desk.row().student_id,
        title="Annual review",
        purpose="annual_review",
        place="",
        starts_at=datetime(2027, 2, 25, 19, 30, tzinfo=UTC),
        ends_at=None,
        time_zone="UTC",
        gettext=str,
        meeting_id=meeting_id,
    )
    return asyncio.ensure_future(made)


async def test_two_nodes_on_sqlite_set_up_one_meeting(tmp_path: Path) -> None:
    await set_up_by_two_nodes(f"sqlite:///{tmp_path / 'roundtable.sqlite3'}")


async def test_two_nodes_on_postgresql_set_up_one_meeting(postgres_url: str) -> None:
    await set_up_by_two_nodes(postgres_url)


async def set_up_by_two_nodes(url: str) -> None:
    async with open_desk(url) as desk, another_node(url) as node:
        for number in range(2):
            wanted = named_by(str(number), "m")
            made = await asyncio.gather(*(set_up(desk, journal, wanted) for journal in (desk.journal, node) * 2))
            assert set(made) == {wanted}
            assert [entry.kind for entry in desk.entries(wanted)].count(CREATED) == 1
        assert len(desk.rows(select(Meeting.id))) == 3
        assert desk.faults() == []
