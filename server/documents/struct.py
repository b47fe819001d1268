"""The structs of an update, one tuple each, and orders of them that never integrate or only at a price.

Two shapes matter. Structs that wait for each other in a ring are parked by the CRDT library in silence. And many
structs at one place, each naming another right neighbour, make it look through all the earlier ones for each: n
squared.
"""

import heapq

from server.documents.anyvalue import JsonValue
from server.documents.errors import Malformed

# client, clock, length, kind of content, then client and clock of its origin, right origin and parent (client NONE
# where it names none, ROOT for the document itself), its attribute name, and what it is: a node's name, an attribute's
# value, or for text the places of the second halves of surrogate pairs.
Struct = tuple[int, int, int, int, int, int, int, int, int, int, str | None, JsonValue | tuple[int, ...]]
NONE, ROOT = -1, -2

MOST_LOOKS = 1_000_000


def low_halves(text: str) -> tuple[int, ...]:
    """Where in `text`, counted in UTF-16 units, the second halves of surrogate pairs are."""
    places = []
    at = 0
    for character in text:
        if character > "\uffff":
            places.append(at + 1)
            at += 1
        at += 1
    return tuple(places)


def check_order(structs: list[Struct], ranges: dict[int, list[tuple[int, int]]]) -> None:
    """Raises `Malformed` for a ring, or for an order that would take more than about `MOST_LOOKS` comparisons."""
    _check_crowding(structs)
    if len(ranges) > 1:
        _check_rings(structs, ranges)


def _check_crowding(structs: list[Struct]) -> None:
    crowd: dict[tuple[int, int], int] = {}
    newest: dict[tuple[int, int], tuple[int, int]] = {}
    looks = 0
    for client, clock, _, _, origin_client, origin, right_client, right, parent_client, parent, _, _ in structs:
        place = (origin_client, origin) if origin_client >= 0 else (-3 - parent_client, parent)
        if newest.get(place) != (right_client, right):  # typing in front of one's last character looks at nothing
            before = crowd.get(place, 0)
            crowd[place] = before + 1
            looks += before
            if looks > MOST_LOOKS:
                raise Malformed("too many structs in one place")
        newest[place] = (client, clock)


def _check_rings(structs: list[Struct], ranges: dict[int, list[tuple[int, int]]]) -> None:
    """Integrate in thought, as the library does: a client's structs in order, each after those that it names."""
    ends = {client: mine[-1][1] for client, mine in ranges.items() if mine}
    queues: dict[int, list[tuple[int, list[tuple[int, int]]]]] = {}
    for client, clock, _, _, *names, _, _ in structs:
        others = [(names[i], names[i + 1]) for i in (0, 2, 4) if names[i] >= 0 and names[i] != client]
        queues.setdefault(client, []).append((clock, others))
    # What was collected waits for nothing, so a client has reached what lies before its next struct.
    reached = {client: queues[client][0][0] if client in queues else end for client, end in ends.items()}
    position = dict.fromkeys(queues, 0)
    waiting: dict[int, list[tuple[int, int]]] = {}  # by the client waited for: its clock, and who waits
    ready = list(queues)
    while ready:
        client = ready.pop()
        queue = queues[client]
        at = position[client]
        while at < len(queue):
            blocking = next(
                (
                    (other, clock)
                    for other, clock in queue[at][1]
                    if reached.get(other, clock + 1) <= clock < ends[other]
                ),
                None,
            )
            if blocking is not None:
                heapq.heappush(waiting.setdefault(blocking[0], []), (blocking[1], client))
                break
            at += 1
            reached[client] = queue[at][0] if at < len(queue) else ends[client]
        position[client] = at
        waiters = waiting.get(client)
        while waiters and waiters[0][0] < reached[client]:
            ready.append(heapq.heappop(waiters)[1])
    if any(position[client] < len(queue) for client, queue in queues.items()):
        raise Malformed("structs that wait for each other")
