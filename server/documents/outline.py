"""What stands where in a document, by Yjs id: enough to judge an update without applying it.

In Yjs a struct never moves: the parent it was written into, directly or as the neighbour of another, is its parent for
good. So whether a heading may stand in a table row, or text right in a list, is settled by the structs themselves, and
no later merge changes it. The outline keeps the ids of nodes and attributes; whatever else there is is text in running
text. Judging one typed character costs a few look-ups, however long the document is.

What makes this necessary: an update that puts text among a list's children, or names a character as a parent, is well
formed, but every editor that receives it fails; and one that cuts a surrogate pair in two makes the CRDT library write
a state that lacks a character.
"""

from collections.abc import Iterator

from server.documents.content import ANY, DELETED, FORMAT, STRING, TEXT_TYPE, TYPE
from server.documents.nodes import (
    DOC,
    FIELDS,
    MOST_NESTING,
    NODES,
    is_allowed_attribute,
)
from server.documents.spans import Spans
from server.documents.struct import NONE, ROOT, Struct
from server.documents.update import Update, read_update

Id = tuple[int, int]


class Place:
    """A node, an attribute's value, or deleted ones: in which node, and for a value under which name."""

    __slots__ = ("depth", "key", "kind", "node", "parent")

    def __init__(self, kind: int, parent: "Place | None", key: str | None, node: str = "") -> None:
        self.kind = kind
        self.parent = parent  # None: that node is gone
        self.key = key
        self.node = node  # its name, if it is one
        self.depth: int = 0 if parent is None else parent.depth + 1


DOCUMENT = Place(TYPE, None, None, DOC)
TEXT = Place(STRING, None, None)  # any text or mark, and what was deleted among them
GONE = Place(DELETED, None, None)  # collected: nothing is known of it, and the library drops what joins it
COLLECTED: Id = (-1, -1)
NOWHERE = Place(ANY, None, None)  # inside something that holds nothing


def tells(update: Update) -> bool:
    """Whether an outline takes note of anything in this update: text and marks in running text are not kept."""
    return bool(update.gone) or any(struct[3] not in (STRING, FORMAT) or struct[11] for struct in update.structs)


class Outline:
    """The nodes of one document. `judge` an update, then `add` it once it is part of the document."""

    def __init__(self, state: bytes) -> None:
        """From a document's whole state. Raises `Malformed`."""
        self._places: dict[Id, Place] = {}
        self._deleted: Spans[Place] = Spans()
        self._low_halves: set[Id] = set()  # second halves of surrogate pairs
        self.add(read_update(state))

    def add(self, update: Update) -> None:
        """Take note of what an update brought into the document."""
        if not tells(update):
            return
        view = _View(self, update)
        self._places.update(view.places)
        for client, start, end, place in view.runs():
            self._deleted.note(client, start, end, place)
        self._low_halves.update(view.low_halves)

    def judge(self, update: Update) -> str | None:
        """Why this update, whose predecessors are all there, may not join the document: "invalid", or None."""
        if update.deletes and self._low_halves and _cuts(update.deletes, self._low_halves):
            return "invalid"
        if len(update.structs) == 1 and self._is_plain_typing(update.structs[0]):
            return None
        view = _View(self, update)
        fits = not _cuts(update.deletes, view.low_halves) and all(view.fits(struct) for struct in update.structs)
        return None if fits else "invalid"

    def _is_plain_typing(self, struct: Struct) -> bool:
        """Text or a mark between text: nearly every update, so worth a shorter way."""
        if struct[3] not in (STRING, FORMAT) or struct[4] == NONE or struct[10] is not None or struct[11]:
            return False
        left, right = (struct[4], struct[5]), (struct[6], struct[7])
        if self.known(left) or self.known(right):
            return False
        low_halves = self._low_halves
        return not low_halves or ((struct[4], struct[5] + 1) not in low_halves and right not in low_halves)

    def known(self, identity: Id) -> Place | None:
        """The node or value with this id, deleted ones too; None for text, and for what isn't in the document."""
        return self._places.get(identity) or self._deleted.find(*identity)

    def is_low_half(self, identity: Id) -> bool:
        return identity in self._low_halves


class _View:
    """The outline as it is with an update's structs."""

    def __init__(self, outline: Outline, update: Update) -> None:
        self.outline = outline
        self.places: dict[Id, Place] = {}
        self.low_halves: set[Id] = set()
        self._gone = update.gone
        self._deleted: dict[Id, tuple[int, Place]] = {}  # start -> end and place, once settled
        self._starts: Spans[Id] = Spans()  # where a deleted struct starts, or COLLECTED
        self._open: dict[Id, Struct] = {}  # not settled yet
        for struct in update.structs:
            self._take(struct)
        for client, start, end in update.gone:
            self._starts.note(client, start, end, COLLECTED)
        if self._open:
            self._settle_all()

    def _take(self, struct: Struct) -> None:
        client, clock, length, kind = struct[:4]
        if kind in (STRING, FORMAT):
            if struct[11]:
                assert isinstance(struct[11], tuple)  # noqa: S101 - the places of low halves
                self.low_halves.update((client, clock + place) for place in struct[11])
        elif kind == DELETED:
            self._open[client, clock] = struct
            self._starts.note(client, clock, clock + length, (client, clock))
        elif self.outline.known((client, clock)) is None:
            self._open[client, clock] = struct

    def _settle_all(self) -> None:
        """Find each node's parent by way of its neighbours; not by recursion, for there may be many in a row."""
        for first in list(self._open):
            chain: list[Struct] = []
            at: Id | None = first
            while at in self._open and len(chain) < len(self._open):
                chain.append(self._open[at])
                name = _neighbour(chain[-1]) or _parent(chain[-1])
                at = None if name is None else self._start_of(name)
            for struct in reversed(chain):
                self._open.pop((struct[0], struct[1]), None)
                self._settle(struct)

    def _start_of(self, identity: Id) -> Id:
        return self._starts.find(*identity) or identity

    def _settle(self, struct: Struct) -> None:
        client, clock, length, kind = struct[:4]
        parent, key = self.home(struct)
        if kind != DELETED:
            node = struct[11] if kind == TYPE and isinstance(struct[11], str) else ""
            self.places[client, clock] = Place(kind, parent, key, node)
        elif parent is not TEXT and (parent is None or parent.node != TEXT_TYPE):
            self._deleted[client, clock] = (clock + length, Place(DELETED, parent, key))

    def runs(self) -> Iterator[tuple[int, int, int, Place]]:
        """Client, clocks and place of what is deleted."""
        for (client, start), (end, place) in self._deleted.items():
            yield client, start, end, place
        for client, start, end in self._gone:
            yield client, start, end, GONE

    def at(self, identity: Id) -> Place:
        """What has this id."""
        place = self.places.get(identity) or self.outline.known(identity)
        if place is not None:
            return place
        start = self._starts.find(*identity)
        if start == COLLECTED:
            return GONE
        return self._deleted[start][1] if start in self._deleted else TEXT

    def home(self, struct: Struct) -> tuple[Place | None, str | None]:
        """The node it belongs to (TEXT where that is the node of other text, None where it is gone), and for an
        attribute's value the name: both found as Yjs finds them.
        """
        neighbour = _neighbour(struct)
        if neighbour is not None:
            place = self.at(neighbour)
            return (TEXT, None) if place is TEXT else (place.parent, place.key)
        parent = _parent(struct)
        if parent is None:
            return DOCUMENT, struct[10]
        place = self.at(parent)
        if place.kind == DELETED:
            return None, struct[10]
        return place if place.kind == TYPE else NOWHERE, struct[10]

    def fits(self, struct: Struct) -> bool:
        """Whether this struct may stand where it puts itself."""
        parent, key = self.home(struct)
        if self._cuts_pair(struct) or not self._neighbours_agree(struct, parent, key):
            return False
        kind = struct[3]
        if parent is None:
            return True
        if kind in (STRING, FORMAT):
            return struct[10] is None and (parent is TEXT or parent.node == TEXT_TYPE)
        if kind == DELETED:
            return parent is not NOWHERE
        if kind == TYPE:
            return key is None and _fits_child(parent, struct[11])
        return kind == ANY and key is not None and _fits_attribute(parent, key, struct[11])

    def _neighbours_agree(self, struct: Struct, parent: Place | None, key: str | None) -> bool:
        """Left and right neighbour are siblings in every honest update."""
        if struct[4] == NONE or struct[6] == NONE or parent is None:
            return True
        right = self.at((struct[6], struct[7]))
        if right is TEXT:
            return parent is TEXT or parent.node == TEXT_TYPE
        return right.parent is None or (right.parent is parent and right.key == key)

    def _cuts_pair(self, struct: Struct) -> bool:
        left, right = (struct[4], struct[5] + 1), (struct[6], struct[7])
        low_halves, is_low_half = self.low_halves, self.outline.is_low_half
        return left in low_halves or right in low_halves or is_low_half(left) or is_low_half(right)


def _neighbour(struct: Struct) -> Id | None:
    """The sibling whose parent is also this struct's."""
    if struct[4] != NONE:
        return struct[4], struct[5]
    if struct[6] != NONE:
        return struct[6], struct[7]
    return None


def _parent(struct: Struct) -> Id | None:
    return None if struct[8] in (NONE, ROOT) else (struct[8], struct[9])


def _fits_child(parent: Place, child: object) -> bool:
    rules = NODES.get(parent.node)
    if rules is None or parent.depth >= MOST_NESTING:
        return False
    return rules.holds_text if child == TEXT_TYPE else child in rules.children


def _fits_attribute(node: Place, key: str, value: object) -> bool:
    if node.node not in NODES or not is_allowed_attribute(node.node, key, value):
        return False
    if node.node == "field" and node.parent is not None:
        return value in FIELDS.get(node.parent.node, ())
    return True


def _cuts(deletes: dict[int, list[tuple[int, int]]], low_halves: set[Id]) -> bool:
    return any(
        (client, start) in low_halves or (client, end) in low_halves
        for client, ranges in deletes.items()
        for start, end in ranges
    )
