"""Presence as clients may and may not write it: who somebody is, the server says."""

import json
from typing import Any

import pytest

from server.sync import presence, protocol
from server.sync.lib0 import sized, uint
from tests.support.frames import awareness_frame
from tests.support.table import Table
from tests.support.wait import until
from tests.support.wire_client import Document


def state(client: int, clock: int, value: Any) -> bytes:
    return (
        uint(1) + uint(client) + uint(clock) + sized(value if isinstance(value, bytes) else json.dumps(value).encode())
    )


def seen(document: Document) -> dict[int, dict[str, Any]]:
    """Who is here, as this client was told."""
    document.client.pump()
    here: dict[int, dict[str, Any]] = {}
    for update in document.presence:
        for client, _clock, value in presence.decode(update):
            if value is None:
                here.pop(client, None)
            else:
                here[client] = value
    return here


def test_the_server_says_who_somebody_is(table: Table) -> None:
    author, reader = table.sit(0), table.sit(1)
    lie = {
        "user": {"name": "The principal", "role": "lea_representative", "color": 99},
        "cursor": {"anchor": 3},
        "x": 1,
    }
    author.client.send(awareness_frame(author.key, state(41, 1, lie)))
    until(lambda: 41 in seen(reader), "the caret of the first")
    said = seen(reader)[41]
    assert said.keys() == {"user", "cursor"}
    assert said["cursor"] == {"anchor": 3}
    assert said["user"]["name"] == table.people[0]["name"]
    assert said["user"]["role"] == "case_manager"
    assert 1 <= said["user"]["color"] <= 8


def test_nobody_can_change_or_remove_another(table: Table) -> None:
    author, reader, forger = table.sit(0), table.sit(1), table.sit(2)
    author.client.send(awareness_frame(author.key, state(41, 1, {"cursor": 1})))
    until(lambda: 41 in seen(reader), "the caret of the first")
    forger.client.send(awareness_frame(author.key, state(41, 9, {"cursor": 666})))
    forger.client.send(awareness_frame(author.key, state(41, 10, None)))
    forger.client.send(awareness_frame(author.key, state(42, 1, {"cursor": 2})))
    until(lambda: 42 in seen(reader), "the caret of the forger")
    assert seen(reader)[41]["cursor"] == 1
    assert seen(reader)[41]["user"]["name"] == table.people[0]["name"]
    assert seen(reader)[42]["user"]["name"] == table.people[2]["name"]
    author.client.send(awareness_frame(author.key, state(41, 2, {"cursor": 3})))
    until(lambda: seen(reader)[41]["cursor"] == 3, "the first's caret, moved")


def test_whoever_goes_is_gone_for_the_others(table: Table) -> None:
    author, reader = table.sit(0), table.sit(1)
    author.client.send(awareness_frame(author.key, state(41, 1, {"cursor": 1})))
    until(lambda: 41 in seen(reader), "the caret of the first")
    author.client.end()
    until(lambda: 41 not in seen(reader), "the caret to go")


def test_whoever_comes_later_is_told_who_is_here(table: Table) -> None:
    author = table.sit(0)
    author.client.send(awareness_frame(author.key, state(41, 1, {"cursor": 1})))
    until(lambda: 41 in seen(author), "the echo")
    assert until(lambda: seen(table.sit(1)), "those who are here").keys() == {41}


@pytest.mark.parametrize(
    "update",
    [
        state(5, 1, b'{"cursor": NaN}'),
        state(5, 1, b'{"cursor": 1e999}'),
        state(5, 1, b'{"cursor": "\\ud800"}'),
        state(5, 1, b'{"cursor": ' + b"[" * 5000 + b"]" * 5000 + b"}"),
        state(5, 1, b'"text"'),
        state(5, 1, b"{"),
        state(5, 1, b"\xff"),
        state(5, 1, b'{"cursor": "' + b"x" * presence.MOST_STATE + b'"}'),
        uint(1) + uint(2**55) + uint(1) + sized(b"{}"),
        state(5, 2**53 - 1, {}),
        uint(2**32),
        uint(2) + state(5, 1, {})[1:],
        state(5, 1, {}) + b"x",
        b"",
    ],
    ids=lambda update: update[:24].hex(),
)
def test_states_that_other_clients_could_not_read_end_their_sender(table: Table, update: bytes) -> None:
    """A browser's reader throws at these, and with it would go the presence of everybody in the same frame."""
    reader, forger = table.sit(1), table.sit(2)
    forger.client.send(awareness_frame(forger.key, update))
    assert forger.client.wait_closed() == protocol.POLICY
    other = table.sit(0)
    other.client.send(awareness_frame(other.key, state(6, 1, {"cursor": 1})))
    until(lambda: 6 in seen(reader), "the caret of another")
    assert seen(reader).keys() == {6}


def test_one_client_cannot_fill_the_room_with_carets(table: Table) -> None:
    reader, forger = table.sit(1), table.sit(2)
    for client in range(1, presence.MOST_CLIENTS + 2):
        forger.client.send(awareness_frame(forger.key, state(client, 1, {})))
    assert forger.client.wait_closed() == protocol.POLICY
    until(lambda: seen(reader) == {}, "all of its carets to go")
