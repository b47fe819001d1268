import re
from typing import Any

import pycrdt
import pytest

from server.journal.entry import Author
from server.journal.kinds import EDIT
from server.storage.tables import Person
from tests.support.school import Browser, School, words


class Section:
    """The notes of a meeting, written in by whoever `write` names."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.dana = school.person("Dana Whitlock", is_staff=True)
        self.elena = school.person("Elena Vasquez")
        self.meeting = school.meeting(self.dana)
        school.seat(self.dana, self.meeting, self.elena, "parent", title="Mother")
        self.document = school.documents(self.meeting)["notes"]
        self.url = f"/m/{self.meeting}/sections/{self.document}/history"
        self.doc: Any = pycrdt.Doc()
        self.doc.apply_update(school.call(school.state.journal.load_state, self.document))

    def write(self, person: Person, text: str) -> int:
        """One edit, one entry: `text` as a new paragraph. Returns the entry's number."""
        before = self.doc.get_state()
        root = self.doc.get("default", type=pycrdt.XmlFragment)
        paragraph = root.children.append(pycrdt.XmlElement("paragraph"))
        paragraph.children.append(pycrdt.XmlText(text))
        update = self.doc.get_update(before)
        role = "case_manager" if person is self.dana else "parent"

        def perform(transaction: Any) -> int:
            entry = transaction.append(
                self.meeting,
                EDIT,
                Author(person.id, role),
                update,
                document_id=self.document,
                inserted=len(text),
            )
            number: int = entry.number
            return number

        number: int = self.school.call(self.school.state.journal.act, perform)
        return number

    def text(self) -> str:
        return words(self.browser().get(f"{self.url}/999999").text.partition('class="version-text')[2])

    def browser(self) -> Browser:
        return self.school.browser(self.dana)


@pytest.fixture
def section(school: School) -> Section:
    return Section(school)


def test_who_wrote_how_much(section: Section) -> None:
    section.write(section.dana, "One.")
    section.write(section.dana, "Two words.")
    section.write(section.elena, "Three.")
    page = words(section.browser().get(section.url).text.partition("<main")[2])
    assert page.index("Elena Vasquez") < page.index("Dana Whitlock")  # newest first
    assert "6 characters added" in page
    assert "14 characters added" in page  # one person without a rest: one revision
    assert "Mother" in page


def test_stepping_from_version_to_version(section: Section) -> None:
    numbers = [
        section.write(section.dana, "One."),
        section.write(section.elena, "Two."),
        section.write(section.dana, "3."),
    ]
    browser = section.browser()
    first = browser.get(f"{section.url}/{numbers[0]}").text
    assert "One." in words(first)
    assert "Two." not in words(first)
    assert f'href="{section.url}/{numbers[1]}"' in first
    middle = browser.get(f"{section.url}/{numbers[1]}").text
    assert f'href="{section.url}/{numbers[0]}"' in middle
    assert f'href="{section.url}/{numbers[2]}"' in middle
    last = browser.get(f"{section.url}/{numbers[2]}").text
    assert "present text" in words(last)
    assert "/restore" not in last


def test_bringing_a_version_back(section: Section) -> None:
    kept = section.write(section.dana, "Kept.")
    section.write(section.dana, "Regretted.")
    url = f"{section.url}/{kept}/restore"
    elena = section.school.browser(section.elena)
    assert "/restore" not in elena.get(f"{section.url}/{kept}").text  # before the meeting she may not
    assert elena.post(url, seen="/account").status_code == 403
    dana = section.browser()
    answer = dana.post(url, seen=f"{section.url}/{kept}")
    assert answer.headers["location"] == f"/m/{section.meeting}#section-notes"
    assert "Kept." in section.text()
    assert "Regretted." not in section.text()
    assert "brought back earlier words" in dana.text(section.url)
    assert dana.post(url).status_code == 409  # it reads so already
    assert dana.post(f"{section.url}/1/restore").status_code == 404


def test_htmx_gets_the_list_after_bringing_back(section: Section) -> None:
    kept = section.write(section.dana, "Kept.")
    section.write(section.dana, "Regretted.")
    dana = section.browser()
    answer = dana.post(f"{section.url}/{kept}/restore", seen="/account", headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "brought back" in words(answer.text)
    assert "<html" not in answer.text


def test_who_reopened_and_why_stands_among_the_changes(section: Section) -> None:
    school = section.school
    section.write(section.dana, "Agreed.")
    school.phase(section.dana, section.meeting, "live")
    dana = section.browser()
    state = f"/m/{section.meeting}/sections/{section.document}/state"
    assert dana.post(state.replace("/state", "/read-back"), seen="/account").status_code == 303
    assert dana.post(state, {"state": "final"}).status_code == 303
    assert dana.post(state, {"state": "draft", "reason": "<b>wrong</b> date"}).status_code == 303
    section.write(section.elena, "After.")
    for browser in (dana, school.browser(section.elena)):
        page = words(browser.get(section.url).text.partition("<main")[2])
        assert page.index("6 characters added") < page.index("reopened the section")
        assert page.index("reopened the section") < page.index("made the section final")
        assert "“<b>wrong</b> date”" in page


def test_a_long_history_is_paged(section: Section) -> None:
    for number in range(130):
        section.write(section.dana if number % 2 else section.elena, f"{number}.")
    browser = section.browser()
    seen: list[int] = []
    url = section.url
    for _ in range(5):
        page = browser.get(url).text
        numbers = [int(found) for found in re.findall(rf'href="{section.url}/(\d+)"', page)]
        assert len(numbers) <= 60
        seen += numbers
        older = re.search(rf'href="({section.url}\?before=\d+)"', page)
        if older is None:
            break
        url = older[1]
    assert len(seen) == len(set(seen)) == 131  # and the template's own
    assert seen == sorted(seen, reverse=True)


def test_what_somebody_wrote_is_text(section: Section) -> None:
    number = section.write(section.dana, "<script>alert(1)</script><b onclick=x>")
    page = section.browser().get(f"{section.url}/{number}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b onclick" not in page
