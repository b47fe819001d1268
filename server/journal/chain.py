"""Entries held against their hashes, many at a time, at the greatest speed plain Python allows. No I/O.

Whole columns are compared at once, and an entry's bytes are put together by one call: a loop over the fields takes
twice as long.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import starmap
from typing import Any

from server.journal.entry import SALT_SIZE, VERSION, Author, header

COLUMNS = ("number", "time", "payload", "salt", "payload_hash", "prev_hash", "hash", "kind", "document_id", "author_id",
           "author_role")  # fmt: skip
AT_ONCE = 256  # rows: more of them no longer fit into the processor's cache together with their bytes

_Column = tuple[Any, ...]
_Header = tuple[Callable[..., bytes], bytes]


class Doubt(Exception):
    """Something is not as a whole chain would have it, or is not for this module to judge."""


class Headers:
    """What stands between the numbers and the times of entries, by kind, document, author and role."""

    def __init__(self) -> None:
        self._of: dict[tuple[Any, ...], dict[Any, _Header]] = {}

    def of(self, kinds: _Column, documents: _Column, authors: _Column, roles: _Column) -> Iterator[_Header]:
        """Of each entry: what packs its bytes, and its texts as they are hashed."""
        its = kinds[0], documents[0], roles[0]
        if all(column.count(one) == len(column) for column, one in zip((kinds, documents, roles), its, strict=True)):
            known = self._of.setdefault(its, {})  # a text typed by several: only their names differ
            for author in set(authors) - known.keys():
                known[author] = _header(*its[:2], author, its[2])
            return map(known.__getitem__, authors)
        return starmap(_header, zip(kinds, documents, authors, roles, strict=True))


@lru_cache(1000)
def _header(kind: str, document_id: str | None, author_id: str, role: str) -> _Header:
    texts = header(kind, document_id, Author(author_id, role))
    return struct.Struct(f">c32sQ{len(texts)}sq32s").pack, texts


def follow(rows: Sequence[Sequence[Any]], number: int, previous: bytes, headers: Headers) -> bytes:
    """The hash of the last of `rows` of `COLUMNS`, which are whole and follow entry `number`, whose hash is `previous`.

    Raises `Doubt`, or whatever comes of fields that are not of their kind: a text for bytes, a payload that is gone.
    """
    sha = hashlib.sha256
    numbers, times, payloads, salts, commitments, before, hashes, *texts = zip(*rows, strict=True)
    if numbers != tuple(range(number + 1, number + 1 + len(rows))) or before != (previous, *hashes[:-1]):
        raise Doubt
    if set(map(len, salts)) != {SALT_SIZE}:
        raise Doubt
    if commitments != tuple([sha(salt + payload).digest() for salt, payload in zip(salts, payloads, strict=True)]):
        raise Doubt
    made = tuple(
        [
            sha(pack(VERSION, earlier, its, middle, time, commitment)).digest()
            for its, time, commitment, earlier, (pack, middle) in zip(
                numbers, times, commitments, before, headers.of(*texts), strict=True
            )
        ]
    )
    if made != hashes:
        raise Doubt
    return made[-1]
