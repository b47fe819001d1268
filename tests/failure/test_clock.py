"""A node's wall clock is set, back and forward, while people type."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.faults.field import Field
from tests.support.person import Person

HOUR = 3600.0


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_jumps_of_an_hour(make_field: Callable[..., Field], tmp_path: Path, engine: str, postgres_url: str) -> None:
    """Entries keep their order and never go back in time, nobody is thrown out, and who signs in can sign in."""
    field = make_field(postgres_url if engine == "postgresql" else f"sqlite:///{tmp_path / 'roundtable.sqlite3'}")
    (meeting,) = field.meet()
    field.seat(meeting, 2)
    node = field.nodes[0]
    meeting_id, case_manager = meeting["id"], meeting["people"][0]
    person = Person(node.server.url).sign_in(case_manager["sign_in_url"].removeprefix(node.server.url))
    with field.typing():
        for offset in (HOUR, -HOUR, 0.0):
            field.goes_on()
            node.move_clock(offset)
            field.goes_on()
            assert person.ticket(meeting_id)
    connections = [writer.connections for writer in field.writers]
    field.holds()
    assert connections == [1] * len(field.writers), "nobody had to come back"
