"""The texts that comments are about, as they were read last: whoever looks at comments next needs not read them again.

After an edit everybody's list of comments is fetched at once, so those who ask at the same time share one reading.
"""

import asyncio
from collections import OrderedDict
from typing import NamedTuple

from server.documents.anchors import Reading
from server.journal.writer import Journal

MOST_READ = 4 * 1024 * 1024  # bytes of documents: the readings take some ten to twenty times that


class _Read(NamedTuple):
    newest: bytes
    reading: "asyncio.Task[Reading]"


class Readings:
    """The newest of each document, within bounds; the longest unused goes first."""

    def __init__(self, most: int = MOST_READ) -> None:
        self._most = most
        self._kept: OrderedDict[str, _Read] = OrderedDict()

    async def of(self, journal: Journal, document_id: str, newest: bytes) -> Reading:
        """The document's text as it is after the entry with the hash `newest`, or after a later one.

        Raises `Damaged`, and `Malformed` for a text that cannot be read.
        """
        kept = self._kept.get(document_id)
        if kept is None or kept.newest != newest:
            kept = self._kept[document_id] = _Read(newest, asyncio.create_task(_read(journal, document_id)))
        self._kept.move_to_end(document_id)
        try:
            return await asyncio.shield(kept.reading)
        except Exception:
            if self._kept.get(document_id) is kept:
                del self._kept[document_id]
            raise
        finally:
            while len(self._kept) > 1 and self.size > self._most:
                self._kept.popitem(last=False)

    @property
    def size(self) -> int:
        """In bytes of the documents that were read."""
        return sum(one.reading.result().size for one in self._kept.values() if _is_read(one.reading))

    def __len__(self) -> int:
        return len(self._kept)

    def forget(self) -> None:
        self._kept.clear()


async def _read(journal: Journal, document_id: str) -> Reading:
    return await asyncio.to_thread(Reading, await journal.load_state(document_id))


def _is_read(reading: "asyncio.Task[Reading]") -> bool:
    return reading.done() and not reading.cancelled() and reading.exception() is None
