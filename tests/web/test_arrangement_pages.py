"""When and where, on pages: everybody reads it, the case manager changes it, and what was typed is kept."""

import pytest

from tests.support.school import Browser, School, words


def meeting_of(school: School) -> tuple[Browser, Browser, str]:
    """Its case manager's browser, a parent's, and the meeting."""
    dana, elena = school.person("Dana Whitlock", is_staff=True), school.person("Elena")
    meeting = school.meeting(dana)
    school.seat(dana, meeting, elena, "parent")
    return school.browser(dana), school.browser(elena), meeting


FORM = {
    "date": "2027-03-04",
    "starts": "15:15",
    "ends": "16:30",
    "time_zone": "America/New_York",
    "place": "Library",
    "video_link": "https://meet.example.org/a?b=1&c=2",
    "reason": "The father works at night.",
}


def test_the_head_of_the_meeting_says_where(school: School) -> None:
    browser, _, meeting = meeting_of(school)
    answer = browser.post(f"/m/{meeting}/arrangement", FORM, seen=f"/m/{meeting}/arrangement")
    assert answer.status_code == 303
    for url in (f"/m/{meeting}", "/", f"/m/{meeting}/arrangement"):
        page = browser.get(url).text
        assert 'href="https://meet.example.org/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer"' in page
        assert "Library" in words(page)
        assert "3:15" in words(page)
    page = browser.text(f"/m/{meeting}/arrangement")
    assert "Room 12" in page
    assert "The father works at night." in page
    assert "Changed by Dana Whitlock" in page


def test_what_was_typed_is_kept_and_the_field_is_named(school: School) -> None:
    browser, _, meeting = meeting_of(school)
    answer = browser.post(f"/m/{meeting}/arrangement", {**FORM, "ends": "15:00"}, seen=f"/m/{meeting}/arrangement")
    assert answer.status_code == 422
    assert 'id="error-ends"' in answer.text
    assert 'value="Library"' in answer.text
    assert "The father works at night." in answer.text


@pytest.mark.parametrize("day", ["0027-12-04", "0001-01-01", "9999-12-31"])
def test_a_year_that_nobody_means_is_told_at_the_day(school: School, day: str) -> None:
    """12/04/27 typed into a field for days is the year 27."""
    browser, _, meeting = meeting_of(school)
    url = f"/m/{meeting}/arrangement"
    answer = browser.post(url, {**FORM, "date": day, "starts": "23:59", "ends": ""}, seen=url)
    assert answer.status_code == 422
    assert "with a year of four digits" in words(answer.text)
    assert f'value="{day}"' in answer.text
    assert "Room 12" in browser.text(url)
    assert browser.get(f"/m/{meeting}/invitations").status_code == 200


def test_in_the_meeting_the_form_offers_the_place_alone(school: School) -> None:
    browser, _, meeting = meeting_of(school)
    browser.post(f"/m/{meeting}/phase", {"phase": "live"}, seen=f"/m/{meeting}")
    page = browser.get(f"/m/{meeting}/arrangement").text
    assert 'id="field-starts"' not in page
    answer = browser.post(f"/m/{meeting}/arrangement", {"place": "Gym", "video_link": ""})
    assert answer.status_code == 303
    assert "Gym" in browser.text(f"/m/{meeting}/arrangement")


def test_a_parent_reads_it_and_has_no_form(school: School) -> None:
    _, browser, meeting = meeting_of(school)
    page = browser.get(f"/m/{meeting}/arrangement").text
    assert 'id="field-place"' not in page
    assert "tell the case manager" in words(page)
    assert browser.post(f"/m/{meeting}/arrangement", FORM).status_code == 403
