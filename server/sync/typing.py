"""Plain typing that goes on: characters that follow one another become one update before anybody reads them singly.

Under load a typist brings several characters in the time of one commit, each an update of its own that says over again
where it stands. Of such a run only the first is read; whether the next carries on is a comparison of bytes. What comes
of it is the very update that Yjs makes of the characters when it merges them, and it is read and judged as any other.
"""

from server.documents.content import STRING
from server.documents.struct import NONE
from server.documents.update import Update
from server.sync.lib0 import uint

ONE_STRUCT = b"\x01\x01"  # an update of one client with one struct
NO_DELETIONS = b"\x00"
HAS_LEFT, HAS_RIGHT = 0x80, 0x40


class Run:
    """One client's run, from its first update on."""

    __slots__ = ("_client", "_clock", "_head", "_next", "_right", "_texts")

    def __init__(self, head: bytes, client: bytes, clock: int, right: bytes, text: bytes) -> None:
        self._head = head  # the first update up to its text
        self._client = client
        self._clock = clock  # of the character to come
        self._right = right  # what stands behind the whole run, as it is written
        self._texts = [text]
        self._next = self._beginning()

    def _beginning(self) -> bytes:
        """How an update begins that carries on."""
        info = STRING | HAS_LEFT | (HAS_RIGHT if self._right else 0)
        at = self._client + uint(self._clock)
        return b"".join((ONE_STRUCT, at, bytes((info,)), self._client, uint(self._clock - 1), self._right))

    def extend(self, data: bytes) -> bool:
        """Take in an update if it is the next character or characters (ASCII, so that no letter is ever cut in two)."""
        if not data.startswith(self._next):
            return False
        at = len(self._next)
        size = len(data) - at - 2
        text = data[at + 1 : -1]
        if not 0 < size < 128 or data[at] != size or data[-1] != 0 or not text.isascii():
            return False
        self._texts.append(text)
        self._clock += size
        self._next = self._beginning()
        return True

    def update(self) -> bytes:
        """All of it as one update."""
        text = b"".join(self._texts)
        return b"".join((self._head, uint(len(text)), text, NO_DELETIONS))


def run_of(data: bytes, update: Update) -> Run | None:
    """The run that this update may be the first of; None for anything but ASCII text behind other text."""
    if len(update.structs) != 1 or update.structural or update.deletes or len(update.ranges) != 1:
        return None
    client, clock, length, kind, left, _, right, right_clock, *_ = update.structs[0]
    if kind != STRING or left == NONE:
        return None
    text = data[-1 - length : -1]
    end = uint(length) + text + NO_DELETIONS
    if not text.isascii() or not data.endswith(end):
        return None
    behind = b"" if right == NONE else uint(right) + uint(right_clock)
    return Run(data[: -len(end)], uint(client), clock + length, behind, text)
