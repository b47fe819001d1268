"""The in-process bus: what one part of this node tells the others after a commit."""

from collections.abc import Callable
from typing import Any

import structlog

Handler = Callable[[str, dict[str, Any]], None]
log = structlog.get_logger()


class LocalBus:
    """Topics are `meeting:<id>` and `session:<id>`. Handlers are called at once, in the order of subscription."""

    def __init__(self) -> None:
        self._handlers: list[Handler] = []

    def subscribe(self, handler: Handler) -> None:
        self._handlers.append(handler)

    async def publish(self, topic: str, message: dict[str, Any]) -> None:
        for handler in self._handlers:
            try:
                handler(topic, message)
            except Exception:
                log.exception("bus handler failed", topic=topic.partition(":")[0])
