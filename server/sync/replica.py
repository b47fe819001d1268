"""A document in memory: never ahead of the journal, and light while nobody edits it.

While nobody edits, the stored state's bytes are all there is: they answer a join as they are. The Yjs document is made
when somebody asks for a part of it or changes it, and let go again when it rests.
"""

from typing import Any

from pycrdt import Doc, get_state

from server.documents.update import Update, read_state_vector, read_update
from server.journal.snapshot import EMPTY_UPDATE, Loaded, due
from server.sync.judge import Clocks, advance
from server.sync.ranges import ClockSet


class Unreadable(RuntimeError):
    """The document's bytes can't be applied; it has to be read again from the journal."""


class Replica:
    """One document's committed state."""

    __slots__ = ("_base", "_clocks", "_deleted", "_doc", "_size", "_tail_bytes", "_tail_entries", "_vector", "number")

    def __init__(self, loaded: Loaded) -> None:
        self._doc: Doc[Any] | None = None
        self._base: bytes | None = None
        self._vector: bytes | None = None
        self._clocks: Clocks | None = None
        self._deleted: ClockSet | None = None
        self.number = loaded.number
        self._tail_entries, self._tail_bytes = len(loaded.tail), loaded.tail_bytes
        self._size = len(loaded.base)
        try:
            if loaded.tail:
                self._doc = loaded.document()
            else:
                self._base = loaded.base
        except BaseException as error:
            raise _unreadable(error) from error

    @property
    def doc(self) -> Doc[Any]:
        if self._doc is None:
            doc: Doc[Any] = Doc()
            if self._base not in (None, EMPTY_UPDATE):
                try:
                    doc.apply_update(self._base)
                except BaseException as error:
                    raise _unreadable(error) from error
            self._doc = doc
        return self._doc

    def state(self) -> bytes:
        """The whole document as one Yjs v1 update, encoded once per version."""
        if self._base is None:
            self._base = self.doc.get_update()
            self._size = len(self._base)
        return self._base

    def vector(self) -> bytes:
        """The state vector, encoded."""
        if self._vector is None:
            self._vector = get_state(self.state()) if self._doc is None else self._doc.get_state()
        return self._vector

    def since(self, vector: bytes) -> bytes:
        """What somebody who has `vector` (checked already) lacks, deletions included."""
        return self.state() if vector == b"\x00" else self.doc.get_update(vector)

    @property
    def clocks(self) -> Clocks:
        if self._clocks is None:
            self._clocks = read_state_vector(self.vector())
        return self._clocks

    @property
    def deleted(self) -> ClockSet:
        if self._deleted is None:
            self._deleted = ClockSet()
            self._deleted.add(read_update(self.doc.get_update(self.vector())).deletes)
        return self._deleted

    def apply(self, number: int, data: bytes, update: Update) -> None:
        """Apply what entry `number` committed. Raises `Unreadable`; the replica is then no good any more."""
        try:
            self.doc.apply_update(data)
        except BaseException as error:
            raise _unreadable(error) from error
        self.number = number
        self._base = self._vector = None
        if self._clocks is not None:
            advance(self._clocks, update)
        if self._deleted is not None:
            self._deleted.add(update.deletes)
        self._tail_entries += 1
        self._tail_bytes += len(data)

    def snapshot_due(self, at_rest: bool) -> bool:
        """Whether to store a snapshot now; a document at rest is worth one sooner."""
        return due(self._tail_entries * (8 if at_rest else 1), self._tail_bytes, self._size)

    def snapshot_taken(self) -> None:
        self._tail_entries = self._tail_bytes = 0

    def rest(self) -> None:
        """Nobody edits: keep the bytes, let the Yjs document go."""
        self.state()
        self.vector()
        self._doc = self._deleted = self._clocks = None


def _unreadable(error: BaseException) -> Unreadable:
    # A Rust panic arrives as a BaseException of its own; what ends the process must go on doing so.
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
        raise error
    return Unreadable(type(error).__name__)
