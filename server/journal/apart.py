"""Chains of a large SQLite file, followed by processes of their own, one for each processor.

`server.journal.file_chain` reads rows in less than half of the time that Python's own driver takes, which is half of a
chain's cost. Its driver brings its own SQLite, and two of them must not have one file open in one process: a process's
locks are one, and the first to close the file would let go of the other's (sqlite.org/howtocorrupt.html, 2.2.1).
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Connection, func, select

from server.storage.tables import Entry, Meeting

WORTH_IT = 200_000  # entries: of fewer, the start of a process takes longer than it saves
PROCESSES = os.cpu_count() or 1
_PROGRAM = [sys.executable, "-m", "server.journal.file_chain"]


def followed(connection: Connection, meeting_id: str | None) -> Mapping[str, tuple[int, bytes]]:
    """By meeting, or of one: number and hash of the last entry that this connection sees, where the chain is whole.

    What is missing (a small database, one that is no file, a doubtful chain, a process that failed) is for the caller
    to look at. The connection must be reading as of one moment; entries that come later are not looked at.
    """
    path = connection.engine.url.database
    if connection.dialect.name != "sqlite" or not path or not Path(path).is_file():
        return {}
    last = select(func.max(Entry.number)).where(Entry.meeting_id == Meeting.id).scalar_subquery()
    statement = select(Meeting.id, last)
    if meeting_id is not None:
        statement = statement.where(Meeting.id == meeting_id)
    # Whoever changed the file may have put anything there.
    ends = [(it, end) for it, end in connection.execute(statement) if type(it) is str and type(end) is int]
    if sum(end for _, end in ends) < WORTH_IT:
        return {}
    found: dict[str, tuple[int, bytes]] = {}
    with ThreadPoolExecutor() as threads:
        for part in threads.map(lambda part: _follow(path, part), _parts(ends)):
            found |= part
    return found


def _parts(ends: Sequence[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """The meetings as so many parts as there are processors, each with about as many entries."""
    parts: list[list[tuple[str, int]]] = [[] for _ in range(min(len(ends), PROCESSES))]
    for one in sorted(ends, key=lambda one: -one[1]):
        min(parts, key=lambda part: sum(end for _, end in part)).append(one)
    return parts


def _follow(path: str, meetings: Sequence[tuple[str, int]]) -> dict[str, tuple[int, bytes]]:
    asked = "".join(f"{json.dumps(one)}\n" for one in meetings)
    answers = subprocess.run([*_PROGRAM, path], input=asked, capture_output=True, text=True, check=False).stdout
    told = zip(meetings, answers.splitlines(), strict=False)
    return {meeting: (end, bytes.fromhex(digest)) for (meeting, end), digest in told if digest}
