"""The update of somebody who types, read at a glance: nearly all that a journal holds are such."""

import re

from server.documents.varint import read_varint

_VARINT = rb"[\x80-\xff]{0,7}[\x00-\x7f]"
# One client's one item of text, after or before another, and nothing deleted.
_TYPED = re.compile(
    rb"\x01\x01(" + _VARINT + rb")(" + _VARINT + rb")(?:\x84|\x44|\xc4" + _VARINT + _VARINT + rb")" + _VARINT + _VARINT
    + rb"([\x01-\x7f])([\x00-\x7f]+)\x00",
)  # fmt: skip


def typed_length(update: bytes) -> int | None:
    """How many ASCII characters it brings, where it brings nothing else."""
    found = _TYPED.fullmatch(update)
    return None if found is None or found[3][0] != len(found[4]) else len(found[4])


def typed_start(update: bytes) -> tuple[int, int] | None:
    """The client and the clock of the first of these characters. Raises `Malformed` for a number too big."""
    found = _TYPED.fullmatch(update)
    if found is None or found[3][0] != len(found[4]):
        return None
    return read_varint(found[1], 0)[0], read_varint(found[2], 0)[0]
