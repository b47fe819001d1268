"""`kill -9` at random moments while people type: nothing that anybody saw, or was told to be saved, is gone."""

import random
import time
from collections.abc import Callable
from typing import Any

from pycrdt import Doc
from sqlalchemy import select

from server.journal.kinds import TEXT_KINDS
from server.journal.payload import update_of
from server.storage.engine import Database
from server.storage.tables import Entry
from tests.durability.conftest import editable, faults
from tests.support.crowd import Crowd, Typist
from tests.support.server import Server
from tests.support.wait import until

KILLS = 20
TYPED = (0.05, 0.8)  # seconds from the first key to the kill
DOCUMENTS, PEOPLE = 3, 3


def test_twenty_kills(start_server: Callable[..., Server], crowd: Crowd) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    server = start_server()
    meeting = server.demo(meetings=1, people=PEOPLE)["meetings"][0]
    rooms = [
        [
            crowd.join(server.websocket, person["token"], document, f"d{number}p{index}")
            for index, person in enumerate(meeting["people"])
        ]
        for number, document in enumerate(editable(meeting)[:DOCUMENTS])
    ]
    for kill in range(KILLS):
        with crowd.typing([room[0] for room in rooms] + [room[1] for room in rooms], seed + kill):
            time.sleep(dice.uniform(*TYPED))  # the moment itself is what is drawn
            crowd.hold_off(off=True)
            server.kill9()
            seen, acked = on_screens(crowd, rooms), {mark for typist in crowd.people for mark in typist.acked}
        server.start()
        kept = read_by_a_newcomer(server, meeting, DOCUMENTS)
        assert (seen | acked) - set(kept) == set(), f"lost after kill {kill}"
        assert faults(server) == []
        crowd.hold_off(off=False)
        until(crowd.all_acked, "everybody's text to come in after the restart")
    kept = read_by_a_newcomer(server, meeting, DOCUMENTS)
    assert kept == dict.fromkeys((mark for typist in crowd.people for mark in typist.written), 1)
    assert edits_that_change_nothing(server) == []
    done = server.run("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(kept) > KILLS


def on_screens(crowd: Crowd, rooms: list[list[Typist]]) -> set[str]:
    """What somebody else wrote and this person saw."""
    return {
        mark
        for room in rooms
        for typist in room
        for mark in crowd.marks(typist)
        if not mark.startswith(f"{typist.name}-")
    }


def read_by_a_newcomer(server: Server, meeting: dict[str, Any], documents: int) -> dict[str, int]:
    """What the server shows to somebody who was never there, and how often each mark stands in it."""
    found: dict[str, int] = {}
    with Crowd() as others:
        for document in editable(meeting)[:documents]:
            found |= others.marks(others.join(server.websocket, meeting["people"][-1]["token"], document, "newcomer"))
    return found


def edits_that_change_nothing(server: Server) -> list[int]:
    """Entries whose text was in the journal already: written twice."""
    database = Database(f"sqlite:///{server.data / 'roundtable.sqlite3'}")
    docs: dict[str, Doc[Any]] = {}
    doubled = []
    with database.sync.connect() as connection:
        for entry in connection.execute(select(Entry.__table__).order_by(Entry.meeting_id, Entry.number)):
            if entry.kind in TEXT_KINDS:
                doc: Doc[Any] = docs.setdefault(entry.document_id, Doc())
                before = doc.get_update()
                doc.apply_update(update_of(entry.kind, entry.payload) or b"\0\0")
                if len(doc.get_update()) == len(before):
                    doubled.append(entry.number)
    database.sync.dispose()
    return doubled


def test_killed_before_the_commit_nobody_had_seen_it(start_server: Callable[..., Server], crowd: Crowd) -> None:
    """The database is held by another process, so that the kill falls between the typing and its commit."""
    server = start_server()
    meeting = server.demo(meetings=1, people=2)["meetings"][0]
    author, reader = (
        crowd.join(server.websocket, person["token"], meeting["documents"][0], f"p{index}")
        for index, person in enumerate(meeting["people"])
    )
    crowd.type(author)
    until(lambda: author.all_acked, "the first words to be saved")
    database = Database(f"sqlite:///{server.data / 'roundtable.sqlite3'}")
    with database.sync.execution_options(writes=True).begin():
        crowd.type(author, 5)
        crowd.type(reader)
        crowd.hold_off(off=True)
        server.kill9()
    database.sync.dispose()
    assert author.acked == {author.written[0]}
    assert set(crowd.marks(reader)) == {author.written[0], *reader.written}
    server.start()
    assert read_by_a_newcomer(server, meeting, 1) == {author.written[0]: 1}
    crowd.hold_off(off=False)
    until(crowd.all_acked, "the rest to come in")
    assert read_by_a_newcomer(server, meeting, 1) == dict.fromkeys([*author.written, *reader.written], 1)
    assert faults(server) == []
