"""Parts of pages that were put together once and are the same the next time.

A list that many look at is fetched again after each act of anybody, and in most of it nothing has changed.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from markupsafe import Markup

MOST_KEPT = 16_000_000  # characters: a full meeting's comments for some twenty-five people


class Kept:
    """What was rendered of late, by all that it was made from. The longest unused goes first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._size = 0
        self._parts: OrderedDict[bytes, Markup] = OrderedDict()

    def part(self, made_from: object, caller: Callable[[], Markup]) -> Markup:
        """`caller`'s text, for templates: `{% call part(made_from) %}...{% endcall %}`.

        `made_from` must tell by its `repr` all that the text depends on, who reads it and their form token included.
        """
        key = hashlib.blake2b(repr(made_from).encode(errors="surrogatepass"), digest_size=16).digest()
        found = self._parts.get(key)
        if found is not None:
            self._parts.move_to_end(key)
            return found
        made = self._parts[key] = caller()
        self._size += len(made)
        while self._size > self._most and len(self._parts) > 1:
            self._size -= len(self._parts.popitem(last=False)[1])
        return made

    @property
    def size(self) -> int:
        """In characters."""
        return self._size

    def forget(self) -> None:
        self._parts.clear()
        self._size = 0
