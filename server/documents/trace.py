"""Orders of structs that are well formed and yet never integrate, or only at a price.

Two shapes matter. Structs that wait for each other in a ring are parked by the CRDT library in silence. And many
structs at one place, each naming another right neighbour, make it look through all the earlier ones for each: n
squared.
"""

from server.documents.errors import Malformed

# client, clock, length, then client and clock of its origin, right origin and parent (client -1 where it names none)
Trace = list[tuple[int, int, int, int, int, int, int, int, int]]

MOST_LOOKS = 1_000_000


def check_trace(trace: Trace) -> None:
    """Raises `Malformed` for a ring, or for an order that would take more than about `MOST_LOOKS` comparisons."""
    _check_crowding(trace)
    _check_rings(trace)


def _check_crowding(trace: Trace) -> None:
    crowd: dict[tuple[int, int], int] = {}
    newest: dict[tuple[int, int], tuple[int, int]] = {}
    looks = 0
    for client, clock, _, origin_client, origin, right_client, right, parent_client, parent in trace:
        if origin_client >= 0:
            place = (origin_client, origin)
        elif parent_client >= 0:
            place = (~parent_client, parent)
        else:
            place = (-1, -1)
        if newest.get(place) != (right_client, right):  # typing in front of one's last character looks at nothing
            before = crowd.get(place, 0)
            crowd[place] = before + 1
            looks += before
            if looks > MOST_LOOKS:
                raise Malformed("too many structs in one place")
        newest[place] = (client, clock)


def _check_rings(trace: Trace) -> None:
    """Integrate in thought, as the library does: a client's structs in order, each after those that it names."""
    ends: dict[int, int] = {}
    starts: dict[int, int] = {}
    queues: dict[int, list[tuple[int, int, tuple[tuple[int, int], ...]]]] = {}
    for client, clock, length, *names in trace:
        ends[client] = clock + length
        starts.setdefault(client, clock)
        others = tuple((names[i], names[i + 1]) for i in (0, 2, 4) if names[i] >= 0 and names[i] != client)
        queues.setdefault(client, []).append((clock, clock + length, others))
    if len(queues) < 2:
        return
    reached = dict(starts)
    position = dict.fromkeys(queues, 0)
    waiting: dict[int, list[tuple[int, int]]] = {}
    ready = list(queues)
    while ready:
        client = ready.pop()
        queue = queues[client]
        at = position[client]
        while at < len(queue):
            _, end, names_of = queue[at]
            blocked = next(
                ((c, k) for c, k in names_of if c in ends and reached[c] <= k < ends[c]),
                None,
            )
            if blocked is not None:
                waiting.setdefault(blocked[0], []).append((blocked[1], client))
                break
            reached[client] = end
            at += 1
        position[client] = at
        woken = waiting.pop(client, [])
        for clock, waiter in woken:
            if reached[client] > clock:
                ready.append(waiter)
            else:
                waiting.setdefault(client, []).append((clock, waiter))
    if any(position[client] < len(queue) for client, queue in queues.items()):
        raise Malformed("structs that wait for each other")
