"""Structured logs. Only the fields below are ever written: no names, no texts, no tokens, no addresses of pages."""

import contextlib
import logging
import re
import sys
from typing import Any, TextIO

import structlog

# A field that is not here is dropped: it is easier to add one than to take a student's name out of a log.
ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "exception", "error", "writes", "topic", "document", "meeting", "code",
        "method", "route", "status", "milliseconds", "url", "host", "port", "version", "signal", "task", "number",
        "person", "by",
    }
)  # fmt: skip


# Where asyncio's own lines go over to quoting objects: "Exception in callback f(<...>)", "...\nfuture: <Task ...>".
_QUOTING = re.compile(r"[\n<(]")


class _Unfailing:
    """A stream that loses a line rather than raise: a full disk must not end what had something to say about it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


def _first_words(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """What a library says, without the objects and tracebacks that it quotes."""
    words = str(event["event"]).strip()
    asyncios = event["_record"].name.startswith("asyncio")
    event["event"] = _QUOTING.split(words, maxsplit=1)[0] if asyncios else words.partition("\n")[0]
    return event


def _only_allowed(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED}


def _without_values(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """An exception's place and kind, not its message: database errors quote the values they were given."""
    info = event.pop("exc_info", None)
    if info:
        error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else sys.exc_info()[1]
        if error is not None:
            frames = []
            trace = error.__traceback__
            while trace is not None:
                frames.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
                trace = trace.tb_next
            event["exception"] = f"{type(error).__name__} at {' > '.join(frames[-8:])}"
    return event


def configure(level: str, form: str) -> None:
    renderer: Any = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
        _only_allowed,
    ]
    stream: Any = _Unfailing(sys.stderr)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    # Where logging itself fails, Python would print the values that were to be logged.
    logging.raiseExceptions = False
    handler = logging.StreamHandler(stream)
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    foreign: list[Any] = [_first_words, without_meta, *shared, renderer]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=foreign))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Access lines hold addresses of pages, and one kind of address holds a token.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel("WARNING")
