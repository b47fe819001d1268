"""Where in a document each of its Yjs items stands, deleted ones too.

The CRDT library tells what a document reads like, and not which item a character came with. So the order of the items
is worked out here as Yjs does it (the YATA rules: https://github.com/yjs/yjs, `Item.integrate`), from the document's
whole state. Offsets count UTF-16 units, as Yjs does.
"""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterator

from server.documents.content import DELETED, FORMAT, TEXT_TYPE, TYPE
from server.documents.struct import NONE, ROOT, Struct
from server.documents.update import read_update

Id = tuple[int, int]
Piece = Struct | tuple[int, int, int]  # a struct, or client and clocks of what was collected
TOP: Id = (ROOT, 0)  # stands for the document's root


class _Item:
    __slots__ = (
        "client",
        "clock",
        "countable",
        "deleted",
        "keyed",
        "left",
        "length",
        "name",
        "origin",
        "right",
        "right_origin",
        "sequence",
    )

    def __init__(self, client: int, clock: int, length: int) -> None:
        self.client = client
        self.clock = clock
        self.length = length
        self.deleted = False
        self.countable = True
        self.keyed = False  # an attribute's value: stands in no order
        self.name: str | None = None  # of a node; TEXT_TYPE for running text
        self.left: _Item | None = None
        self.right: _Item | None = None
        self.origin: Id | None = None
        self.right_origin: Id | None = None
        self.sequence: Id | None = None  # the node it is in; None: it is gone for good


class Positions:
    """The items of the document with this whole state. Raises `Malformed` for what is none."""

    def __init__(self, state: bytes) -> None:
        update = read_update(state)
        self._items: dict[int, list[_Item]] = {}
        self._starts: dict[int, list[int]] = {}
        self._first: dict[Id, _Item | None] = {TOP: None}
        waiting: dict[int, deque[Piece]] = {}
        pieces: list[Piece] = [*update.structs, *update.gone]
        for piece in sorted(pieces, key=lambda one: (one[0], one[1])):
            waiting.setdefault(piece[0], deque()).append(piece)
        self._take_all(waiting)
        for client, ranges in update.deletes.items():
            for start, end in ranges:
                self._delete(client, start, end)

    def texts(self) -> list[Id]:
        """The running texts that can be seen, in the order of the document."""
        found: list[Id] = []
        todo = [self._children(TOP)]
        while todo:
            item = next(todo[-1], None)
            if item is None:
                todo.pop()
            elif item.name == TEXT_TYPE:
                found.append((item.client, item.clock))
            else:
                todo.append(self._children((item.client, item.clock)))
        return found

    def runs(self) -> Iterator[tuple[int, int, int, int]]:
        """What can be seen, in the order of the document: which text, and client, first clock and length of a run."""
        for number, text in enumerate(self.texts()):
            item = self._first.get(text)
            while item is not None:
                if not item.deleted and item.countable:
                    yield number, item.client, item.clock, item.length
                item = item.right

    def find(self, client: int, clock: int, *, after: bool) -> tuple[Id, int] | None:
        """Where in which text the item's character is, or was: before it, or `after` it. None for what is gone."""
        item = self._at(client, clock)
        if item is None or item.sequence is None or item.keyed:
            return None
        offset = 0
        if not item.deleted and item.countable:
            offset = clock - item.clock + int(after)
        before = item.left
        while before is not None:
            if not before.deleted and before.countable:
                offset += before.length
            before = before.left
        return item.sequence, offset

    def item(self, text: Id, offset: int) -> Id:
        """The item of the character at this offset of a text. Raises `LookupError` beyond its end."""
        item = self._first.get(text)
        while item is not None:
            if not item.deleted and item.countable:
                if offset < item.length:
                    return item.client, item.clock + offset
                offset -= item.length
            item = item.right
        raise LookupError(offset)

    def _children(self, sequence: Id) -> Iterator[_Item]:
        item = self._first.get(sequence)
        while item is not None:
            if item.name is not None and not item.deleted:
                yield item
            item = item.right

    # --- putting items in their order ---

    def _take_all(self, waiting: dict[int, deque[Piece]]) -> None:
        """Each client's structs in their order, each after those it builds on."""
        moving = True
        while moving:
            moving = False
            for queue in waiting.values():
                while queue and self._is_ready(queue[0]):
                    self._take(queue.popleft())
                    moving = True

    def _is_ready(self, piece: Piece) -> bool:
        if len(piece) == 3:
            return True
        return all(
            client < 0 or self._reached(client) > clock
            for client, clock in ((piece[4], piece[5]), (piece[6], piece[7]), (piece[8], piece[9]))
        )

    def _reached(self, client: int) -> int:
        mine = self._items.get(client)
        return mine[-1].clock + mine[-1].length if mine else 0

    def _take(self, piece: Piece) -> None:
        if len(piece) == 3:
            item = _Item(piece[0], piece[1], piece[2] - piece[1])
            item.deleted = True
            self._keep(item)
            return
        client, clock, length, kind = piece[:4]
        item = _Item(client, clock, length)
        item.deleted = kind == DELETED
        item.countable = kind not in (FORMAT, DELETED)
        item.origin = None if piece[4] == NONE else (piece[4], piece[5])
        item.right_origin = None if piece[6] == NONE else (piece[6], piece[7])
        if kind == TYPE and isinstance(piece[11], str):
            item.name = piece[11]
        left = None if item.origin is None else self._ending_at(*item.origin)
        right = None if item.right_origin is None else self._starting_at(*item.right_origin)
        neighbour = left if left is not None else right
        if neighbour is not None:
            item.sequence, item.keyed = neighbour.sequence, neighbour.keyed
        elif piece[8] == ROOT:
            item.sequence, item.keyed = TOP, piece[10] is not None
        else:
            parent = self._at(piece[8], piece[9])
            if parent is not None and parent.name is not None and parent.sequence is not None:
                item.sequence, item.keyed = (parent.client, parent.clock), piece[10] is not None
        if item.sequence is not None and not item.keyed:
            self._place(item, left, right)
        self._keep(item)

    def _place(self, item: _Item, left: _Item | None, right: _Item | None) -> None:
        """Between its neighbours; among what others put there at the same time, where Yjs puts it."""
        assert item.sequence is not None  # noqa: S101 - asked just before
        other = left.right if left is not None else self._first.get(item.sequence)
        conflicting: set[Id] = set()
        passed: set[Id] = set()
        while other is not None and other is not right:
            passed.add((other.client, other.clock))
            conflicting.add((other.client, other.clock))
            if other.origin == item.origin:
                if other.client < item.client:
                    left = other
                    conflicting.clear()
                elif other.right_origin == item.right_origin:
                    break
            else:
                start = None if other.origin is None else self._at(*other.origin)
                if start is None or (start.client, start.clock) not in passed:
                    break
                if (start.client, start.clock) not in conflicting:
                    left = other
                    conflicting.clear()
            other = other.right
        item.left = left
        item.right = left.right if left is not None else self._first.get(item.sequence)
        if left is not None:
            left.right = item
        else:
            self._first[item.sequence] = item
        if item.right is not None:
            item.right.left = item

    # --- items by their ids ---

    def _keep(self, item: _Item) -> None:
        self._items.setdefault(item.client, []).append(item)
        self._starts.setdefault(item.client, []).append(item.clock)

    def _at(self, client: int, clock: int) -> _Item | None:
        starts = self._starts.get(client)
        if not starts or clock < starts[0]:
            return None
        item = self._items[client][bisect_right(starts, clock) - 1]
        return item if clock < item.clock + item.length else None

    def _starting_at(self, client: int, clock: int) -> _Item | None:
        item = self._at(client, clock)
        if item is None or item.clock == clock:
            return item
        return self._split(item, clock)

    def _ending_at(self, client: int, clock: int) -> _Item | None:
        item = self._at(client, clock)
        if item is not None and clock < item.clock + item.length - 1:
            self._split(item, clock + 1)
        return item

    def _split(self, item: _Item, clock: int) -> _Item:
        """Cut an item in two; the second one starts at `clock`."""
        rest = _Item(item.client, clock, item.clock + item.length - clock)
        rest.deleted, rest.countable, rest.keyed = item.deleted, item.countable, item.keyed
        rest.sequence, rest.right_origin, rest.origin = item.sequence, item.right_origin, (item.client, clock - 1)
        rest.left, rest.right = item, item.right
        item.length = clock - item.clock
        if item.right is not None:
            item.right.left = rest
        item.right = rest
        place = bisect_right(self._starts[item.client], item.clock)
        insort(self._starts[item.client], clock)
        self._items[item.client].insert(place, rest)
        return rest

    def _delete(self, client: int, start: int, end: int) -> None:
        item = self._starting_at(client, start)
        while item is not None and item.clock < end:
            if item.clock + item.length > end:
                self._split(item, end)
            item.deleted = True
            item = self._at(client, item.clock + item.length)
