"""The bus of several nodes: Redis' publish/subscribe, one channel a topic.

Two connections, one to publish and one to listen, live and die together: when either fails, both are made anew after a
pause that grows and is never the same on two nodes. What is published meanwhile is dropped; every node reads what it
missed from the database once its topics are followed again (`followed`).
"""

import asyncio
import contextlib
import random
import secrets
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import structlog
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server import metrics
from server.bus.base import Received
from server.bus.envelope import MOST, Envelope
from server.bus.local import handle

log = structlog.get_logger()

PREFIX = "roundtable:"
NODES = "nodes"  # the topic of heartbeats
CONNECT_SECONDS = 2.0
HEARTBEAT = 1.0  # seconds; each is heard by its own sender too, which proves the way there and back
FAREWELL = 1.0  # seconds that a stop waits until what was published has been sent
SILENCE = 4.0  # seconds without a word after which a connection counts as dead
NODE_SILENCE = 10.0  # and after which another node does
FIRST_PAUSE, MOST_PAUSE = 0.1, 3.0  # seconds between two tries to connect
MOST_WAITING = 32 * 1024 * 1024  # bytes that may wait to be sent; past that all of it is dropped
AT_ONCE = 256  # messages in one write
TOPICS_AT_ONCE = 500

Command = tuple[Any, ...]


class RedisBus:
    shared = True

    def __init__(self, url: str, secret_keys: Sequence[str]) -> None:
        """Raises `ValueError` for a URL that is none of Redis'."""
        self.node = secrets.token_hex(8)
        self.received: list[Received] = []
        self.followed: list[Callable[[str], None]] = []
        self.changed: list[Callable[[bool], None]] = []
        self.gone: list[Callable[[str], None]] = []
        self.up = False
        self._envelope = Envelope(secret_keys, self.node)
        self._pool: ConnectionPool = ConnectionPool.from_url(
            url,
            protocol=2,  # what is published comes as plain arrays
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=SILENCE,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
        )
        self._topics: dict[str, None] = {NODES: None}
        self._outbox: deque[tuple[bytes, bytes]] = deque()
        self._outbox_bytes = 0
        self._orders: deque[Command] = deque()  # SUBSCRIBE and UNSUBSCRIBE that wait to be sent
        self._to_send, self._to_order, self._sent = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._heard: dict[str, float] = {}  # other nodes, and when
        self._echoed = 0.0  # when our own last heartbeat came back
        self._task: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._stopping = False

    # --- what others here ask for ---

    @property
    def heard(self) -> Collection[str]:
        return self._heard.keys()

    def publish(self, topic: str, data: bytes) -> None:
        if not self.up:
            metrics.BUS_DROPPED.inc()
            return
        channel = (PREFIX + topic).encode()
        message = self._envelope.seal(channel, data)
        if len(message) > MOST:
            metrics.BUS_DROPPED.inc()
            return
        self._outbox.append((channel, message))
        self._outbox_bytes += len(message)
        if self._outbox_bytes > MOST_WAITING:
            # Redis takes nothing: whoever listens has a hole anyhow, and finds it in the database.
            metrics.BUS_DROPPED.inc(len(self._outbox))
            self._outbox.clear()
            self._outbox_bytes = 0
        self._sent.clear()
        self._to_send.set()

    def tell_all(self, topic: str, data: bytes) -> None:
        handle(self.received, topic, data, self.node)
        self.publish(topic, data)

    def follow(self, topic: str) -> None:
        if topic not in self._topics:
            self._topics[topic] = None
            self._order("SUBSCRIBE", topic)

    def leave(self, topic: str) -> None:
        if self._topics.pop(topic, 0) is None:
            self._order("UNSUBSCRIBE", topic)

    def _order(self, verb: str, topic: str) -> None:
        if self.up:
            self._orders.append((verb, PREFIX + topic))
            self._to_order.set()

    # --- coming and going ---

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="bus")
        self._watch = asyncio.create_task(self._watch_nodes(), name="bus-nodes")

    async def stop(self) -> None:
        self._stopping = True
        if self.up:
            self.publish(NODES, b"")  # goodbye
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    await self._sent.wait()
        for task in (self._task, self._watch):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self._pool.aclose()

    async def _run(self) -> None:
        failed = 0
        while not self._stopping:
            sender, listener = self._connection(), self._connection()
            try:
                await self._connected(sender, listener)
            except (RedisError, OSError, TimeoutError, ExceptionGroup) as error:
                if self.up:
                    failed = 0
                if not failed:
                    log.error("the bus is lost: live updates between nodes are slow", error=_name(error))
                failed += 1
            finally:
                self._set_up(False)
                for connection in (sender, listener):
                    with contextlib.suppress(Exception):
                        await connection.disconnect(nowait=True)
            metrics.BUS_RECONNECTS.inc()
            await asyncio.sleep(random.uniform(0.5, 1) * min(FIRST_PAUSE * 2 ** min(failed - 1, 10), MOST_PAUSE))  # noqa: S311

    def _connection(self) -> AbstractConnection:
        made: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        return made

    async def _connected(self, sender: AbstractConnection, listener: AbstractConnection) -> None:
        """Returns never; raises when either connection fails."""
        async with asyncio.timeout(2 * CONNECT_SECONDS):
            await sender.connect()  # type: ignore[no-untyped-call]
            await listener.connect()  # type: ignore[no-untyped-call]
        if self._stopping:
            raise asyncio.CancelledError  # swallowed on the way, see `_unless_cancelled`
        self._outbox.clear()
        self._outbox_bytes = 0
        self._orders.clear()
        topics = [PREFIX + topic for topic in self._topics]
        for start in range(0, len(topics), TOPICS_AT_ONCE):
            self._orders.append(("SUBSCRIBE", *topics[start : start + TOPICS_AT_ONCE]))
        self._to_order.set()
        self._echoed = time.monotonic()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen(listener))
            group.create_task(self._give_orders(listener))
            group.create_task(self._send(sender))
            group.create_task(self._beat())

    def _set_up(self, up: bool) -> None:
        if up != self.up:
            self.up = up
            metrics.BUS_UP.set(up)
            if up:
                log.info("the bus works")
            for listener in self.changed:
                listener(up)

    # --- the four tasks of a connection ---

    async def _send(self, connection: AbstractConnection) -> None:
        while True:
            await self._to_send.wait()
            self._to_send.clear()
            while self._outbox:
                batch = [self._outbox.popleft() for _ in range(min(len(self._outbox), AT_ONCE))]
                self._outbox_bytes -= sum(len(message) for _, message in batch)
                commands = [("PUBLISH", *pair) for pair in batch]
                await connection.send_packed_command(connection.pack_commands(commands), check_health=False)
                _unless_cancelled()
                for _ in batch:
                    await connection.read_response()
                _unless_cancelled()
                metrics.BUS_SENT.inc(len(batch))
            self._sent.set()

    async def _give_orders(self, connection: AbstractConnection) -> None:
        while True:
            await self._to_order.wait()
            self._to_order.clear()
            if self._orders:
                commands, self._orders = _joined(self._orders), deque()
                await connection.send_packed_command(connection.pack_commands(commands), check_health=False)
                _unless_cancelled()

    async def _listen(self, connection: AbstractConnection) -> None:
        while True:
            # No time limit of its own: `_beat` ends a connection through which nothing comes.
            kind, channel, data = await connection.read_response(timeout=float("inf"))
            topic = channel.decode()[len(PREFIX) :]
            if kind == b"message":
                self._receive(topic, channel, data)
            elif kind == b"subscribe":
                self._subscribed(topic)

    def _subscribed(self, topic: str) -> None:
        if topic == NODES:
            self._set_up(True)
        elif topic in self._topics:
            for listener in self.followed:
                listener(topic)

    def _receive(self, topic: str, channel: bytes, message: bytes) -> None:
        opened = self._envelope.open(channel, message)
        if opened is None:
            metrics.BUS_REJECTED.inc()
            return
        node, data = opened
        if topic == NODES:
            self._heartbeat(node, data)
            return
        if node == self.node:
            return
        self._heard[node] = time.monotonic()
        metrics.BUS_RECEIVED.inc()
        handle(self.received, topic, data, node)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            self.publish(NODES, time.monotonic_ns().to_bytes(8, "big"))
            if time.monotonic() - self._echoed > SILENCE:
                raise TimeoutError("what is published does not come back")

    # --- the other nodes ---

    def _heartbeat(self, node: str, data: bytes) -> None:
        if node == self.node:
            self._echoed = time.monotonic()
            if len(data) == 8:
                metrics.BUS_LAG.set((time.monotonic_ns() - int.from_bytes(data, "big")) / 1e9)
        elif data:
            self._heard[node] = time.monotonic()
        else:
            self._forget(node)

    def _forget(self, node: str) -> None:
        if self._heard.pop(node, None) is not None:
            for listener in self.gone:
                listener(node)

    async def _watch_nodes(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            late = time.monotonic() - NODE_SILENCE
            for node in [node for node, heard in self._heard.items() if heard < late]:
                self._forget(node)
            metrics.BUS_NODES.set(len(self._heard))


def _unless_cancelled() -> None:
    """Until Python 3.12 `asyncio.wait_for`, which the client library writes with, swallows a cancel that comes just as
    its work is done: whoever goes on after it would never end."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _joined(orders: Iterable[Command]) -> list[Command]:
    """Orders of one kind that follow each other as one."""
    joined: list[Command] = []
    for verb, *channels in orders:
        if joined and joined[-1][0] == verb and len(joined[-1]) + len(channels) <= TOPICS_AT_ONCE:
            joined[-1] = (*joined[-1], *channels)
        else:
            joined.append((verb, *channels))
    return joined


def _name(error: BaseException) -> str:
    inner = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
    return type(inner).__name__
