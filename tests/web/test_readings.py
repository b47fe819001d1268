"""Texts that comments are about: read once for all who ask, and never kept beyond the newest or beyond the bound."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from server.documents.anchors import Reading
from server.web.readings import Readings
from tests.support.desk import Writer
from tests.support.school import School, words


class Table:
    """A meeting whose case manager writes, and comments on passages of the sections "notes" and "goals"."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.dana = school.person("Dana Whitlock", is_staff=True)
        self.meeting = school.meeting(self.dana)
        self.url = f"/m/{self.meeting}/comments"
        self.documents = school.documents(self.meeting)
        self.browser = school.browser(self.dana)
        for section in ("notes", "goals"):
            self.write(section, f"Jonah reads aloud in {section}. ")
            anchor = self.read(section).anchor(f"Jonah reads aloud in {section}.").facts()
            data = {"target": "passage", "about": self.documents[section], "text": "Here", "lang": "en", **anchor}
            assert self.browser.post(self.url, data, seen=self.url).status_code == 303

    def write(self, section: str, text: str) -> None:
        async def run() -> None:
            Writer(self.school.state.journal, self.documents[section], self.dana.id).write(text)
            await self.school.state.journal.settle()

        self.school.call(run)

    def read(self, section: str) -> Reading:
        return Reading(self.state(section))

    def state(self, section: str) -> bytes:
        state: bytes = self.school.call(self.school.state.journal.load_state, self.documents[section])
        return state

    def look(self) -> str:
        return words(self.browser.get(f"{self.url}?show=all").text)


@pytest.fixture
def table(school: School) -> Table:
    return Table(school)


def test_of_each_document_only_the_newest_reading_is_kept(table: Table) -> None:
    readings: Readings = table.school.state.readings
    for number in range(4):
        table.write("notes", f"{number} ")
        assert "Jonah reads aloud in notes." in table.look()
        assert len(readings) == 2
        assert readings.size == sum(len(table.state(section)) for section in ("notes", "goals"))


def test_beyond_the_bound_only_the_last_one_is_kept(table: Table) -> None:
    readings = table.school.state.readings = Readings(most=1)
    for _ in range(2):
        shown = table.look()
        assert "Jonah reads aloud in notes." in shown
        assert "Jonah reads aloud in goals." in shown
        assert len(readings) == 1


def test_who_asks_at_once_shares_one_reading_and_a_failure_is_not_kept(table: Table) -> None:
    readings, journal = Readings(), table.school.state.journal

    async def ask(documents: Iterable[str]) -> list[Any]:
        asked = [readings.of(journal, document, b"newest") for document in documents]
        return await asyncio.gather(*asked, return_exceptions=True)

    first, *others = table.school.call(ask, [table.documents["notes"]] * 4)
    assert isinstance(first, Reading)
    assert all(one is first for one in others)
    assert all(isinstance(one, LookupError) for one in table.school.call(ask, ["d_none"] * 2))
    assert len(readings) == 1
