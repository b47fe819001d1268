"""lib0's variable-length encoding, as far as frames need it (7 bits a byte, least significant first)."""

from server.documents.errors import Malformed
from server.documents.varint import MOST

__all__ = ["Malformed", "read_bytes", "read_text", "read_uint", "sized", "text", "uint"]


def read_uint(data: bytes, at: int) -> tuple[int, int]:
    """The integer at `at` and the position after it. Raises `Malformed`."""
    value = shift = 0
    try:
        while True:
            byte = data[at]
            at += 1
            if byte < 128:
                value |= byte << shift
                break
            value |= (byte & 127) << shift
            shift += 7
            if shift > 49:
                raise Malformed("an integer is too long")
    except IndexError:
        raise Malformed("the frame ends inside an integer") from None
    if value > MOST:
        raise Malformed("an integer is too big")
    return value, at


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """The length-prefixed bytes at `at` and the position after them. Raises `Malformed`."""
    length, at = read_uint(data, at)
    end = at + length
    if end > len(data):
        raise Malformed("the frame ends inside its payload")
    return data[at:end], end


def read_text(data: bytes, at: int) -> tuple[str, int]:
    raw, at = read_bytes(data, at)
    try:
        return raw.decode(), at
    except UnicodeDecodeError:
        raise Malformed("a text is not UTF-8") from None


def uint(value: int) -> bytes:
    if value < 128:
        return bytes((value,))
    out = bytearray()
    while value > 127:
        out.append(128 | (value & 127))
        value >>= 7
    out.append(value)
    return bytes(out)


def sized(data: bytes) -> bytes:
    return uint(len(data)) + data


def text(value: str) -> bytes:
    return sized(value.encode())
