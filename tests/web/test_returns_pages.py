"""An item that came back says from where, leads there, and leaves the agenda for a reason only."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from server.meeting import Promise, add_follow_up, create_meeting
from server.meeting.returns import bring_back, due_returns
from server.storage.tables import AgendaItem
from tests.support.school import School


def test_where_it_comes_from_and_how_it_leaves(school: School) -> None:
    dana, elena = school.person("Dana Whitlock", is_staff=True), school.person("Elena")
    earlier = school.meeting(dana)
    state, leader = school.state, school.actor(dana, earlier)
    promise = school.call(add_follow_up, state.journal, leader, Promise("The bus"), kind="next_meeting")
    school.phase(dana, earlier, "live", "closed")
    starts_at = school.load_meeting(earlier).starts_at + timedelta(days=300)

    async def make() -> str:
        meeting_id = await create_meeting(
            state.journal,
            creator_id=dana.id,
            student_id=school_student,
            title="Next",
            purpose="annual_review",
            place="",
            starts_at=starts_at,
            ends_at=None,
            time_zone="UTC",
            gettext=str,
        )
        at = datetime(2027, 6, 1, tzinfo=UTC)
        for one in await state.journal.read(lambda connection: due_returns(connection, at)):
            await bring_back(state.journal, one, at)
        return meeting_id

    school_student = school.load_meeting(earlier).student_id
    url = f"/m/{school.call(make)}"
    school.seat(dana, url.removeprefix("/m/"), elena, "parent")
    (item,) = school.rows(select(AgendaItem).where(AgendaItem.came_from == promise))
    link = f'href="/m/{earlier}/to-do#follow-up-{promise}"'
    staff, parent = school.browser(dana), school.browser(elena)
    assert link in staff.get(f"{url}/agenda").text
    assert f'href="{url}/agenda"' in staff.get("/").text
    told = parent.text(f"{url}/agenda")
    assert "Comes back from what was promised in the meeting, February 25, 2027." in told
    assert link not in parent.get(f"{url}/agenda").text  # she was not on that team
    act = f"{url}/agenda/{item.id}/act"
    answer = staff.post(act, {"act": "remove"}, seen=f"{url}/agenda")
    assert answer.status_code == 422
    assert "Please give a reason" in answer.text
    assert staff.post(act, {"act": "remove", "reason": "Settled by phone."}).status_code == 303
    assert "The bus" not in staff.text(f"{url}/agenda")
