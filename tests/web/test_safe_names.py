"""Names and titles that try to be markup are shown as they were typed, on every page that shows them."""

from html.parser import HTMLParser

import pytest

from tests.support.school import School

CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "{{7*7}}{% raise %}",
    "<hx-partial hx-target=body>x",
    "javascript:alert(1)",
    "%(name)s %s 100%",
    "&lt;b&gt;",
]


class Seen(HTMLParser):
    """What a browser would make of a page: its tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.scripts = 0
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        # Ours stands without a value; the payload's comes with one.
        focuses = any(name == "autofocus" and value is not None for name, value in attrs)
        if tag in ("img", "hx-partial") or focuses or any(name.startswith("on") for name, _ in attrs):
            self.bad.append(f"{tag} {attrs}")


@pytest.mark.parametrize("payload", CORPUS)
def test_shown_as_typed_and_nothing_more(school: School, payload: str) -> None:
    dana = school.person(payload, is_administrator=True, email="dana@example.org")
    meeting = school.meeting(dana, student=payload)
    evil = school.person(payload)
    school.seat(dana, meeting, evil, "parent", title=payload)
    browser = school.browser(dana)
    goals = school.documents(meeting)["goals"]
    for url in (
        "/",
        "/account",
        "/admin",
        f"/admin?q={payload[:20]}",
        f"/m/{meeting}",
        f"/m/{meeting}/people",
        f"/m/{meeting}/sections/{goals}/history",
    ):
        answer = browser.get(url)
        assert answer.status_code == 200
        seen = Seen()
        seen.feed(answer.text)
        assert not seen.bad, url
        # App, htmx and the page's data; the draft has the passages with comments too.
        assert seen.scripts <= (4 if url == f"/m/{meeting}" else 3), url
        if "q=" not in url:
            assert payload in "".join(seen.text), url


@pytest.mark.parametrize("payload", CORPUS)
def test_what_was_typed_in_a_refused_form_comes_back_as_text(school: School, payload: str) -> None:
    browser = school.browser(school.person("Dana", is_staff=True))
    form = {"student_name": payload, "school": payload, "date": payload, "time_zone": payload, "purpose": payload}
    answer = browser.post("/meetings/new", form, seen="/meetings/new")
    assert answer.status_code == 422
    seen = Seen()
    seen.feed(answer.text)
    assert not seen.bad
    assert seen.scripts <= 2
