"""The bus of a process that is alone."""

import secrets
from collections.abc import Callable

import structlog

from server.bus.base import Received

log = structlog.get_logger()


def handle(handlers: list[Received], topic: str, data: bytes, node: str) -> None:
    """Give a message to everybody; whoever fails does not keep it from the others."""
    for handler in handlers:
        try:
            handler(topic, data, node)
        except Exception:
            log.exception("bus handler failed", topic=topic.partition(":")[0])


class LocalBus:
    shared = False
    up = True
    heard: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.node = secrets.token_hex(8)
        self.received: list[Received] = []
        self.followed: list[Callable[[str], None]] = []
        self.changed: list[Callable[[bool], None]] = []
        self.gone: list[Callable[[str], None]] = []

    def publish(self, topic: str, data: bytes) -> None:
        """There is nobody else."""

    def tell_all(self, topic: str, data: bytes) -> None:
        handle(self.received, topic, data, self.node)

    def follow(self, topic: str) -> None:
        """There is nobody to listen to."""

    def leave(self, topic: str) -> None:
        """There was nobody to listen to."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...
