"""Dates from the student's file, on pages: the case manager notes them, everybody reads them, the rules follow."""

from tests.support.school import Browser, School


def meeting_of(school: School) -> tuple[Browser, Browser, str]:
    """Its case manager's browser, a parent's, and the meeting's page of dates."""
    dana, elena = school.person("Dana Whitlock", is_staff=True), school.person("Elena")
    meeting = school.meeting(dana)
    school.seat(dana, meeting, elena, "parent")
    return school.browser(dana), school.browser(elena), f"/m/{meeting}/file-dates"


def test_noted_they_are_read_by_everybody(school: School) -> None:
    dana, elena, url = meeting_of(school)
    assert "Nobody has noted yet when the student was last evaluated." in elena.text(url)
    answer = dana.post(url, {"evaluated_on": "2024-02-29", "safeguards_on": "2026-09-01"}, seen=url)
    assert answer.status_code == 303
    for browser in (dana, elena):
        page = browser.text(url)
        assert "Completed on February 29, 2024." in page
        assert "By February 28, 2027 the student is evaluated again" in page
        assert "Given to the parents on September 1, 2026." in page
    assert 'name="safeguards_on"' not in elena.get(url).text


def test_what_was_typed_is_kept_and_the_field_is_named(school: School) -> None:
    dana, _, url = meeting_of(school)
    for day in ("2999-01-01", "yesterday"):
        answer = dana.post(url, {"evaluated_on": "2024-02-29", "safeguards_on": day}, seen=url)
        assert answer.status_code == 422
        assert 'id="error-safeguards_on"' in answer.text
        assert f'value="{day}"' in answer.text
        assert 'value="2024-02-29"' in answer.text
    assert "Nobody has noted yet" in dana.text(url)


def test_the_points_of_a_section_lead_there(school: School) -> None:
    dana, _, url = meeting_of(school)
    goals = school.documents(url.split("/")[2])["goals"]
    readiness = f"{url.removesuffix('/file-dates')}/sections/{goals}/readiness"
    assert f'href="{url}"' in dana.get(readiness).text
    dana.post(url, {"evaluated_on": "2020-01-01", "safeguards_on": "2020-01-01"}, seen=url)
    page = dana.text(readiness)
    assert "the next was due by January 1, 2023" in page
    assert "The parents last got the safeguards notice on January 1, 2020." in page
