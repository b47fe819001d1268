"""Entries held against their hashes, many at a time, at the greatest speed plain Python allows. No I/O.

Whole columns are compared at once, and an entry's bytes are put together by one call: a loop over the fields takes
twice as long.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import add
from typing import Any

from server.journal.entry import SALT_SIZE, VERSION, Author, header

SEALED = ("number", "time", "payload", "salt", "payload_hash", "prev_hash", "hash")
TEXTS = ("kind", "document_id", "author_id", "author_role")
AT_ONCE = 256  # rows: more of them no longer fit into the processor's cache together with their bytes

_Column = tuple[Any, ...]


class Doubt(Exception):
    """Something is not as a whole chain would have it, or is not for this module to judge."""


class Headers:
    """What stands between the numbers and the times of entries: their `TEXTS`, as they are hashed."""

    def __init__(self) -> None:
        self._of: dict[tuple[Any, ...], dict[Any, bytes]] = {}

    def of(self, kinds: _Column, documents: _Column, authors: _Column, roles: _Column) -> list[bytes]:
        its = kinds[0], documents[0], roles[0]
        if all(column.count(one) == len(column) for column, one in zip((kinds, documents, roles), its, strict=True)):
            known = self._of.setdefault(its, {})  # a text typed by several: only their names differ
            for author in set(authors) - known.keys():
                known[author] = header(*its[:2], Author(author, its[2]))
            return list(map(known.__getitem__, authors))
        return list(map(header, kinds, documents, map(Author, authors, roles)))


def follow(sealed_columns: Sequence[_Column], middles: Sequence[bytes], number: int, previous: bytes) -> bytes:
    """The hash of the last of some entries, which are whole and follow entry `number`, whose hash is `previous`.

    They are given by column, in the order of `SEALED`, and by what their texts are hashed as. Raises `Doubt`, or
    whatever comes of fields that are not of their kind: a text for bytes, a payload that is gone.
    """
    numbers, times, payloads, salts, commitments, before, hashes = sealed_columns
    if numbers != tuple(range(number + 1, number + 1 + len(numbers))) or before != (previous, *hashes[:-1]):
        raise Doubt
    if set(map(len, salts)) != {SALT_SIZE} or commitments != _digests(map(add, salts, payloads)):
        raise Doubt
    sealed: Iterable[bytes]
    packers = {size: struct.Struct(f">c32sQ{size}sq32s").pack for size in set(map(len, middles))}
    if len(packers) == 1:
        (pack,) = packers.values()
        sealed = map(pack, repeat(VERSION), before, numbers, middles, times, commitments)
    else:
        fields = zip(before, numbers, middles, times, commitments, strict=True)
        sealed = (packers[len(each[2])](VERSION, *each) for each in fields)
    if hashes != _digests(sealed):
        raise Doubt
    last: bytes = hashes[-1]
    return last


def _digests(sealed: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple([made.digest() for made in map(hashlib.sha256, sealed)])
