"""The connections of a room, and the short way to those that take whatever comes.

What a whole room gets is mostly sent to sockets that are open and read: nothing has to be asked of them, so `send`
calls the transport's own `write` for each and touches nothing else. A connection says by itself when that ends, and
when it is so again (`Connection.flow`). With hundreds in a room a frame costs a fifth less.
"""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from server.sync.protocol import binary_message

if TYPE_CHECKING:
    from server.sync.connection import Connection

Write = Callable[[bytes], None]


class Audience:
    """A set of connections to send one thing to."""

    __slots__ = ("_flowing", "_held")

    def __init__(self) -> None:
        # By routing key, as clients may spell it differently: a frame begins with it.
        self._flowing: dict[bytes, dict[Connection, Write]] = {}
        self._held: set[Connection] = set()

    def __iter__(self) -> Iterator["Connection"]:
        for writes in self._flowing.values():
            yield from writes
        yield from self._held

    def __len__(self) -> int:
        return len(self._held) + sum(map(len, self._flowing.values()))

    def __contains__(self, connection: "Connection") -> bool:
        return connection in self._flowing.get(connection.prefix, ()) or connection in self._held

    def put(self, connection: "Connection", write: Write | None) -> None:
        """Take it in, or know it anew: with its transport's `write` if that may be called at any time."""
        self.discard(connection)
        if write is None:
            self._held.add(connection)
        else:
            self._flowing.setdefault(connection.prefix, {})[connection] = write

    def discard(self, connection: "Connection") -> None:
        self._held.discard(connection)
        writes = self._flowing.get(connection.prefix)
        if writes is not None and writes.pop(connection, None) is not None and not writes:
            del self._flowing[connection.prefix]

    def send(
        self,
        body: bytes,
        careful: Callable[["Connection", bytes], None],
        but: Collection["Connection"] = (),
    ) -> None:
        """Send a frame with this body to all `but` some; `careful` gets those of whom something has to be asked first,
        each with its whole message.
        """
        # A write may find that its socket takes no more, which changes these while we go through them.
        held = [connection for connection in self._held if connection not in but]
        for prefix, writes in list(self._flowing.items()):
            message = binary_message(prefix + body)
            for connection, write in list(writes.items()):
                if connection not in but:
                    write(message)
        frames: dict[bytes, bytes] = {}
        for connection in held:
            message = frames.get(connection.prefix) or binary_message(connection.prefix + body)
            frames[connection.prefix] = message
            careful(connection, message)
