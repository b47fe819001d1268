"""Presence (Yjs awareness): who is in a document and where their caret is. Never journaled, and never believed.

A client writes its own state; the server puts in who they really are, and binds every awareness client id to the
connection that used it first, so that nobody can appear as somebody else or make another disappear.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from server.sync.lib0 import Malformed, read_bytes, read_uint, sized, uint
from server.sync.meeting import Member

MOST_STATE = 16_384  # bytes of one client's state
MOST_CLIENTS = 64  # in one update, and of one connection
MOST_CLOCK = 2**31  # far from what a browser can't read any more, also after those who leave have been counted up
ALLOWED = ("cursor", "section")  # what a client may say of itself


class Owner(Protocol):
    """A connection, by which person."""

    @property
    def person_id(self) -> str: ...


@dataclass(slots=True)
class Place:
    """One awareness client: its clock, its state as JSON ("null" when it left) and the connection it belongs to."""

    clock: int
    state: bytes
    owner: Owner | None


def decode(data: bytes) -> list[tuple[int, int, dict[str, Any] | None]]:
    """(client id, clock, state) triples of an awareness update. Raises `Malformed`."""
    count, at = read_uint(data, 0)
    if count > MOST_CLIENTS:
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

    __slots__ = ("_places", "changed")

    def __init__(self) -> None:
        self._places: dict[int, Place] = {}
        self.changed: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._places)

    def receive(self, owner: Owner, member: Member, data: bytes) -> None:
        """Take a connection's awareness update. Raises `Malformed`; clients of other connections are passed over."""
        for client, clock, state in decode(data):
            known = self._places.get(client)
            if known is not None:
                if (known.owner is not owner and known.owner is not None) or clock < known.clock:
                    continue
                if clock == known.clock and state is not None:
                    # A renewal: nothing is new, but whoever sent it counts on hearing something (see `protocol.md`'s
                    # 30 seconds), so it is echoed like a change.
                    self.changed.add(client)
                    continue
            elif state is None:
                continue
            elif sum(place.owner is owner for place in self._places.values()) >= MOST_CLIENTS:
                raise Malformed("too many awareness clients")
            self._places[client] = Place(clock, _state(member, state), owner if state is not None else None)
            self.changed.add(client)

    def leave(self, owner: Owner) -> None:
        """The connection is gone, and so are its clients."""
        for client, place in self._places.items():
            if place.owner is owner:
                place.clock += 1
                place.state = b"null"
                place.owner = None
                self.changed.add(client)

    def rename(self, owner: Owner, member: Member) -> None:
        """The person behind a connection has another name, role or seat now."""
        for client, place in self._places.items():
            if place.owner is owner:
                place.clock += 1
                place.state = _state(member, json.loads(place.state))
                self.changed.add(client)

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
