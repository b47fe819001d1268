"""Reports of progress: issued on the year's dates with the data as it stood, corrected by new ones, never changed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.domain.agenda import FROM_GOAL
from server.domain.readiness import PROFILES
from server.domain.reports import still_due, suggested
from server.domain.roles import CASE_MANAGER, PARENT
from server.meeting.create import create_meeting
from server.meeting.progress import Measured, note_progress
from server.meeting.reports import issue_report, set_report_days
from server.meeting.returns import bring_back, due_returns
from server.storage.tables import AgendaItem, ProgressReport
from tests.support.desk import Desk, refused
from tests.support.measuring import add_goal

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
DAYS = ["2027-06-18", "2027-11-12"]
GOOD = {"Reading": ("expected", "He reads more each week.")}


async def ready(desk: Desk) -> None:
    """A closed meeting with two goals, a value on one of them, and two report dates."""
    document, dana = desk.documents["goals"], desk.people[CASE_MANAGER]
    await add_goal(desk.journal, document, dana)
    await add_goal(desk.journal, document, dana, area="Math")
    desk.run("UPDATE meeting SET phase = 'closed'")
    await note_progress(desk.journal, desk.actor(), Measured("Reading", "2027-05-01", "84", "words"), at=NOW)
    assert await set_report_days(desk.journal, desk.actor(), [DAYS[1], "", DAYS[0]])
    assert not await set_report_days(desk.journal, desk.actor(), DAYS)


def issue(desk: Desk, told: Any = GOOD, *, role: str = "team_staff", period: str = DAYS[0], corrects: str = "") -> Any:
    return issue_report(desk.journal, desk.actor(role), period, told, corrects=corrects)


async def test_what_was_issued_stays_as_it_was(prework: Desk) -> None:
    desk = prework
    await ready(desk)
    first = await issue(desk)
    await note_progress(desk.journal, desk.actor(), Measured("Reading", "2027-05-20", "60", "words"), at=NOW)
    later = await issue(desk, {"Reading": ("not_expected", "He was ill.")}, corrects=first)
    assert await refused(desk, issue(desk, corrects=first)) == "not_found: corrects"
    await issue(desk, {"Math": ("reached", "All of it.")})
    rows = {row.id: row for row in desk.rows(select(ProgressReport.__table__))}
    assert [point["value"] for point in rows[first].goals[0]["points"]] == ["84"]
    assert rows[first].goals[0]["line"]["target"] == "95"
    assert rows[first].corrected_by == later
    assert [point["value"] for point in rows[later].goals[0]["points"]] == ["84", "60"]
    assert sorted(row.left for row in rows.values()) == [0, 1, 1]
    desk.run("UPDATE meeting SET phase = 'prework'")
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"role": PARENT}, "role"),
        ({"period": "2027-06-19"}, "invalid: period"),
        ({"told": {}}, "invalid: goals"),
        ({"told": {"Reading": ("perhaps", "He reads.")}}, "invalid: outlook"),
        ({"told": {"Reading": ("expected", " ")}}, "invalid: words"),
        ({"told": {"Writing": ("expected", "He writes.")}}, "not_found: goal"),
    ],
)
async def test_what_cannot_be_is_refused(prework: Desk, values: dict[str, Any], reason: str) -> None:
    await ready(prework)
    assert await refused(prework, issue(prework, **values)) == reason


async def test_a_goal_that_is_not_expected_comes_to_the_next_agenda_once(desk: Desk) -> None:
    await ready(desk)
    row = desk.row()
    await create_meeting(
        desk.journal,
        creator_id=desk.people[CASE_MANAGER],
        student_id=row.student_id,
        title="Next",
        purpose="annual_review",
        place="",
        starts_at=row.starts_at + timedelta(days=300),
        ends_at=None,
        time_zone="UTC",
        gettext=str,
    )
    told = {"Reading": ("not_expected", "He was ill."), "Math": ("expected", "Soon.")}
    for period in DAYS:
        await issue(desk, told, period=period)
        for one in await desk.journal.read(lambda connection: due_returns(connection, NOW)):
            assert await bring_back(desk.journal, one, NOW)
    came = desk.rows(select(AgendaItem.title, AgendaItem.came_as, AgendaItem.sections).where(AgendaItem.came_as != ""))
    assert [tuple(one) for one in came] == [("Reading", FROM_GOAL, ["goals"])]


def test_dates_that_a_profile_names_are_those_of_the_coming_year() -> None:
    assert suggested(PROFILES["federal"], date(2026, 9, 1)) == []
    found = suggested(PROFILES["ex"], date(2026, 12, 1))
    assert found == [date(2027, 1, 29), date(2027, 4, 9), date(2027, 6, 18), date(2027, 11, 13)]
    assert still_due(DAYS, {DAYS[0]}) == [date(2027, 11, 12)]
