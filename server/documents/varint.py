"""Variable-length numbers (LEB128, seven bits a byte), as lib0 writes them."""

from server.documents.errors import Malformed

MOST = 2**53 - 1  # what JavaScript can hold exactly
# The CRDT library counts clocks in 32 bits, and no honest author comes near this. Structs of deleted or collected items
# may say any length, which costs nothing, but must end below.
MOST_CLOCK = 2**31


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at` and the place after it. Raises `Malformed`, or `IndexError` where the bytes end early."""
    byte = data[at]
    at += 1
    if byte < 128:
        return byte, at
    value = byte & 127
    shift = 7
    while True:
        byte = data[at]
        at += 1
        if byte < 128:
            value |= byte << shift
            if value > MOST:
                raise Malformed("a number too big")
            return value, at
        value |= (byte & 127) << shift
        shift += 7
        if shift > 49:
            raise Malformed("a number too long")


def write_varint(value: int) -> bytes:
    """Raises `ValueError` for a negative number."""
    if value < 0:
        raise ValueError("a negative number")
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
