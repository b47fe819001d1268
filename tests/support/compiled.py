"""SQL is compiled once for all databases of the tests.

Each test has engines of its own, and each engine would compile every statement anew: a sixth of what page tests cost.
"""

from typing import Any

from sqlalchemy import Engine


class Compiled(dict[Any, Any]):
    """What SQLAlchemy keeps of compiled statements. A key begins with an engine's dialect: here with its kind alone."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), value)


def share() -> None:
    """From now on, in this process."""
    begin, compiled = Engine.__init__, Compiled()

    def begin_alike(self: Engine, *args: Any, **named: Any) -> None:
        begin(self, *args, **named)
        self.update_execution_options(compiled_cache=compiled)

    Engine.__init__ = begin_alike  # type: ignore[method-assign]
