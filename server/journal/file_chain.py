"""A program that follows chains in an SQLite file, through a driver that is faster than Python's own: APSW.

Its argument is the file's path; each line of its input is a JSON array, a meeting's id and the number to go to. To each
it answers with a line: the hash of that entry, or nothing where it doubts. `server.journal.apart` runs it, and says why
it is a process of its own.
"""

import gc
import json
import sys
from collections import Counter
from itertools import islice
from typing import Any

import apsw

from server.journal.chain import AT_ONCE, SEALED, TEXTS, Doubt, follow
from server.journal.entry import GENESIS, Author, header

# To read four texts of each entry takes as long as one of its hashes. Those that the last entries had are told to
# SQLite, which says which of them an entry has.
_KNOWN = 8
_SAME = " AND ".join(f"{name} IS ?" for name in sorted(TEXTS))  # by author first: that is what differs
_WHICH = " ".join(("CASE", *(f"WHEN {_SAME} THEN {which}" for which in range(_KNOWN)), "END"))
_SOME = "FROM entry WHERE meeting_id = ? AND number > ? AND number <= ? ORDER BY number"
_ROWS = f"SELECT {', '.join(SEALED)}, {_WHICH} {_SOME}"
_TEXTS = f"SELECT {', '.join(TEXTS)} {_SOME}"
_BEFORE_ALL = -(2**63)
_BUSY_MS = 5000


def main(path: str) -> None:
    file = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_NOMUTEX)
    file.set_busy_timeout(_BUSY_MS)
    gc.disable()  # nothing here goes round in a circle, and looking for such takes a third of the time
    for line in sys.stdin:
        meeting, number = json.loads(line)
        try:
            with file:  # all of a meeting as of one moment
                answer = _follow(file, meeting, number).hex()
        except Exception:  # noqa: BLE001 - whoever changed it may have put anything there
            answer = ""
        print(answer, flush=True)


def _follow(file: apsw.Connection, meeting: str, last: int) -> bytes:
    number, previous, texts = 0, GENESIS, _Texts()
    rows = iter(file.execute(_ROWS, (*texts.told, meeting, _BEFORE_ALL, last)))
    while some := list(islice(rows, AT_ONCE)):
        *sealed, which = zip(*some, strict=True)
        if None in which:
            middles = texts.learn(file.execute(_TEXTS, (meeting, number or _BEFORE_ALL, sealed[0][-1])).fetchall())
            rows = iter(file.execute(_ROWS, (*texts.told, meeting, sealed[0][-1], last)))
        else:
            middles = list(map(texts.known.__getitem__, which))
        previous = follow(sealed, middles, number, previous)
        number += len(some)
    if number != last:
        raise Doubt
    return previous


class _Texts:
    """The texts that entries have, as they are hashed. `known`: those that SQLite was `told`, the commonest first."""

    def __init__(self) -> None:
        self._hashed: dict[tuple[Any, ...], bytes] = {}
        self.known: list[bytes] = []
        self.told: list[Any] = [None] * (len(TEXTS) * _KNOWN)

    def learn(self, rows: list[Any]) -> list[bytes]:
        often = Counter(rows).most_common()
        for kind, document_id, author_id, role in (texts for texts, _ in often if texts not in self._hashed):
            made = header(kind, document_id, Author(author_id, role))
            self._hashed[kind, document_id, author_id, role] = made
        commonest = [texts for texts, _ in often[:_KNOWN]]
        self.known = [self._hashed[texts] for texts in commonest]
        told = [dict(zip(TEXTS, texts, strict=True)) for texts in commonest]
        self.told[: len(told) * len(TEXTS)] = [texts[name] for texts in told for name in sorted(TEXTS)]
        self.told[len(told) * len(TEXTS) :] = [None] * (len(self.told) - len(told) * len(TEXTS))
        return [self._hashed[texts] for texts in rows]


if __name__ == "__main__":
    main(sys.argv[1])
