"""Progress on pages: staff note values, parents read them with their line once the goals are shared."""

from sqlalchemy import select

from server.storage.tables import ProgressPoint
from tests.support.measuring import add_goal
from tests.support.school import School

GOOD = {"goal": "Reading", "day": "2026-02-01", "value": "84", "unit": "words"}


def test_values_are_noted_corrected_and_read_by_parents(school: School) -> None:
    dana, elena = school.person("Dana Whitlock", is_staff=True), school.person("Elena")
    meeting = school.meeting(dana)
    school.seat(dana, meeting, elena, "parent")
    school.call(add_goal, school.state.journal, school.documents(meeting)["goals"], dana.id)
    staff, parent, url = school.browser(dana), school.browser(elena), f"/m/{meeting}/progress"
    assert "Nothing is measured yet." in staff.text(url)
    wrong = staff.post(url, {**GOOD, "value": "many"}, seen=url)
    assert wrong.status_code == 422
    assert 'id="error-value"' in wrong.text
    assert 'value="many"' in wrong.text
    assert staff.post(url, GOOD).status_code == 303
    assert "<circle" not in parent.get(url).text
    assert "The goals are not shared with you yet." in parent.text(url)
    school.share(dana, meeting)
    page = parent.get(url).text
    assert "<circle" in page
    assert "<desc" in page
    assert 'class="aim"' in page
    assert 'name="value"' not in page
    assert "from 82 on February 25, 2027 to 95 on February 25, 2028" in parent.text(url)
    assert parent.post(url, GOOD).status_code == 403
    (point,) = school.rows(select(ProgressPoint))
    assert 'value="84"' in staff.get(f"{url}?correct={point.id}").text
    assert 'id="take-out"' in staff.get(f"{url}?remove={point.id}").text
    unsaid = staff.post(f"{url}/{point.id}/remove", {"reason": " "})
    assert unsaid.status_code == 422
    assert 'id="error-reason"' in unsaid.text
    assert 'id="take-out"' in unsaid.text
    change = {**GOOD, "value": "85", "corrects": point.id, "reason": "Counted again."}
    assert staff.post(url, {**change, "reason": ""}).status_code == 422
    assert staff.post(url, change).status_code == 303
    assert "Why: Counted again." in parent.text(url)
    for browser, door in ((staff, f"/m/{meeting}"), (parent, f"/m/{meeting}/before"), (parent, "/")):
        assert f'href="{url}"' in browser.get(door).text


def test_what_is_not_plain_is_shown_without_a_line(school: School) -> None:
    dana = school.person("Dana Whitlock", is_staff=True)
    meeting = school.meeting(dana)
    fields = {"baseline": "4 of 5 tries"}
    document = school.documents(meeting)["goals"]

    async def add() -> None:
        await add_goal(school.state.journal, document, dana.id, **fields)

    school.call(add)
    staff, url = school.browser(dana), f"/m/{meeting}/progress"
    assert staff.post(url, GOOD, seen=url).status_code == 303
    assert "<circle" in staff.get(url).text
    assert "No line is drawn" in staff.text(url)
