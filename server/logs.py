"""Structured logs. Only the fields below are ever written: no names, no texts, no tokens, no addresses of pages."""

import logging
import sys
from typing import Any

import structlog

# A field that is not here is dropped: it is easier to add one than to take a student's name out of a log.
ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "exception", "error", "writes", "topic", "document", "meeting", "code",
        "method", "route", "status", "milliseconds", "url", "host", "port", "version", "signal", "task", "number",
        "person", "by",
    }
)  # fmt: skip


def _only_allowed(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED}


def _without_values(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """An exception's place and kind, not its message: database errors quote the values they were given."""
    info = event.pop("exc_info", None)
    if info:
        error = info if isinstance(info, BaseException) else sys.exc_info()[1]
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
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Access lines hold addresses of pages, and one kind of address holds a token.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel("WARNING")
