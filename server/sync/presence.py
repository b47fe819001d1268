"""Presence (Yjs awareness): who is in a document and where their caret is. Never journaled, and never believed.

A client writes its own state; the server puts in who they really are, and binds every awareness client id to the
connection that used it first, so that nobody can appear as somebody else or make another disappear.
"""

import json
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from server.sync.lib0 import Malformed, read_bytes, read_uint, sized, uint
from server.sync.meeting import Member

MOST_ELSEWHERE = 4096  # clients in one message of another node
MOST_STATE = 16_384  # bytes of one client's state
MOST_CLIENTS = 64  # in one update, and of one connection
MOST_CLOCK = 2**31  # far from what a browser can't read any more, also after those who leave have been counted up
ALLOWED = ("cursor", "section")  # what a client may say of itself


class Owner(Protocol):
    """A connection, by which person."""

    @property
    def person_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A person's connection to another node."""

    node: str
    person_id: str


@dataclass(slots=True)
class Place:
    """One awareness client: its clock, its state as JSON ("null" when it left) and the connection it belongs to."""

    clock: int
    state: bytes
    owner: Owner | None


def decode(data: bytes, most: int = MOST_CLIENTS) -> list[tuple[int, int, dict[str, Any] | None]]:
    """(client id, clock, state) triples of an awareness update. Raises `Malformed`."""
    count, at = read_uint(data, 0)
    if count > most:
        raise Malformed("an awareness update names too many clients")
    places = []
    for _ in range(count):
        client, at = read_uint(data, at)
        clock, at = read_uint(data, at)
        if clock > MOST_CLOCK:
            raise Malformed("an awareness clock is too big")
        raw, at = read_bytes(data, at)
        if len(raw) > MOST_STATE:
            raise Malformed("an awareness state is too big")
        try:
            state = json.loads(raw)
        except (ValueError, RecursionError):
            raise Malformed("an awareness state is no JSON") from None
        if state is not None and not isinstance(state, dict):
            raise Malformed("an awareness state is no object")
        places.append((client, clock, state))
    if at != len(data):
        raise Malformed("bytes are left over after the awareness update")
    return places


def encode(places: Iterable[tuple[int, Place]]) -> bytes:
    parts = [uint(client) + uint(place.clock) + sized(place.state) for client, place in places]
    return uint(len(parts)) + b"".join(parts)


class Presence:
    """The awareness clients of one document."""

    __slots__ = ("_places", "changed", "changed_here")

    def __init__(self) -> None:
        self._places: dict[int, Place] = {}
        self.changed: set[int] = set()
        self.changed_here: set[int] = set()  # of these, what other nodes want to know

    def __bool__(self) -> bool:
        return bool(self._places)

    def receive(self, owner: Owner, member: Member, data: bytes) -> None:
        """Take a connection's awareness update. Raises `Malformed`; clients of other connections are passed over."""
        for client, said, state in decode(data):
            clock = said
            known = self._places.get(client)
            if known is not None:
                if isinstance(known.owner, Elsewhere) and known.owner.person_id == owner.person_id:
                    known.owner = owner  # their tab has come over to this node
                    self._note(client)
                if known.owner is None and state is not None:
                    clock = max(clock, known.clock + 1)  # back before everybody has been told that they left
                if (known.owner is not owner and known.owner is not None) or clock < known.clock:
                    continue
                if clock == known.clock and state is not None:
                    # A renewal: nothing is new, but whoever sent it counts on hearing something (see `protocol.md`'s
                    # 30 seconds), so it is echoed like a change.
                    self._note(client)
                    continue
            elif state is None:
                continue
            elif sum(place.owner is owner for place in self._places.values()) >= MOST_CLIENTS:
                raise Malformed("too many awareness clients")
            self._places[client] = Place(clock, _state(member, state), owner if state is not None else None)
            self._note(client)

    def _note(self, client: int) -> None:
        self.changed.add(client)
        self.changed_here.add(client)

    def leave(self, owner: Owner) -> None:
        """The connection is gone, and so are its clients."""
        for client, place in self._places.items():
            if place.owner is owner:
                _leave(place)
                self._note(client)

    def rename(self, owner: Owner, member: Member) -> None:
        """The person behind a connection has another name, role or seat now."""
        for client, place in self._places.items():
            if place.owner is owner:
                place.clock += 1
                place.state = _state(member, json.loads(place.state))
                self._note(client)

    # --- people at other nodes ---

    def receive_from(self, node: str, data: bytes, *, everybody: bool) -> None:
        """What another node says of people there, or of `everybody` there. It has put in who they are. Raises
        `Malformed`."""
        said = decode(data, MOST_ELSEWHERE)
        for client, clock, state in said:
            self._place_from(node, client, clock, state)
        if everybody:
            self.leave_from(node, but={client for client, _, state in said if state is not None})

    def _place_from(self, node: str, client: int, clock: int, state: dict[str, Any] | None) -> None:
        known = self._places.get(client)
        if state is None:
            if known is None or known.owner is None:
                return
            if isinstance(known.owner, Elsewhere):
                if known.owner.node == node:
                    _leave(known, clock)
                    self.changed.add(client)
            elif clock >= known.clock:
                # Their tab came over to this node before that one noticed: everybody shall hear that they are here.
                known.clock = clock + 1
                self._note(client)
            return
        person_id = _person_of(state)
        if known is not None and known.owner is not None:
            mine = isinstance(known.owner, Elsewhere) and known.owner.node == node
            if known.owner.person_id != person_id or clock < known.clock or (not mine and clock == known.clock):
                return
        raw = json.dumps(state, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        self._places[client] = Place(clock, raw, Elsewhere(node, person_id))
        self.changed.add(client)

    def leave_from(self, node: str, but: Container[int] = ()) -> None:
        """Everybody at another node has gone, but these clients."""
        for client, place in self._places.items():
            if isinstance(place.owner, Elsewhere) and place.owner.node == node and client not in but:
                _leave(place)
                self.changed.add(client)

    def everybody_here(self) -> bytes:
        """An awareness update of those whose connection is to this node."""
        return encode(
            (client, place)
            for client, place in self._places.items()
            if place.owner is not None and not isinstance(place.owner, Elsewhere)
        )

    def news_from_here(self) -> bytes | None:
        """What other nodes do not know yet, or None. To be asked before `news`."""
        if not self.changed_here:
            return None
        data = encode((client, self._places[client]) for client in self.changed_here if client in self._places)
        self.changed_here.clear()
        return data

    def owner(self, client: int) -> Owner | None:
        """The connection that an awareness client belongs to, if it is here."""
        place = self._places.get(client)
        return None if place is None else place.owner

    def everybody(self) -> bytes:
        """An awareness update of all who are here."""
        return encode((client, place) for client, place in self._places.items() if place.owner is not None)

    def news(self) -> bytes | None:
        """What changed since the last call, or None. Those who left are forgotten once they have been told of."""
        if not self.changed:
            return None
        data = encode((client, self._places[client]) for client in self.changed if client in self._places)
        for client in self.changed:
            if (place := self._places.get(client)) is not None and place.owner is None:
                del self._places[client]
        self.changed.clear()
        return data


def _leave(place: Place, clock: int = 0) -> None:
    place.clock = max(place.clock + 1, clock)
    place.state = b"null"
    place.owner = None


def _person_of(state: dict[str, Any]) -> str:
    user = state.get("user")
    person_id = user.get("id") if isinstance(user, dict) else None
    if not isinstance(person_id, str):
        raise Malformed("an awareness state of nobody")
    return person_id


def _state(member: Member, state: dict[str, Any] | None) -> bytes:
    """The state as others get it. Raises `Malformed`."""
    if state is None:
        return b"null"
    said = {key: state[key] for key in ALLOWED if key in state}
    said["user"] = {
        "id": member.person_id,
        "name": member.name,
        "role": member.role,
        "title": member.title,
        "color": member.color,
    }
    try:
        return json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        # Half a surrogate pair, or a number past all floats: the other clients' JSON readers would fail.
        raise Malformed("an awareness state that JSON has no words for") from None
