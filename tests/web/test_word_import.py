"""A draft from the last plan, or from a Word file: shown before it is made, and nothing hostile is taken."""

import asyncio
from collections.abc import Iterator
from io import BytesIO
from threading import Event
from typing import Any

import pytest
from docx import Document as WordFile
from sqlalchemy import select

from server.documents.tree import read_tree, text_of
from server.domain.sections import SECTIONS
from server.storage.tables import Meeting, WordImport
from server.web import word_import
from server.word.errors import Unreadable
from tests.support.desk import Writer
from tests.support.school import Browser, School, words
from tests.support.wait import until
from tests.web.test_meetings_new import GOOD


@pytest.fixture
def dana(school: School) -> Browser:
    return school.browser(school.person("Dana", is_staff=True))


def written() -> bytes:
    file, out = WordFile(), BytesIO()
    file.add_paragraph("Front page")
    file.add_heading("Present Levels", 1)
    file.add_paragraph("He reads <b>82</b> words a minute.")
    file.add_heading("Parent Concerns", 1)
    file.add_paragraph("He cries over writing.")
    file.save(out)
    return out.getvalue()


def begin(browser: Browser) -> str:
    """The address that the file goes to."""
    answer = browser.post("/meetings/new", {**GOOD, "locale": "en", "draft": "word"}, seen="/meetings/new")
    assert answer.status_code == 303, answer.text
    url: str = answer.headers["location"]
    return url


def post_file(browser: Browser, url: str, data: bytes, name: str = "plan.docx") -> Any:
    browser.get(url)
    return browser.client.post(f"{url}/file", data={"csrf": browser.token}, files={"file": (name, data)})


def send(browser: Browser, data: bytes, name: str = "plan.docx") -> str:
    """Sends the file and waits until it is read. Returns the address of the preview."""
    url = begin(browser)
    sent = post_file(browser, url, data, name)
    assert sent.status_code == 303, sent.text
    until(lambda: "word-reading" not in browser.get(url).text, "the file to be read")
    return url


def texts(school: School, meeting_id: str) -> dict[str, str]:
    found = {}
    for section, document_id in school.documents(meeting_id).items():
        state = school.call(school.state.journal.load_state, document_id)
        found[section] = text_of(read_tree(state))
    return found


def test_a_word_file_is_shown_and_then_becomes_the_draft(school: School, dana: Browser) -> None:
    url = send(dana, written())
    page = dana.get(url).text
    assert "He reads &lt;b&gt;82&lt;/b&gt; words a minute." in page
    assert "No section was found for this" in words(page)
    assert not school.rows(select(Meeting))
    assert 'value="Jonah Vasquez-Lind"' in dana.get(f"/meetings/new?import={url.rsplit('/', 1)[1]}").text
    answer = dana.post(f"{url}/create")
    assert answer.status_code == 303
    meeting_id = answer.headers["location"].split("/")[2]
    draft = texts(school, meeting_id)
    assert set(draft) == set(SECTIONS)
    assert "He reads <b>82</b> words a minute." in draft["present_levels"]
    assert "Functional performance" in draft["present_levels"]
    assert "He cries over writing." not in draft["parent_input"]
    for kept in ("Front page", "He cries over writing.", "no section was found"):
        assert kept in draft["notes"]
    history = dana.text(f"/m/{meeting_id}/sections/{school.documents(meeting_id)['goals']}/history")
    assert "taken from the Word file “plan.docx”" in history
    assert not school.rows(select(WordImport))


def test_a_heading_with_two_sections_is_told(dana: Browser) -> None:
    file, out = WordFile(), BytesIO()
    file.add_heading("Goals and <Services>", 1)
    file.add_paragraph("Ninety-five words a minute.")
    file.save(out)
    page = dana.text(send(dana, out.getvalue()))
    assert "The heading “Goals and <Services>” names more than one section." in page
    assert "went to “Goals”; look there for what belongs to: Services." in page
    assert "No section was found for this" not in page


def test_what_is_no_word_file_is_refused_with_a_sentence(school: School, dana: Browser) -> None:
    url = send(dana, b"%PDF-1.7", "plan.pdf")
    assert "This is not a Word file." in dana.text(url)
    assert dana.post(f"{url}/create").status_code == 409
    assert not school.rows(select(Meeting))


def test_a_file_without_words_is_no_draft(school: School, dana: Browser) -> None:
    file, out = WordFile(), BytesIO()
    file.add_paragraph("")
    file.save(out)
    url = send(dana, out.getvalue(), "blank.docx")
    page = dana.get(url).text
    assert 'id="error-file"' in page
    assert "No words were found in this file." in words(page)
    for missing in ("What was done with", "This is what the draft will begin with"):
        assert missing not in words(page)
    assert dana.post(f"{url}/create").status_code == 409


def test_a_file_that_is_too_large_is_refused_at_its_field(dana: Browser) -> None:
    url = send(dana, written())
    for over in (bytes(22 * 1024 * 1024), bytes(40 * 1024 * 1024)):
        big: Any = {"data": {"csrf": dana.token}, "files": {"file": ("x.docx", over)}}
        answer = dana.client.post(f"{url}/file", **big)
        assert answer.status_code == 413
        assert 'aria-describedby="hint-file error-file"' in answer.text
        assert 'href="#field-file"' in answer.text
        assert "Send one of at most 20 MB" in words(answer.text)
        assert f'action="{url}/file"' in answer.text
        assert "Back to what you typed" in words(answer.text)
    assert "He reads" in dana.text(url)
    forged: Any = {"data": {"csrf": "0" * 64}, "files": {"file": ("x.docx", bytes(22 * 1024 * 1024))}}
    assert dana.client.post(f"{url}/file", **forged).status_code == 403


def test_the_file_is_its_owners_and_has_an_end(school: School, dana: Browser) -> None:
    url = send(dana, written())
    other = school.browser(school.person("Other", is_staff=True))
    assert other.get(url).status_code == 404
    other.get("/account")
    assert other.post(f"{url}/create").status_code == 404
    parent = school.browser(school.person("Elena"))
    parent.get("/account")
    form: Any = {"data": {"csrf": parent.token}, "files": {"file": ("x.docx", bytes(70_000))}}
    assert parent.client.post(f"{url}/file", **form).status_code == 413
    dana.get(url)
    big: Any = {"data": {"csrf": dana.token}, "files": {"file": ("x.docx", bytes(22 * 1024 * 1024))}}
    assert dana.client.post(f"{url}/file", **big).status_code == 413
    forged: Any = {"data": {"csrf": "0" * 64}, "files": {"file": ("x.docx", b"x")}}
    assert dana.client.post(f"{url}/file", **forged).status_code == 403


def test_the_last_plan_is_copied_and_the_familys_words_are_quoted(school: School) -> None:
    leader = school.person("Dana", is_staff=True)
    earlier = school.meeting(leader)
    elena = school.person("Elena")
    school.seat(leader, earlier, elena, "parent")

    async def write() -> None:
        documents = dict(ids)
        Writer(school.state.journal, documents["goals"], leader.id).write("Jonah reads aloud. ")
        Writer(school.state.journal, documents["parent_input"], elena.id).write("He loves space. ")
        await school.state.journal.settle()

    ids = school.documents(earlier)
    school.call(write)
    browser = school.browser(leader)
    student = school.load_meeting(earlier).student_id
    form = {**GOOD, "locale": "en", "student": student, "student_name": "", "draft": "plan"}
    answer = browser.post("/meetings/new", form, seen="/meetings/new")
    assert answer.status_code == 303, words(answer.text)
    made = answer.headers["location"].split("/")[2]
    assert school.load_meeting(made).student_id == student
    draft, new = texts(school, made), school.documents(made)
    assert "Jonah reads aloud." in draft["goals"]
    assert "He loves space." not in draft["parent_input"]
    assert "He loves space." in draft["notes"]
    assert not set(new.values()) & set(ids.values())
    assert "taken from the meeting of February 25, 2027" in browser.text(f"/m/{made}/sections/{new['goals']}/history")
    stranger = school.browser(school.person("Ana", is_staff=True))
    refused = stranger.post("/meetings/new", form, seen="/meetings/new")
    assert refused.status_code == 422
    assert 'id="error-draft"' in refused.text


class Slow:
    """Files are read for as long as the test wants. `begun`: how many were."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.begun, self._released = 0, Event()
        patch.setattr(word_import, "convert_apart", self._convert)

    async def _convert(self, _: bytes) -> dict[str, Any]:
        self.begun += 1
        await asyncio.to_thread(self._released.wait)
        raise Unreadable("empty")

    def release(self) -> None:
        self._released.set()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, school: School) -> Iterator[Slow]:
    made = Slow(monkeypatch)
    yield made
    made.release()
    until(lambda: not word_import._reading, "what is being read to end")


def test_while_a_file_is_read_that_person_sends_no_other(dana: Browser, slow: Slow) -> None:
    url = begin(dana)
    assert post_file(dana, url, b"one", "one.docx").status_code == 303
    until(lambda: slow.begun, "the first one")
    refused = post_file(dana, url, b"two", "two.docx")
    assert refused.status_code == 409
    assert "A file of yours is still being read" in words(refused.text)
    assert "Reading “one.docx”." in words(refused.text)
    assert 'id="word-reading"' in refused.text
    # Beginning anew does not get round it.
    assert post_file(dana, begin(dana), b"three").status_code == 409
    assert slow.begun == 1
    slow.release()
    until(lambda: post_file(dana, begin(dana), b"four").status_code == 303, "a file to be taken again")


def test_files_wait_up_to_a_limit_for_everybody(school: School, slow: Slow) -> None:
    for number in range(word_import.MOST_FILES):
        browser = school.browser(school.person(f"Teacher {number}", is_staff=True))
        assert post_file(browser, begin(browser), b"x").status_code == 303
    late = school.browser(school.person("Late", is_staff=True))
    url = begin(late)
    refused = post_file(late, url, b"x")
    assert refused.status_code == 503
    assert "Many files are being read just now" in words(refused.text)
    assert 'name="file"' in refused.text
    slow.release()
    until(lambda: post_file(late, url, b"x").status_code == 303, "room for one more")
