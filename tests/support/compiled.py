"""SQL is compiled once for all databases of the tests.

Each test has engines of its own, and each engine would compile every statement anew: a sixth of what page tests cost.
Engines of one kind have one dialect here, and with it one cache.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Dialect

_dialects: dict[type, Dialect] = {}
_compiled: dict[Any, Any] = {}


def share() -> None:
    """From now on, in this process."""
    begin = Engine.__init__

    def begin_alike(self: Engine, pool: Any, dialect: Dialect, *args: Any, **named: Any) -> None:
        begin(self, pool, _dialects.setdefault(type(dialect), dialect), *args, **named)
        self.update_execution_options(compiled_cache=_compiled)

    Engine.__init__ = begin_alike  # type: ignore[method-assign]
