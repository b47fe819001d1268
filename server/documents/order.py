"""Orders of structs that are well formed and yet never integrate, or only at a price.

Structs that wait for each other in a ring are parked by the CRDT library in silence. And many structs at one place,
each naming another right neighbour, make it look through all the earlier ones for each: n squared.
"""

import heapq

from server.documents.struct import Struct

MOST_LOOKS = 400_000  # comparisons; the library makes some five a microsecond


def is_costly(structs: list[Struct]) -> bool:
    """Whether integrating these would take more than about `MOST_LOOKS` comparisons."""
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
                return True
        newest[place] = (client, clock)
    return False


def has_ring(structs: list[Struct], ranges: dict[int, list[tuple[int, int]]]) -> bool:
    """Whether some of these wait for each other. Found by integrating in thought, as the library does: a client's
    structs in order, each after those that it names.
    """
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
    return any(position[client] < len(queue) for client, queue in queues.items())
