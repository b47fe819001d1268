"""Numbers of the draft in a decision: linked by the form, and held against the draft on the page."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from server.documents.template import filled_block
from server.documents.tree import content_update
from server.documents.update import read_update
from server.journal.kinds import EDIT
from tests.support.decision_team import Team
from tests.support.school import School


@pytest.fixture
def team(school: School) -> Team:
    return Team(school)


@pytest.fixture
def service_row() -> Callable[..., None]:
    def add(team: Team, **fields: str) -> None:
        data = content_update([filled_block("service", fields)])
        read = read_update(data)

        def perform(transaction: Any) -> None:
            meeting_id, author = transaction.permit_edit(team.documents["services"], team.leader.id)
            transaction.append(
                meeting_id,
                EDIT,
                author,
                data,
                document_id=team.documents["services"],
                inserted=read.inserted,
                deleted=read.deleted,
            )

        team.school.call(team.school.state.journal.act, perform)

    return add


def test_numbers_are_linked_by_the_form(team: Team, service_row: Callable[..., None]) -> None:
    team.live()
    service_row(team, service="Reading", minutes="5 x 30 min (150)", start="March 8, 2027")
    page = team.dana.get(f"{team.url}/new").text
    assert "Reading – Minutes" in page
    rows = dict(re.findall(r'name="(number-\d+-\w+)" (?:type="text"[^>]*?)?value="([^"]*)"', page))
    index = next(name.split("-")[1] for name, field in rows.items() if name.endswith("-field") and field == "minutes")
    linked = {
        f"number-{index}-{part}": rows[f"number-{index}-{part}"] for part in ("document", "block", "label", "field")
    }
    url = team.propose(**linked, **{f"number-{index}-value": "225", f"number-{index}-on": "yes"})
    (row,) = team.decisions()
    assert [(one["label"], one["field"], one["value"]) for one in row.numbers] == [("Reading", "minutes", "225")]
    team.settle(url)
    for role in ("parent", "case_manager"):
        page = team.browsers[role].text(url)
        assert "5 x 30 min (150)" in page
        assert "225" in page
    assert "The draft does not say what was decided" in team.dana.text(url)
    assert "D1" in team.dana.text(team.url)
    bad = team.dana.post(
        f"{team.url}/new",
        {"action": "Fine.", **linked, f"number-{index}-value": "a lot", f"number-{index}-on": "yes"},
    )
    assert bad.status_code == 422
    assert f'href="#field-number-{index}-value"' in bad.text
    assert 'value="a lot"' in bad.text
