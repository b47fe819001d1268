"""A Yjs update (version 1), read as structure only: what it claims, before the CRDT library sees a byte.

An update from a socket is data from a stranger. A few dozen bytes can make a decoder ask for a gigabyte, and some
sequences make it panic. So each number is held against its range and each count against the bytes left; what passes is
well formed, costs the decoder memory in proportion to its size, and is described well enough to be judged
(`schema.check_update`) and to see whether something is missing before it (`Update.missing`).

One flat loop, because the commonest update by far is one typed character and this runs for each. The format:
https://github.com/yjs/yjs/blob/main/INTERNALS.md and `UpdateDecoderV1` there.
"""

from server.documents.anyvalue import JsonValue, read_count, read_text
from server.documents.content import DELETED, FORMAT, GC, SKIP, STRING, check_json, read_content
from server.documents.errors import Malformed
from server.documents.state_vector import read_state_vector, write_state_vector
from server.documents.struct import ROOT, Struct, low_halves
from server.documents.varint import MOST_CLOCK, read_varint

__all__ = ["Malformed", "Update", "read_state_vector", "read_update", "write_state_vector"]

Range = tuple[int, int]  # clocks from the first to just before the second
MOST_COUNTED = 2**31 - 1  # of what came or went; a few bytes may say more, and the journal's columns hold no more


class Update:
    """What an update says it holds. Clocks count UTF-16 units of text, and one for anything else."""

    __slots__ = (
        "attributes",
        "deleted",
        "deletes",
        "empty",
        "formats",
        "gone",
        "inserted",
        "needs",
        "others",
        "ranges",
        "roots",
        "structs",
        "structural",
        "types",
    )

    ranges: dict[int, list[Range]]  # what it brings, by client, in order
    needs: dict[int, int]  # by client: the clock the document must have reached before this can be applied
    deletes: dict[int, list[Range]]
    inserted: int  # UTF-16 units of text, counted up to MOST_COUNTED
    deleted: int  # sum of what `deletes` covers, new or not, counted likewise
    structural: bool  # more than text and marks on text: nodes, attributes or kinds of content that nobody should send
    empty: bool  # brings nothing and deletes nothing
    types: list[str]  # node names
    formats: list[tuple[str, str]]  # mark name, its attributes as JSON text ("null" ends the mark)
    attributes: list[tuple[str | None, JsonValue]]  # None: the name is that of the value it replaces, not in the update
    roots: set[str]  # names of root types
    others: set[str]  # kinds of content that no section document has: "binary", "subdocument", "array"...
    structs: list[Struct]  # one by one, in their order, but for those that are gone
    gone: list[tuple[int, int, int]]  # client and clocks of what was collected; nothing else is known of it

    def missing(self, state: dict[int, int]) -> bool:
        """Whether a document at `state` (client -> next clock) lacks something that this builds on or deletes."""
        for client, ranges in self.ranges.items():
            have = state.get(client, 0)
            for start, end in ranges:
                if start > have:
                    return True
                have = max(have, end)
        return any(state.get(client, 0) < clock for client, clock in self.needs.items())


def read_update(data: bytes) -> Update:
    """Read one update, or a document's whole state, which is one. Raises `Malformed`."""
    try:
        return _read(data)
    except IndexError:
        raise Malformed("cut short") from None


def _read(data: bytes) -> Update:  # noqa: PLR0912, PLR0915 - one loop, for speed
    size = len(data)
    update = Update()
    ranges: dict[int, list[Range]] = {}
    needs: dict[int, int] = {}
    update.types = []
    update.attributes = []
    formats: list[tuple[str, str]] = []
    roots: set[str] = set()
    others: set[str] = set()
    structs: list[Struct] = []
    gone: list[tuple[int, int, int]] = []
    update.formats, update.roots, update.others, update.structs, update.gone = formats, roots, others, structs, gone
    inserted = 0
    structural = False

    clients = data[0]
    at = 1
    if clients > 127:
        clients, at = read_varint(data, 0)
    if clients > size - at:
        raise Malformed("a count beyond the bytes there are")
    for _ in range(clients):
        count = data[at]
        at += 1
        if count > 127:
            count, at = read_varint(data, at - 1)
        if count > size - at:
            raise Malformed("a count beyond the bytes there are")
        client, at = read_varint(data, at)
        clock = data[at]
        at += 1
        if clock > 127:
            clock, at = read_varint(data, at - 1)
        if client in ranges:
            raise Malformed("a client twice")
        mine: list[Range] = []
        ranges[client] = mine
        start = clock
        for _ in range(count):
            info = data[at]
            at += 1
            kind = info & 31
            origin_client = right_client = parent_client = -1
            origin = right = parent = 0
            key: str | None = None
            what: JsonValue | tuple[int, ...] = None
            bare = kind in (GC, SKIP)
            if not bare:
                if info & 128:
                    origin_client, at = read_varint(data, at)
                    origin = data[at]
                    at += 1
                    if origin > 127:
                        origin, at = read_varint(data, at - 1)
                    if origin_client == client:
                        if origin >= clock:
                            raise Malformed("a struct after itself")
                        if origin < start and needs.get(client, 0) <= origin:
                            needs[client] = origin + 1
                    elif needs.get(origin_client, 0) <= origin:
                        needs[origin_client] = origin + 1
                if info & 64:
                    right_client, at = read_varint(data, at)
                    right = data[at]
                    at += 1
                    if right > 127:
                        right, at = read_varint(data, at - 1)
                    if right_client == client and right >= clock:
                        raise Malformed("a struct before itself")
                    if needs.get(right_client, 0) <= right:
                        needs[right_client] = right + 1
                if not info & 192:
                    named = data[at]
                    at += 1
                    if named == 1:
                        root, at = read_text(data, at)
                        roots.add(root)
                        parent_client = ROOT
                    elif named == 0:
                        parent_client, at = read_varint(data, at)
                        parent, at = read_varint(data, at)
                        if parent_client == client and parent >= clock:
                            raise Malformed("a struct inside itself")
                        if needs.get(parent_client, 0) <= parent:
                            needs[parent_client] = parent + 1
                    else:
                        raise Malformed("a parent of an unknown kind")
                    if info & 32:
                        key, at = read_text(data, at)
                        structural = True
                elif info & 32:
                    # Both writers leave the name out here but keep the bit; readers ignore it.
                    structural = True

            if kind == STRING:
                length = data[at]
                at += 1
                if length > 127:
                    length, at = read_varint(data, at - 1)
                end = at + length
                if end > size:
                    raise Malformed("cut short")
                try:
                    text = data[at:end].decode()
                except UnicodeDecodeError:
                    raise Malformed("text that is not UTF-8") from None
                at = end
                if length != len(text):
                    length = len(text.encode("utf-16-le")) >> 1
                    if length != len(text):
                        what = low_halves(text)
                if info & 32:
                    others.add("text attribute")
                inserted += length
            elif kind == FORMAT:
                mark, at = read_text(data, at)
                value, at = read_text(data, at)
                check_json(value)
                formats.append((mark, value))
                length = 1
                if info & 32:
                    others.add("mark attribute")
            elif kind == DELETED or (bare and info == kind):
                length, at = read_varint(data, at)
            else:
                structural = True
                length, what, at = read_content(data, at, info, key, update)

            if length == 0:
                raise Malformed("a struct of no length")
            if not bare:
                structs.append(
                    (
                        client,
                        clock,
                        length,
                        kind,
                        origin_client,
                        origin,
                        right_client,
                        right,
                        parent_client,
                        parent,
                        key,
                        what,
                    )
                )
            elif kind == GC:
                if gone and gone[-1][2] == clock and gone[-1][0] == client:
                    gone[-1] = (client, gone[-1][1], clock + length)
                else:
                    gone.append((client, clock, clock + length))
            clock += length
            if kind == SKIP:
                if start < clock - length:
                    mine.append((start, clock - length))
                start = clock
        if clock > MOST_CLOCK:
            raise Malformed("a clock too big")
        if start < clock:
            mine.append((start, clock))

    deleted = 0
    if data[at] == 0 and at + 1 == size:
        update.deletes = {}
    else:
        update.deletes, deleted = _read_deletes(data, at, needs)

    if needs:
        _forget_own(needs, ranges)
    update.ranges = ranges
    update.needs = needs
    update.inserted = min(inserted, MOST_COUNTED)
    update.deleted = min(deleted, MOST_COUNTED)
    update.structural = structural
    update.empty = not deleted and not any(ranges.values())
    return update


def _read_deletes(data: bytes, at: int, needs: dict[int, int]) -> tuple[dict[int, list[Range]], int]:
    """The delete set, which ends the update. What it deletes must be there: its ends go into `needs`."""
    deletes: dict[int, list[Range]] = {}
    deleted = 0
    clients, at = read_count(data, at)
    for _ in range(clients):
        client, at = read_varint(data, at)
        count, at = read_count(data, at)
        if client in deletes:
            raise Malformed("a client twice")
        mine = deletes[client] = []
        most = 0
        for _ in range(count):
            start, at = read_varint(data, at)
            length, at = read_varint(data, at)
            end = start + length
            if end > MOST_CLOCK:
                raise Malformed("a clock too big")
            if length == 0:
                continue
            mine.append((start, end))
            deleted += length
            most = max(most, end)
        if needs.get(client, 0) < most:
            needs[client] = most
    if at != len(data):
        raise Malformed("more bytes than the update")
    return deletes, deleted


def _forget_own(needs: dict[int, int], ranges: dict[int, list[Range]]) -> None:
    """Take out of `needs` what the update itself brings (to reach the start of what it brings is asked anyway)."""
    for client in list(needs):
        last = needs[client] - 1
        for start, end in ranges.get(client, ()):
            if start <= last < end:
                del needs[client]
                break
