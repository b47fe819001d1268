"""Presence apart from any socket: any bytes are read or refused, and a caret belongs to whoever showed it first."""

import contextlib
import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.sync.lib0 import Malformed, sized, uint
from server.sync.meeting import Member
from server.sync.presence import MOST_CLIENTS, MOST_CLOCK, MOST_STATE, Presence, decode


@dataclass(frozen=True, eq=False)
class Somebody:
    person_id: str


def member(name: str) -> Member:
    return Member(name, "team_staff", name.title(), "", 3)


def update(*places: tuple[int, int, Any]) -> bytes:
    body = [uint(client) + uint(clock) + sized(json.dumps(state).encode()) for client, clock, state in places]
    return uint(len(body)) + b"".join(body)


def told(presence: Presence) -> dict[int, Any]:
    news = presence.news()
    return {} if news is None else {client: state for client, _, state in decode(news)}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
carets = st.tuples(
    st.integers(0, 2**53 - 1),
    st.integers(0, MOST_CLOCK),
    st.none() | st.dictionaries(st.sampled_from(["cursor", "section", "user", "x"]), json_values, max_size=4),
)


@given(st.binary(max_size=200))
@example(b"\xff" * 9)
@example(b"\x01\x05\x01\x04nul\xff")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        decode(data)
    with contextlib.suppress(Malformed):
        Presence().receive(Somebody("a"), member("a"), data)


@given(st.lists(carets, max_size=5))
def test_what_is_passed_on_is_strict_json_with_the_servers_own_name(places: list[tuple[int, int, Any]]) -> None:
    presence = Presence()
    try:
        presence.receive(Somebody("ada"), member("ada"), update(*places))
    except Malformed:
        return
    for data in (presence.everybody(), presence.news() or b"\x00"):
        for _, clock, state in decode(data):
            assert clock <= MOST_CLOCK
            if state is not None:
                assert json.loads(json.dumps(state, allow_nan=False)) == state
                assert state.keys() <= {"cursor", "section", "user"}
                assert state["user"]["name"] == "Ada"


@given(st.lists(st.tuples(st.sampled_from(["ada", "ben"]), carets), max_size=20))
def test_a_caret_is_its_first_owners_until_they_are_gone(steps: list[tuple[str, tuple[int, int, Any]]]) -> None:
    presence = Presence()
    people = {name: Somebody(name) for name in ("ada", "ben")}
    owners: dict[int, str] = {}
    for name, (client, clock, state) in steps:
        client %= 3  # noqa: PLW2901 - few, so that they meet
        with contextlib.suppress(Malformed):
            presence.receive(people[name], member(name), update((client, clock, state)))
        found = presence.owner(client)
        if found is not None:
            assert owners.setdefault(client, found.person_id) == found.person_id
        elif owners.get(client) == name:
            del owners[client]
        else:
            assert client not in owners
    for name, somebody in people.items():
        presence.leave(somebody)
        assert name not in {getattr(presence.owner(client), "person_id", None) for client in range(3)}
    assert presence.everybody() == b"\x00"


def test_leaving_is_told_once() -> None:
    presence, ada = Presence(), Somebody("ada")
    presence.receive(ada, member("ada"), update((4, 1, {"cursor": 1})))
    assert told(presence)[4]["cursor"] == 1
    presence.leave(ada)
    assert told(presence) == {4: None}
    assert told(presence) == {}
    assert not presence


def test_a_renewal_is_echoed_and_an_older_state_is_not_taken() -> None:
    presence, ada = Presence(), Somebody("ada")
    presence.receive(ada, member("ada"), update((4, 5, {"cursor": 5})))
    told(presence)
    presence.receive(ada, member("ada"), update((4, 5, {"cursor": 5})))
    assert told(presence)[4]["cursor"] == 5
    presence.receive(ada, member("ada"), update((4, 4, {"cursor": 4})))
    assert told(presence) == {}


def test_another_name_is_told_with_the_caret_that_was_there() -> None:
    presence, ada = Presence(), Somebody("ada")
    presence.receive(ada, member("ada"), update((4, 1, {"cursor": 7})))
    told(presence)
    presence.rename(ada, Member("ada", "parent", "Ada Lovelace", "", 5))
    state = told(presence)[4]
    assert state["cursor"] == 7
    assert (state["user"]["name"], state["user"]["role"], state["user"]["color"]) == ("Ada Lovelace", "parent", 5)


@pytest.mark.parametrize(
    "data",
    [
        uint(MOST_CLIENTS + 1),
        update((1, MOST_CLOCK + 1, {})),
        update((1, 1, {"cursor": "x" * MOST_STATE})),
        update((2**53 - 1, 1, {}))[:-1],
        uint(1) + b"\xff" * 7 + b"\x1f" + uint(1) + sized(b"{}"),
        update((1, 1, [])),
        update((1, 1, {})) + b"\x00",
    ],
)
def test_what_no_client_may_say(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode(data)
