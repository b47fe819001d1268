"""A page of a meeting does not read past every keystroke of it: what it asks the journal is found by an index."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.support.school import School

ALL_OF_IT = ("SEARCH entry USING PRIMARY KEY (meeting_id=?)", "SCAN entry")
PAGES = (
    "agenda", "so-far", "decisions", "comments?show=all", "attendance", "arrangement", "changes", "history", "access",
    "papers", "sharing", "guard", "duties", "amendments", "review", "notices", "before", "file-dates", "progress",
    "messages", "people", "to-do", "project", "follow", "told?since=1", "said?after=1",
)  # fmt: skip


@contextmanager
def plans() -> Iterator[list[str]]:
    """What SQLite says it does for each statement, and the statement."""
    told: list[str] = []

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM entry" in statement and statement.startswith("SELECT"):
            asked = connection.connection.dbapi_connection.cursor()
            asked.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            told.extend(f"{row[3]}: {statement}" for row in asked)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("role", ["case_manager", "parent"])
def test_no_page_reads_every_entry(school: School, role: str) -> None:
    dana = school.person("Dana Whitfield", is_staff=True)
    meeting = school.meeting(dana)
    person = dana
    if role != "case_manager":
        person = school.person("Elena Vasquez")
        school.seat(dana, meeting, person, role)
    browser, here = school.browser(person), f"/m/{meeting}"
    section = f"{here}/sections/{school.documents(meeting)['goals']}"
    with plans() as told:
        addresses = [here, f"{section}/history", f"{section}/history/99999", *(f"{here}/{path}" for path in PAGES)]
        shown = [address for address in addresses if browser.get(address).status_code == 200]
    assert len(shown) > 20
    assert [plan for plan in told if plan.startswith("SEARCH entry")]
    assert not [plan for plan in told if plan.startswith(ALL_OF_IT)]
