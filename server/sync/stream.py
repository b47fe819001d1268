"""One meeting's entries as they come to this node, from here and from elsewhere, put in their order. No I/O.

`number` and `hash` say up to where nothing is missing. What comes before its turn waits; what does not continue the
chain is not believed, and `doubt` asks for a look into the database, whose word (`proven`) is final.
"""

from collections.abc import Iterable

from server.journal.news import News

MOST_AHEAD = 2000  # entries that wait for their turn


class Diverged(Exception):
    """The database's chain does not continue what this node has taken in."""


class Stream:
    __slots__ = ("_ahead", "doubt", "hash", "number")

    def __init__(self) -> None:
        self.number = -1  # not begun
        self.hash = b""
        self.doubt = False
        self._ahead: dict[int, News] = {}

    @property
    def begun(self) -> bool:
        return self.number >= 0

    @property
    def gap(self) -> bool:
        """Whether something is missing that others say there is."""
        return self.begun and (self.doubt or bool(self._ahead))

    @property
    def head(self) -> tuple[int, bytes]:
        return self.number, self.hash

    def begin(self, number: int, digest: bytes) -> list[News]:
        """Everything up to this entry is known. Returns what came meanwhile and is due."""
        self.number, self.hash, self.doubt = number, digest, False
        self._ahead = {at: news for at, news in self._ahead.items() if at > number}
        return self._due(proven=False)

    def forget(self) -> None:
        """What was taken in does not stand: it has to begin again."""
        self.number, self.hash, self.doubt = -1, b"", False
        self._ahead.clear()

    def extend(self, number: int, prev_hash: bytes, digest: bytes) -> bool:
        """Take the next entry, which needs no handing out. False when it is not the next, or others wait for it."""
        if number != self.number + 1 or prev_hash != self.hash or self._ahead:
            return False
        self.number, self.hash = number, digest
        return True

    def offer(self, found: Iterable[News], *, proven: bool = False) -> list[News]:
        """Take entries in any order, any of them again. Returns those whose turn it is now, in order, each once.

        Raises `Diverged` when `proven` ones do not continue what was taken in before; nothing is taken in then.
        """
        for news in found:
            if news.number > self.number:
                if proven:
                    self._ahead[news.number] = news
                else:
                    self._ahead.setdefault(news.number, news)
        if len(self._ahead) > MOST_AHEAD:
            self._ahead.clear()
            self.doubt = True
        return self._due(proven=proven) if self.begun else []

    def read(self, upto: int, before: Iterable[int]) -> None:
        """The database was read and ends at `upto`: what it was said to have beyond that `before`, it has not."""
        self.doubt = False
        for number in before:
            if number > upto:
                self._ahead.pop(number, None)

    @property
    def waiting(self) -> tuple[int, ...]:
        return tuple(self._ahead)

    def _due(self, *, proven: bool) -> list[News]:
        due = []
        while (news := self._ahead.get(self.number + 1)) is not None:
            if news.prev_hash != self.hash:
                if proven:
                    raise Diverged
                del self._ahead[news.number]
                self.doubt = True
                break
            del self._ahead[news.number]
            self.number, self.hash = news.number, news.hash
            due.append(news)
        return due
