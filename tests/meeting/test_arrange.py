"""When and where: one entry that tells what it was before, and nothing at all where nothing changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.domain.arrangement import Arrangement
from server.journal.kinds import ARRANGED
from server.journal.payload import read_facts
from server.meeting import arrange_meeting
from tests.support.desk import Desk, add_meeting, refused

START = datetime(2027, 3, 1, 15, tzinfo=UTC)
GOOD = Arrangement(START, START + timedelta(minutes=90), "America/New_York", "Room 5", "https://meet.example.org/r")


def told(desk: Desk) -> dict[str, Any]:
    entry = desk.entries()[-1]
    assert entry.kind == ARRANGED
    return read_facts(entry.payload)


async def test_the_entry_tells_what_is_and_what_was(prework: Desk) -> None:
    before = prework.row()
    assert await arrange_meeting(prework.journal, prework.actor(), GOOD, reason=" the father works at night ")
    about = told(prework)
    assert about["reason"] == "the father works at night"
    assert datetime.fromisoformat(about["before"]["starts_at"]) == before.starts_at
    assert (about["before"]["place"], about["before"]["video_link"]) == (before.place, "")
    row = prework.row()
    assert Arrangement(row.starts_at, row.ends_at, row.time_zone, row.place, row.video_link) == GOOD
    assert prework.faults() == []


async def test_the_same_again_is_no_entry(prework: Desk) -> None:
    await arrange_meeting(prework.journal, prework.actor(), GOOD)
    count = len(prework.entries())
    assert not await arrange_meeting(prework.journal, prework.actor(), GOOD)
    assert len(prework.entries()) == count


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_at": START}, "invalid: ends_at"),
        ({"ends_at": START + timedelta(hours=13)}, "invalid: ends_at"),
        ({"time_zone": "Mars/Olympus"}, "invalid: time_zone"),
        ({"place": "x" * 201}, "invalid: place"),
        ({"video_link": "javascript:alert(1)"}, "invalid: video_link"),
        ({"video_link": "mailto:dana@example.org"}, "invalid: video_link"),
        ({"video_link": "meet.example.org/r"}, "invalid: video_link"),
        ({"video_link": "https://x/" + "y" * 500}, "invalid: video_link"),
        ({"video_link": "http://"}, "invalid: video_link"),
        ({"video_link": "https:///room"}, "invalid: video_link"),
        ({"video_link": "https://?room=1"}, "invalid: video_link"),
        ({"video_link": "https://a b"}, "invalid: video_link"),
        ({"video_link": "https://a/b c"}, "invalid: video_link"),
        ({"video_link": "https://.."}, "invalid: video_link"),
        ({"video_link": "https://meet.example.org:room"}, "invalid: video_link"),
        ({"video_link": "https://[::1"}, "invalid: video_link"),
    ],
)
async def test_what_does_not_fit_is_named(prework: Desk, changes: dict[str, Any], said: str) -> None:
    act = arrange_meeting(prework.journal, prework.actor(), GOOD._replace(**changes))
    assert await refused(prework, act) == said


@pytest.mark.parametrize(
    "link",
    [
        "https://meet.example.org:8443/r?pwd=a%20b#x",
        "HTTPS://Meet.Example.org",
        "http://intranet/r",
        "https://reunión.example.org/sala",
        "https://10.0.0.7/r",
        "https://[2001:db8::1]/r",
    ],
)
async def test_every_address_with_a_host_is_kept_as_it_was_typed(prework: Desk, link: str) -> None:
    assert await arrange_meeting(prework.journal, prework.actor(), GOOD._replace(video_link=link))
    assert prework.row().video_link == link


async def test_in_the_meeting_only_the_place_and_after_it_nothing(desk: Desk) -> None:
    row = desk.row()
    now = Arrangement(row.starts_at, row.ends_at, row.time_zone, row.place, row.video_link)
    assert await refused(desk, arrange_meeting(desk.journal, desk.actor(), GOOD)) == "phase: starts_at"
    assert await arrange_meeting(desk.journal, desk.actor(), now._replace(place="Library"))
    await add_meeting(desk, phase="closed")
    assert await refused(desk, arrange_meeting(desk.journal, desk.actor(), GOOD)) == "closed"
