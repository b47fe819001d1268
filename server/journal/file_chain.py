"""A program that follows chains in an SQLite file, through a driver that is faster than Python's own: APSW.

Its argument is the file's path; each line of its input is a JSON array, a meeting's id and the number to go to. To each
it answers with a line: the hash of that entry, or nothing where it doubts. `server.journal.apart` runs it, and says why
it is a process of its own.
"""

import gc
import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import apsw

from server.journal.chain import AT_ONCE, COLUMNS, Doubt, Headers, follow
from server.journal.entry import GENESIS

_ROWS = " ".join(("SELECT", ", ".join(COLUMNS), "FROM entry WHERE meeting_id = ? AND number <= ? ORDER BY number"))
_BUSY_MS = 5000


def main(path: str) -> None:
    file = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_NOMUTEX)
    file.set_busy_timeout(_BUSY_MS)
    gc.disable()  # nothing here goes round in a circle, and looking for such takes a third of the time
    for line in sys.stdin:
        meeting, number = json.loads(line)
        try:
            answer = _follow(iter(file.execute(_ROWS, (meeting, number))), number).hex()
        except Exception:  # noqa: BLE001 - whoever changed it may have put anything there
            answer = ""
        print(answer, flush=True)


def _follow(rows: Iterator[Any], last: int) -> bytes:
    number, previous, headers = 0, GENESIS, Headers()
    while batch := list(islice(rows, AT_ONCE)):
        previous = follow(batch, number, previous, headers)
        number += len(batch)
    if number != last:
        raise Doubt
    return previous


if __name__ == "__main__":
    main(sys.argv[1])
