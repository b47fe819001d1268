"""That each of the school's people has read what the final plan asks of them: kept with the versions, asked anew."""

import pytest
from sqlalchemy import select

from server.domain.errors import Refused
from server.domain.roles import ROLES, STAFF
from server.journal.kinds import ACKNOWLEDGED
from server.meeting import set_phase
from server.meeting.duties import Duties, acknowledge, read_duties
from server.storage.tables import Acknowledgment
from tests.support.deciding import add_row
from tests.support.desk import Desk, refused
from tests.support.finalizing import make_final, reopen


def look(desk: Desk) -> Duties:
    with desk.database.sync.connect() as connection:
        return read_duties(connection, desk.meeting)


async def final(desk: Desk, **row: str) -> None:
    await add_row(desk, **row)
    await make_final(desk, "services")
    await set_phase(desk.journal, desk.actor(), "closed")


async def test_each_reads_their_own_once_and_the_versions_are_kept(desk: Desk) -> None:
    await add_row(desk, service="Speech", provider="Somebody", minutes="20")
    await final(desk, service="Reading", provider="The team_staff", minutes="30")
    duties = look(desk)
    mine = duties.sheets[desk.people["team_staff"]]
    assert [row.label for row in mine.own] == ["Reading"]
    assert [row.label for row in mine.unsaid] == ["Speech"]
    assert (mine.is_due, mine.read_at) == (True, None)
    assert set(duties.sheets) == {desk.people[role] for role in STAFF}
    assert duties.open_sections == ("goals", "accommodations")
    for role in ROLES:
        act = acknowledge(desk.journal, desk.actor(role), duties.mark)
        if role in STAFF:
            await act
            assert desk.kinds()[-1] == ACKNOWLEDGED
        else:
            assert await refused(desk, act) == "role"
    count = len(desk.entries())
    await acknowledge(desk.journal, desk.actor("team_staff"), duties.mark)
    assert len(desk.entries()) == count
    rows = desk.rows(select(Acknowledgment.person_id, Acknowledgment.versions))
    assert {row.person_id for row in rows} == set(duties.sheets)
    assert all(row.versions == dict(duties.versions) for row in rows)
    assert not any(sheet.is_due for sheet in look(desk).sheets.values())
    assert desk.faults() == []


async def test_a_section_made_final_again_shows_the_change_and_asks_anew(desk: Desk) -> None:
    await final(desk, service="Reading", provider="The team_staff", minutes="30")
    old = look(desk).mark
    await acknowledge(desk.journal, desk.actor("team_staff"), old)
    await set_phase(desk.journal, desk.actor(), "live", reason="One thing more.")
    await reopen(desk, "services")
    during = look(desk).sheets[desk.people["team_staff"]]
    assert (during.is_due, during.changed, during.own) == (False, (), ())
    await final(desk, service="Writing", provider="The team_staff", minutes="15")
    again = look(desk)
    mine = again.sheets[desk.people["team_staff"]]
    assert mine.is_due
    assert [(change.before, change.now and change.now.label) for change in mine.changed] == [(None, "Writing")]
    with pytest.raises(Refused, match="versions"):
        await acknowledge(desk.journal, desk.actor("team_staff"), old)
    await acknowledge(desk.journal, desk.actor("team_staff"), again.mark)
    mine = look(desk).sheets[desk.people["team_staff"]]
    assert (mine.is_due, mine.changed) == (False, ())
    assert desk.faults() == []


async def test_before_anything_is_final_there_is_nothing_to_have_read(desk: Desk) -> None:
    assert await refused(desk, acknowledge(desk.journal, desk.actor(), look(desk).mark)) == "phase"
    await set_phase(desk.journal, desk.actor(), "closed")
    assert await refused(desk, acknowledge(desk.journal, desk.actor(), look(desk).mark)) == "conflict: versions"
