"""Is an update new, known already, or does it lack its predecessors? Answered before pycrdt sees it. No I/O.

pycrdt takes an update whose predecessors are missing without a word and leaves it out of the document's state, so a gap
has to be found from the update's own clocks.
"""

from enum import Enum, auto

from server.documents.content import STRING
from server.documents.update import Update
from server.sync.ranges import ClockSet

Clocks = dict[int, int]


class Verdict(Enum):
    NEW = auto()
    NOTHING = auto()  # the document holds all of it
    GAP = auto()  # something it builds on is missing


def advance(clocks: Clocks, update: Update) -> None:
    """Note in `clocks` (client -> next clock) what the update brings."""
    for client, ranges in update.ranges.items():
        if ranges and ranges[-1][1] > clocks.get(client, 0):
            clocks[client] = ranges[-1][1]


def brings_text(update: Update, clocks: Clocks) -> bool:
    """Whether anything but its deletions is new to who knows `clocks`."""
    return any(ranges and ranges[-1][1] > clocks.get(client, 0) for client, ranges in update.ranges.items())


def repeats_text(update: Update, clocks: Clocks) -> bool:
    """Whether it says something again that is known."""
    return any(ranges and ranges[0][0] < clocks.get(client, 0) for client, ranges in update.ranges.items())


def cuts_pair(update: Update, clocks: Clocks) -> bool:
    """Whether what is known ends inside a surrogate pair that the update brings.

    Only a client that says two things under one clock does that, and the library's merge then loses half the pair, and
    with it the count of clocks.
    """
    return any(
        struct[3] == STRING and isinstance(struct[11], tuple) and clocks.get(struct[0], 0) - struct[1] in struct[11]
        for struct in update.structs
    )


def judge(update: Update, clocks: Clocks, deleted: ClockSet | None) -> Verdict:
    """Hold an update against what a document knows (`clocks`) and has deleted (None: take deletions as new)."""
    new = False
    ends: Clocks = {}
    for client, ranges in update.ranges.items():
        known = clocks.get(client, 0)
        for start, end in ranges:
            if start > known:
                return Verdict.GAP
            if end > known:
                known = end
                new = True
        ends[client] = known
    for client, clock in update.needs.items():
        if ends.get(client, clocks.get(client, 0)) < clock:
            return Verdict.GAP
    for client, ranges in update.deletes.items():
        if ranges and ranges[-1][1] > ends.get(client, clocks.get(client, 0)):
            return Verdict.GAP
    if new or not update.deletes:
        return Verdict.NEW if new else Verdict.NOTHING
    return Verdict.NOTHING if deleted is not None and deleted.holds(update.deletes) else Verdict.NEW
