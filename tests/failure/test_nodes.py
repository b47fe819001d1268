"""Two nodes on one PostgreSQL and one Redis: one dies, or hangs and comes back."""

import threading
from collections.abc import Callable, Iterator

import pytest

from tests.support.faults.checker import read_journal
from tests.support.faults.field import Field
from tests.support.person import Person
from tests.support.wait import until


@pytest.fixture
def field(two_nodes: Field) -> Iterator[Field]:
    (meeting,) = two_nodes.meet()
    two_nodes.seat(meeting, 2)
    yield two_nodes
    two_nodes.clear()


def test_a_killed_node(field: Field) -> None:
    with field.typing():
        for node in field.nodes:
            field.goes_on()
            node.kill()
            field.goes_on(edits=3)
            node.start()
        field.goes_on()
    field.holds()


def test_a_paused_node(field: Field) -> None:
    """Longer than anybody waits for it: the others' clients go on, its own come back, and it catches up."""
    paused, other = field.nodes
    there = field.seat(field.meetings[-1], 1, nodes=[other])
    with field.typing():
        field.goes_on()
        paused.server.pause()
        field.goes_on(there, edits=20)
        field.pass_time(10)  # longer than a lock is left to somebody silent
        field.goes_on(there, edits=20)
        paused.server.resume()
        field.goes_on()
    field.holds()


def test_a_node_paused_in_the_middle_of_a_commit(field: Field) -> None:
    """It holds the locks of the meetings it writes to; they are not held for it for ever."""
    paused, other = field.nodes
    there = field.seat(field.meetings[-1], 1, nodes=[other])
    here = field.seat(field.meetings[-1], 1, nodes=[paused])
    assert paused.database is not None
    stopped = threading.Event()

    def pause() -> None:
        paused.server.pause()
        stopped.set()

    with field.typing():
        field.goes_on()
        paused.database.hold_commit(pause)
        assert stopped.wait(30), "it was to commit something"
        field.goes_on(there, edits=20)
        paused.database.heal()
        paused.server.resume()
        field.goes_on()
        field.goes_on(here)
    field.holds()


def test_nothing_stale_is_accepted(field: Field) -> None:
    """What a paused node is sent before the meeting is closed, and reads after, changes nothing."""
    meeting = field.meetings[-1]
    paused, other = field.nodes
    (late,) = field.seat(meeting, 1, people=1, nodes=[paused])
    leader = Person(other.server.url)
    leader.sign_in(meeting["people"][0]["sign_in_url"].partition(paused.server.url)[2])
    paused.server.pause()
    field.type(late, 5)
    leader.act(f"/m/{meeting['id']}/phase", {"phase": "closed", "reason": "It is late."}, seen=f"/m/{meeting['id']}")
    paused.server.resume()
    until(lambda: len(late.refused | late.gone) == 5, "the late edits to be refused")
    assert late.acked == set()
    until(lambda: late.synced, "the late one to read what stands")
    entries = read_journal(field.url).entries
    mine = [entry for entry in entries if entry.meeting_id == meeting["id"]]
    closed = next(entry.number for entry in mine if entry.kind == "meeting.phase" and b"closed" in entry.payload)
    assert [entry.number for entry in mine if entry.kind == "edit" and entry.number > closed] == []
    assert field.verdict().findings == []


def test_nodes_restart_one_after_the_other(make_field: Callable[..., Field], field: Field) -> None:
    """As an upgrade does: each says goodbye, and its clients go on at the other."""
    with field.typing():
        for node in field.nodes:
            field.goes_on()
            node.server.stop()
            field.goes_on(edits=3)
            node.start()
        field.goes_on()
    field.holds()
