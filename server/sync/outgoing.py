"""What a room's people are sent of its text, in as few frames as may be: each costs by the person."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from server.sync import protocol
from server.sync.audience import Audience
from server.sync.replica import merged

if TYPE_CHECKING:
    from server.sync.connection import Connection

MOST_WAIT = 0.1  # seconds that what another node has stored waits for a batch of ours


class Outgoing:
    __slots__ = ("_heard", "_people", "_show", "_timer")

    def __init__(self, people: Audience, show: Callable[[], None]) -> None:
        """`people` are the room's own; `show` is called when what was heard has waited long enough."""
        self._people = people
        self._show = show
        self._heard: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def stored(self, updates: Sequence[bytes], acks: Mapping["Connection", int]) -> None:
        """Show a batch, with what was heard meanwhile, and ack it in the same write. Raises `Unreadable`."""
        heard = self._take()
        # One author needs no echo; where several wrote, one frame for all costs less than one each, and repeats nothing
        # that a client would apply twice.
        alone = len(acks) == 1 and not heard
        self._send(merged([*heard, *updates]), acks, without=acks if alone else ())

    def heard(self, updates: Sequence[bytes], *, wait: bool) -> None:
        """Show what was stored by others, or by acts here. `wait`: a batch is on its way and takes it along; until then
        it waits, though not for long. Raises `Unreadable`.
        """
        self._heard += updates
        if not wait:
            self.show_heard()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(MOST_WAIT, self._show)

    def show_heard(self) -> None:
        """Raises `Unreadable`."""
        if heard := self._take():
            self._send(merged(heard), {})

    def _take(self) -> list[bytes]:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        heard, self._heard = self._heard, []
        return heard

    def _send(self, data: bytes, acks: Mapping["Connection", int], *, without: Collection["Connection"] = ()) -> None:
        body = protocol.update(data)
        for connection, count in acks.items():
            if connection.open:
                connection.send_acks(count, None if connection in without else body)
        self._people.send(body, send_text, but=acks)


def send_text(connection: "Connection", message: bytes) -> None:
    connection.send_text(message)
