"""State vectors: how far a document has got with each author, as client -> next clock."""

from server.documents.errors import Malformed
from server.documents.varint import MOST_CLOCK, read_varint, write_varint


def read_state_vector(data: bytes) -> dict[int, int]:
    """A state vector: client -> next clock. Raises `Malformed`."""
    try:
        count, at = read_varint(data, 0)
        if count > (len(data) - at) // 2:
            raise Malformed("a count beyond the bytes there are")
        state: dict[int, int] = {}
        for _ in range(count):
            client, at = read_varint(data, at)
            clock, at = read_varint(data, at)
            if client in state or clock > MOST_CLOCK:
                raise Malformed("a client twice, or a clock too big")
            state[client] = clock
    except IndexError:
        raise Malformed("cut short") from None
    if at != len(data):
        raise Malformed("more bytes than the state vector")
    return state


def write_state_vector(state: dict[int, int]) -> bytes:
    """The bytes of a state vector, clients in falling order as Yjs writes them."""
    out = [write_varint(len(state))]
    for client in sorted(state, reverse=True):
        out.append(write_varint(client))
        out.append(write_varint(state[client]))
    return b"".join(out)
