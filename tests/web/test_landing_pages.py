"""Where a form further down a page leads: to the message that it is done, or to what needs another look."""

import re
from typing import Any

import pytest

from tests.support.school import Browser, School

CONTACT = {"channel": "phone", "result": "no_answer", "day": "2026-01-05", "time": "16:00"}
PERSON = {"name": "Elena Vasquez", "role": "parent", "locale": "es"}
EXCUSAL = {"kind": "excused", "part": "all"}
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "contacts": ("channel", CONTACT),
    "people": ("name", PERSON),
    "excusals": ("kind", EXCUSAL),
    "file-dates": ("evaluated_on", {"evaluated_on": "2025-01-05"}),
    "arrangement": (
        "starts",
        {"date": "2027-03-04", "starts": "15:15", "time_zone": "America/New_York", "place": "Gym", "video_link": ""},
    ),
    "admin": ("name", PERSON),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_message_is_what_the_browser_shows_first(school: School, name: str) -> None:
    dana = school.person("Dana Whitlock", is_staff=True, is_administrator=True)
    meeting, sato = school.meeting(dana), school.person("Sato", is_staff=True)
    school.seat(dana, meeting, sato, "team_staff")
    browser, url = school.browser(dana), "/admin" if name == "admin" else f"/m/{meeting}/{name}"
    field, form = FORMS[name]
    form = {**form, "person": sato.id} if name == "excusals" else form
    action = "/admin/people" if name == "admin" else url
    assert _target(browser, url, action) == "mistakes"
    wrong = browser.post(action, {**form, field: "\u202e"})
    assert wrong.status_code == 422
    assert re.search(r'<div class="[^"]*error-summary" id="mistakes"[^>]* tabindex="-1">', wrong.text)
    # Without a part of its own in the address, a browser keeps that of the form.
    done = browser.post(action, form).headers["location"]
    assert done.endswith("#done")
    assert re.search(r'<p class="notice success"[^>]* id="done">', browser.get(done.split("#")[0]).text)


def _target(browser: Browser, url: str, action: str) -> Any:
    found = re.search(rf'action="{re.escape(action)}#([^"]+)"', browser.get(url).text)
    return found and found[1]
