"""lib0's "any" values, as Yjs carries attribute values in them: a tag byte, then the value.

Read before the CRDT library sees the bytes, so every count is held against the bytes that are left.
"""

import struct

from server.documents.errors import Malformed
from server.documents.varint import MOST, read_varint

MOST_NESTING = 16

JsonValue = None | bool | int | float | str | bytes | list["JsonValue"] | dict[str, "JsonValue"]


def read_any(data: bytes, at: int, depth: int = 0) -> tuple[JsonValue, int]:  # noqa: PLR0911 - a tag, a return
    """The value at `at` and the place after it. Raises `Malformed`, or `IndexError` where the bytes end early."""
    if depth > MOST_NESTING:
        raise Malformed("values nested too deep")
    tag = data[at]
    at += 1
    if tag == 119:
        return read_text(data, at)
    if tag == 125:
        return _read_signed(data, at)
    if tag in (126, 127):  # null, undefined
        return None, at
    if tag in (120, 121):
        return tag == 120, at
    if tag in _FIXED:
        form, size = _FIXED[tag]
        if at + size > len(data):
            raise Malformed("cut short")
        number: int | float = struct.unpack_from(form, data, at)[0]
        return number, at + size
    if tag == 118:
        return _read_object(data, at, depth)
    if tag == 117:
        count, at = read_count(data, at)
        values: list[JsonValue] = []
        for _ in range(count):
            value, at = read_any(data, at, depth + 1)
            values.append(value)
        return values, at
    if tag == 116:
        size, at = read_count(data, at)
        return data[at : at + size], at + size
    raise Malformed("a value of an unknown kind")


_FIXED = {124: (">f", 4), 123: (">d", 8), 122: (">q", 8)}


def _read_object(data: bytes, at: int, depth: int) -> tuple[JsonValue, int]:
    count, at = read_count(data, at)
    found: dict[str, JsonValue] = {}
    for _ in range(count):
        key, at = read_text(data, at)
        found[key], at = read_any(data, at, depth + 1)
    return found, at


def _read_signed(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    at += 1
    value, sign, shift = byte & 63, byte & 64, 6
    while byte & 128:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if shift > 62:
            raise Malformed("a number too long")
    if value > MOST:
        raise Malformed("a number too big")
    return (-value if sign else value), at


def read_count(data: bytes, at: int) -> tuple[int, int]:
    """A number of things of at least one byte each: no more of them than there are bytes left."""
    count, at = read_varint(data, at)
    if count > len(data) - at:
        raise Malformed("a count beyond the bytes there are")
    return count, at


def read_text(data: bytes, at: int) -> tuple[str, int]:
    size, at = read_count(data, at)
    end = at + size
    try:
        return data[at:end].decode(), end
    except UnicodeDecodeError:
        raise Malformed("text that is not UTF-8") from None
