"""Parts of pages that were put together once and are the same the next time.

A list that many look at is fetched again after each act of anybody, and in most of it nothing has changed.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from markupsafe import Markup

MOST_KEPT = 16_000_000  # characters: a full meeting's comments for some twenty-five people


class Kept:
    """What was rendered of late, by all that it was made from. The longest unused goes first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._size = 0
        self._parts: OrderedDict[Hashable, Markup] = OrderedDict()

    def part(self, made_from: Hashable, caller: Callable[[], Markup]) -> Markup:
        """`caller`'s text, for templates: `{% call part(made_from) %}...{% endcall %}`.

        `made_from` must tell all that the text depends on, who reads it and their form token included: of two that are
        equal, the second gets the text of the first.
        """
        found = self._parts.get(made_from)
        if found is not None:
            self._parts.move_to_end(made_from)
            return found
        made = self._parts[made_from] = caller()
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
