"""A document in memory: never ahead of the journal, and light while nobody edits it.

While nobody edits, the stored state's bytes are all there is: they answer a join as they are, and are kept compressed
once nobody has come for a moment. What is typed is kept beside them and applied in one go when somebody asks for the
text. What judging an edit needs (clocks, outline, deletions) is kept apart from the Yjs document, so that most edits
pass through without touching it.
"""

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from pycrdt import Doc, get_state, get_update

from server.documents.merge import merge
from server.documents.outline import Outline, tells
from server.documents.state_vector import read_state_vector, write_state_vector
from server.documents.update import Update, read_update
from server.journal.snapshot import EMPTY_UPDATE, Loaded, due
from server.sync.judge import Clocks, advance
from server.sync.ranges import ClockSet

WORTH_PACKING = 2048  # bytes of a state that are fewer when compressed
MOST_UNAPPLIED = 64  # updates kept beside the document before they are applied in one go


class Unreadable(RuntimeError):
    """The document's bytes can't be applied; it has to be read again from the journal."""


def merged(updates: Sequence[bytes]) -> bytes:
    """Several updates as one. Raises `Unreadable`."""
    one: bytes = _guarded(merge, updates)
    return one


def without(update: bytes, clocks: Clocks) -> bytes:
    """What of an update is new to who knows `clocks`, and all its deletions. Raises `Unreadable`."""
    fresh: bytes = _guarded(get_update, update, write_state_vector(clocks))
    return fresh


def _guarded(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call the CRDT library. Raises `Unreadable` where it fails or panics."""
    try:
        return function(*arguments)
    except BaseException as error:
        # A Rust panic arrives as a BaseException of its own; what ends the process must go on doing so.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise Unreadable(type(error).__name__) from error


class Replica:
    """One document's committed state. `broken` once its bytes could not be applied."""

    __slots__ = (
        "_clocks",
        "_deleted",
        "_doc",
        "_loose",
        "_outline",
        "_packed",
        "_plain",
        "_size",
        "_tail_bytes",
        "_tail_entries",
        "_unapplied",
        "broken",
        "number",
    )

    def __init__(self, loaded: Loaded) -> None:
        self.number = loaded.number
        self.broken = False
        self._plain: bytes | None = loaded.base
        self._packed: bytes | None = None  # the same, compressed; goes when that changes
        self._unapplied = list(loaded.tail)
        self._loose = False  # the base is updates put together as they came
        self._doc: Doc[Any] | None = None
        self._clocks: Clocks | None = None
        self._deleted: ClockSet | None = None
        self._outline: Outline | None = None
        self._tail_entries, self._tail_bytes = len(loaded.tail), loaded.tail_bytes
        self._size = len(loaded.base)

    @property
    def _base(self) -> bytes | None:
        """The state as one update, but for what is unapplied; None while only the document has it."""
        if self._plain is None and self._packed is not None:
            self._plain = zlib.decompress(self._packed)
        return self._plain

    @_base.setter
    def _base(self, state: bytes | None) -> None:
        self._plain, self._packed = state, None

    @property
    def doc(self) -> Doc[Any]:
        """The document with everything committed. Raises `Unreadable`."""
        if self._doc is None:
            self._doc = Doc()
            if self._base is not None and self._base != EMPTY_UPDATE:
                self._apply(self._doc, [self._base])
        if self._unapplied:
            waiting, self._unapplied = self._unapplied, []
            self._base = None
            self._apply(self._doc, waiting)
        return self._doc

    def _apply(self, doc: Doc[Any], updates: list[bytes]) -> None:
        try:
            _guarded(doc.apply_update, merged(updates))
        except Unreadable:
            self.broken = True
            raise

    def _ask(self, *arguments: Any) -> bytes:
        try:
            answer: bytes = _guarded(self.doc.get_update, *arguments)
        except Unreadable:
            self.broken = True
            raise
        return answer

    def state(self) -> bytes:
        """The whole document as one Yjs v1 update, encoded once per version. Raises `Unreadable`."""
        if self._base is None or self._unapplied:
            if self._doc is None and self._base is not None:
                self._merge_bytes(self._base)  # for a reader, a document in memory would be ten times the bytes
            else:
                self._base = self._ask()
            self._size = len(self._base)
        return self._base

    def _merge_bytes(self, base: bytes) -> None:
        try:
            tail = merged(self._unapplied)  # first, so that a large base is read once
            self._base = tail if base == EMPTY_UPDATE else merged([base, tail])
        except Unreadable:
            self.broken = True
            raise
        self._unapplied = []
        self._loose = True

    def compact_state(self) -> bytes:
        """The same without the text that was deleted: what a snapshot keeps. Raises `Unreadable`."""
        if self._loose or self._base is None or self._unapplied:
            self._base = self._ask()
            self._size = len(self._base)
            self._loose = False
        return self._base

    def since(self, vector: bytes) -> bytes:
        """What somebody who has `vector` (checked already) lacks, deletions included. Raises `Unreadable`."""
        return self.state() if vector == b"\x00" else self._ask(vector)

    @property
    def clocks(self) -> Clocks:
        if self._clocks is None:
            bare = self._doc is None and not self._unapplied and self._base is not None
            self._clocks = read_state_vector(get_state(self.state()) if bare else self.doc.get_state())
        return self._clocks

    def vector(self) -> bytes:
        """The state vector, encoded."""
        return write_state_vector(self.clocks)

    @property
    def deleted(self) -> ClockSet:
        if self._deleted is None:
            doc = self.doc
            self._deleted = ClockSet()
            self._deleted.add(read_update(self._ask(doc.get_state())).deletes)
        return self._deleted

    @property
    def outline(self) -> Outline:
        if self._outline is None:
            self._outline = Outline(self.compact_state())
        return self._outline

    def not_joined(self, update: Update) -> None:
        """The outline was told of an update that did not come. What it took no note of, as typing, it need not forget:
        to put it together again costs as much as reading the whole document.
        """
        if tells(update):
            self._outline = None

    def outline_joined(self, update: Update) -> None:
        """What was applied had not been judged here: the outline, if there is one, counts on it from now on."""
        if self._outline is not None:
            self._outline.add(update)

    def apply(self, number: int, data: bytes, update: Update) -> None:
        """Take in what entry `number` committed. Raises `Unreadable`; the replica is then no good any more."""
        advance(self.clocks, update)
        self.number = number
        self._unapplied.append(data)
        if self._deleted is not None and update.deletes:
            self._deleted.add(update.deletes)
        self._tail_entries += 1
        self._tail_bytes += len(data)
        if len(self._unapplied) > MOST_UNAPPLIED:
            _ = self.doc

    @property
    def size(self) -> int:
        """Bytes of the state, about: what was typed since it was last encoded counts as it came."""
        return self._size + self._tail_bytes

    def snapshot_due(self, at_rest: bool) -> bool:
        """Whether to store a snapshot now; a document at rest is worth one sooner."""
        return due(self._tail_entries * (8 if at_rest else 1), self._tail_bytes, self._size)

    def snapshot_taken(self) -> None:
        self._tail_entries = self._tail_bytes = 0

    def to_pack(self) -> bytes | None:
        """The state, if it is only kept to answer whoever comes and is worth compressing. See `pack`."""
        if self._plain is None or self._doc is not None or self._unapplied or len(self._plain) < WORTH_PACKING:
            return None
        if self._packed is not None:  # somebody came since
            self._plain = None
        return self._plain

    def pack(self, plain: bytes, packed: bytes) -> None:
        """Keep what `to_pack` gave in its compressed form (RFC 1950), unless it is another state by now."""
        if self.to_pack() is plain:
            self._plain, self._packed = None, packed

    def rest(self) -> None:
        """Nobody edits: keep the bytes, let everything else go. Raises `Unreadable`."""
        if self._doc is not None or self._unapplied:
            self.state()
        self._doc = self._deleted = self._clocks = self._outline = None
