"""The one interface of a bus; `LocalBus` reaches this process alone, `RedisBus` every node."""

from collections.abc import Callable, Collection
from typing import Protocol

Received = Callable[[str, bytes, str], None]  # topic, what was said, by which node
SESSIONS = "sessions"  # the ids of sessions that ended, one a message


class Bus(Protocol):
    """Nothing here waits or raises: what can't be sent is lost, and who listens finds it in the database."""

    node: str  # this process's name on the bus
    shared: bool  # whether it reaches other processes

    received: list[Received]
    followed: list[Callable[[str], None]]  # a topic is heard from now on; what was said before may be missing
    changed: list[Callable[[bool], None]]  # it works again (True), or no longer
    gone: list[Callable[[str], None]]  # a node that ended, or has not been heard of for a while

    @property
    def up(self) -> bool:
        """Whether messages go through just now."""
        ...

    @property
    def heard(self) -> Collection[str]:
        """The other nodes that were heard of in the last seconds."""
        ...

    def publish(self, topic: str, data: bytes) -> None:
        """Say it to the other nodes that follow the topic."""
        ...

    def tell_all(self, topic: str, data: bytes) -> None:
        """Say it to the other nodes, and to this one before this returns."""
        ...

    def follow(self, topic: str) -> None: ...

    def leave(self, topic: str) -> None: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...
