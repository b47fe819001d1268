"""The database's own clock: the one that all nodes share."""

from typing import Any

from sqlalchemy import BigInteger, cast, extract, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

SECOND = 1_000_000


class clock(FunctionElement[int]):  # noqa: N801 - written like SQLAlchemy's own functions
    """Microseconds since the Unix epoch, now, in SQL."""

    type = BigInteger()
    inherit_cache = True


@compiles(clock, "postgresql")
def _postgresql(_element: clock, compiler: Any, **options: Any) -> str:
    moment = cast(extract("epoch", func.clock_timestamp()) * SECOND, BigInteger)
    text: str = compiler.process(moment, **options)
    return text


@compiles(clock, "sqlite")
def _sqlite(_element: clock, compiler: Any, **options: Any) -> str:
    moment = cast((func.julianday("now") - 2440587.5) * 86_400 * SECOND, BigInteger)
    text: str = compiler.process(moment, **options)
    return text
