"""The Hocuspocus protocol on the wire: frames to values and back. No I/O.

Every frame but Ping and Pong starts with the routing key (a document's name, or `name NUL session`), then its type.
Source: `@hocuspocus/provider` 4.8 and `y-protocols` 1.0.
"""

from typing import NamedTuple

from server.sync.lib0 import Malformed, read_bytes, read_text, read_uint, sized, text, uint

SYNC, AWARENESS, AUTH, QUERY_AWARENESS, SYNC_REPLY = 0, 1, 2, 3, 4
STATELESS, BROADCAST_STATELESS, CLOSE, SYNC_STATUS, PING, PONG = 5, 6, 7, 8, 9, 10
STEP_1, STEP_2, UPDATE = 0, 1, 2
TOKEN, PERMISSION_DENIED, AUTHENTICATED = 0, 1, 2

READ_WRITE, READ_ONLY = "read-write", "readonly"

# Close codes: 1008 to 1013 are RFC 6455's and IANA's, the others Hocuspocus' own.
TOO_BIG, POLICY, RESTART, LATER = 1009, 1008, 1012, 1013
RESET, UNAUTHORIZED, FORBIDDEN, TIMEOUT = 4205, 4401, 4403, 4408

DAMAGED = "damaged"  # why a document is closed to everybody: what is stored of it was changed

MOST_KEY = 256  # bytes of a routing key
MOST_TOKEN = 4096


class Frame(NamedTuple):
    """One frame from a client. `step` belongs to Sync; `body` is a state vector, update, token or awareness update."""

    key: str
    type: int
    step: int = 0
    body: bytes = b""


def decode(data: bytes) -> Frame:  # noqa: PLR0912 - one branch a message type
    """Read a client's frame. Raises `Malformed` for anything that a client may not send, trailing bytes included."""
    if len(data) == 1 and data[0] in (PING, PONG):
        return Frame("", data[0])
    length, at = read_uint(data, 0)
    if not 0 < length <= MOST_KEY:
        raise Malformed("the document's name is missing or too long")
    key, at = read_text(data, 0)
    kind, at = read_uint(data, at)
    if kind in (SYNC, SYNC_REPLY):
        step, at = read_uint(data, at)
        if step > UPDATE:
            raise Malformed(f"there is no sync message {step}")
        body, at = read_bytes(data, at)
        frame = Frame(key, SYNC, step, body)
    elif kind == AWARENESS:
        body, at = read_bytes(data, at)
        frame = Frame(key, kind, 0, body)
    elif kind == AUTH:
        step, at = read_uint(data, at)
        if step != TOKEN:
            raise Malformed(f"a client sends no auth message {step}")
        body, at = read_bytes(data, at)
        if len(body) > MOST_TOKEN:
            raise Malformed("the token is too long")
        return Frame(key, kind, step, body)  # newer clients append their version
    elif kind == STATELESS:
        body, at = read_bytes(data, at)
        frame = Frame(key, kind, 0, body)
    elif kind == CLOSE:
        return Frame(key, kind)
    elif kind == QUERY_AWARENESS:
        frame = Frame(key, kind)
    else:
        raise Malformed(f"a client sends no message of type {kind}")
    if at != len(data):
        raise Malformed("bytes are left over after the message")
    return frame


def document_of(key: str) -> str:
    """The document's name in a routing key."""
    return key.partition("\0")[0]


# What follows the routing key in the server's frames.


def step_1(state_vector: bytes) -> bytes:
    return bytes((SYNC, STEP_1)) + sized(state_vector)


def step_2(update: bytes) -> bytes:
    return bytes((SYNC, STEP_2)) + sized(update)


def update(data: bytes) -> bytes:
    return bytes((SYNC, UPDATE)) + sized(data)


def awareness(data: bytes) -> bytes:
    return bytes((AWARENESS,)) + sized(data)


def authenticated(scope: str) -> bytes:
    return bytes((AUTH, AUTHENTICATED)) + text(scope)


def permission_denied(reason: str) -> bytes:
    return bytes((AUTH, PERMISSION_DENIED)) + text(reason)


def stateless(payload: str) -> bytes:
    return bytes((STATELESS,)) + text(payload)


def close(reason: str) -> bytes:
    return bytes((CLOSE,)) + text(reason)


STORED = bytes((SYNC_STATUS, 1))
REFUSED = bytes((SYNC_STATUS, 0))


def binary_message(payload: bytes) -> bytes:
    """A whole, unmasked binary WebSocket message (RFC 6455 section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x82, size)) + payload
    if size < 65_536:
        return bytes((0x82, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x82, 127)) + size.to_bytes(8, "big") + payload


__all__ = ["Frame", "Malformed", "binary_message", "decode", "document_of", "text", "uint"]
