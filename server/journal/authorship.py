"""Whose each character of a document is: which entry brought which Yjs items, kept in memory and added to as it grows.

A Yjs item is written once and never changes its client and clock, so who wrote a character is who is the author of the
entry that brought its item: exact after merges, offline work and restores, for a restored text is new items by whoever
restored it.
"""

from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Connection, select

from server.documents.errors import Malformed
from server.documents.typed import typed_start
from server.documents.update import read_update
from server.journal.kinds import TEXT_KINDS
from server.journal.payload import update_of
from server.storage.tables import Entry

MOST_ENTRIES = 1_000_000  # of all documents that are kept; some 40 bytes each
AT_ONCE = 5_000
_NOBODYS: tuple["array[int]", "array[int]"] = (array("q"), array("h"))


class Source(NamedTuple):
    """The entry that brought something: its number, who wrote it, and when (microseconds since the Unix epoch)."""

    number: int
    author_id: str
    time: int


class Authorship:
    """Of one document: which entry brought which items, as far as `upto`."""

    def __init__(self, document_id: str) -> None:
        self._document_id = document_id
        self.upto = 0
        self._numbers = array("q")
        self._times = array("q")
        self._who = array("h")
        self._authors: list[str] = []
        self._known: dict[str, int] = {}
        self._starts: dict[int, array[int]] = {}
        self._brought: dict[int, array[int]] = {}  # by client, beside `_starts`: which of the entries
        # By client, where somebody's items begin and whose they are: far fewer, for a client is mostly one person's.
        self._changes: dict[int, tuple[array[int], array[int]]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def read_on(self, connection: Connection) -> None:
        """Take in what was written since."""
        while True:
            rows = connection.execute(
                select(Entry.number, Entry.kind, Entry.author_id, Entry.time, Entry.payload)
                .where(
                    Entry.document_id == self._document_id,
                    Entry.kind.in_(sorted(TEXT_KINDS)),
                    Entry.number > self.upto,
                )
                .order_by(Entry.number)
                .limit(AT_ONCE)
            ).all()
            for number, kind, author_id, time, payload in rows:
                self._take(number, author_id, time, update_of(kind, payload))
            if len(rows) < AT_ONCE:
                return

    def _take(self, number: int, author_id: str, time: int, update: bytes | None) -> None:
        self.upto = number
        if update is None:
            return
        try:
            typed = typed_start(update)
            begins_at = [typed] if typed else _begins(update)
        except Malformed:
            return  # `verify` names it; nobody's words come of it
        who = self._known.get(author_id)
        if who is None:
            who = self._known[author_id] = len(self._authors)
            self._authors.append(author_id)
        place = len(self._numbers)
        self._numbers.append(number)
        self._times.append(time)
        self._who.append(who)
        for client, start in begins_at:
            starts = self._starts.setdefault(client, array("q"))
            # What comes again was brought before; the first to bring it wrote it.
            if not starts or start > starts[-1]:
                starts.append(start)
                self._brought.setdefault(client, array("l")).append(place)
                begins, whose = self._changes.setdefault(client, (array("q"), array("h")))
                if not whose or whose[-1] != who:
                    begins.append(start)
                    whose.append(who)

    def source(self, place: int) -> Source:
        """The entry at a place of `pieces`."""
        return Source(self._numbers[place], self._authors[self._who[place]], self._times[place])

    def pieces(self, client: int, clock: int, length: int) -> Iterator[tuple[int, int]]:
        """Of these items, (length, place of the entry that brought them); place -1 for what no entry brought."""
        starts = self._starts.get(client)
        at = bisect_right(starts, clock) - 1 if starts else -1
        if not starts or at < 0:
            yield length, -1
            return
        end = clock + length
        while clock < end:
            until = min(end, starts[at + 1]) if at + 1 < len(starts) else end
            yield until - clock, self._brought[client][at]
            clock, at = until, at + 1

    def authors(self, client: int, clock: int, length: int) -> Iterator[tuple[int, str]]:
        """Of these items, (length, id of who wrote them); "" for nobody known."""
        begins, whose = self._changes.get(client, _NOBODYS)
        at = bisect_right(begins, clock) - 1
        if at < 0:
            yield length, ""
            return
        end = clock + length
        while clock < end:
            until = min(end, begins[at + 1]) if at + 1 < len(begins) else end
            yield until - clock, self._authors[whose[at]]
            clock, at = until, at + 1


def _begins(update: bytes) -> list[tuple[int, int]]:
    """Where each stretch of items begins that an update brings: client and clock. Raises `Malformed`."""
    return [(client, start) for client, spans in read_update(update).ranges.items() for start, _ in spans]


class Authorships:
    """Those asked for of late, within bounds; the longest unused goes first."""

    def __init__(self, most: int = MOST_ENTRIES) -> None:
        self._most = most
        self._kept: OrderedDict[str, Authorship] = OrderedDict()
        self._lock = Lock()

    def of(self, connection: Connection, document_id: str) -> Authorship:
        """Up to date with the journal. One at a time: two readers would do the same work twice."""
        with self._lock:
            found = self._kept.get(document_id)
            if found is None:
                found = self._kept[document_id] = Authorship(document_id)
            self._kept.move_to_end(document_id)
            found.read_on(connection)
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > self._most:
                self._kept.popitem(last=False)
            return found
