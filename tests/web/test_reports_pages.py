"""Reports of progress on pages: dates are set, one is issued, parents read it, and the next one is due at home."""

from pathlib import Path

from sqlalchemy import select

from server.storage.tables import Outbox, ProgressReport
from tests.support.measuring import add_goal
from tests.support.school import School

DUE = "2026-11-13"


def test_a_report_from_its_date_to_the_parents(tmp_path: Path) -> None:
    settings = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "iep@school.example", "base_url": "http://rt.example"}
    with School(tmp_path / "data", settings) as school:
        dana = school.person("Dana Whitlock", is_staff=True)
        elena = school.person("Elena", locale="es", email="elena@home.example")
        meeting = school.meeting(dana)
        school.seat(dana, meeting, elena, "parent")
        school.call(add_goal, school.state.journal, school.documents(meeting)["goals"], dana.id)
        school.phase(dana, meeting, "live", "closed")
        url = f"/m/{meeting}/progress"
        staff, parent = school.browser(dana), school.browser(elena)
        value = {"goal": "Reading", "day": "2026-02-01", "value": "84", "unit": "words"}
        assert staff.post(url, value, seen=url).status_code == 303
        assert "The dates of the reports are not set yet." in staff.text(url)
        assert staff.post(f"{url}/dates", {"day-0": "soon"}).status_code == 422
        assert staff.post(f"{url}/dates", {"day-0": DUE, "day-3": "2099-01-29"}).status_code == 303
        for browser in (staff, parent):
            assert "34 CFR 300.320(a)(3)(ii)" in browser.text("/")
        assert parent.get(f"{url}/reports/new").status_code == 403
        form = {"period": DUE, "outlook-0": "not_expected", "words-0": ""}
        wrong = staff.post(f"{url}/reports/new", form, seen=f"{url}/reports/new?period={DUE}")
        assert wrong.status_code == 422
        assert 'id="error-goal-0"' in wrong.text
        assert 'value="not_expected" checked' in wrong.text
        assert staff.post(f"{url}/reports/new", {**form, "words-0": "He was ill."}).status_code == 303
        (report,) = school.rows(select(ProgressReport))
        here = f"{url}/reports/{report.id}"
        page = parent.get(here).text
        assert "He was ill." in page
        assert "<circle" in page
        assert f'href="{here}"' in parent.get(url).text
        assert parent.get(f"{here}/pdf").content.startswith(b"%PDF")
        assert staff.get(f"{url}/reports/new?corrects={report.id}").text.count("He was ill.") == 1
        assert parent.get(f"{url}/reports/pr_none").status_code == 404
        (sealed,) = school.rows(select(Outbox.content))
        letter = school.state.post.unsealed(bytes(sealed))
    assert letter.to == "elena@home.example"
    assert f"http://rt.example{url}#reports" in letter.text
    assert "Jonah" not in letter.subject + letter.text
    assert "ill" not in letter.text
