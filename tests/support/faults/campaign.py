"""Random faults, one after the other or two at once, on a whole installation in which people type."""

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import psycopg

from tests.support.faults.field import Field, Node
from tests.support.faults.proxy import FaultProxy
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.wait import until

Trouble = Callable[[], contextlib.AbstractContextManager[None]]
CALM = (0.1, 0.8)  # seconds between two faults
RECOVERY_SECONDS = 90.0


@dataclass(frozen=True)
class Fault:
    """`target` is what it befalls: of two faults at once no target is the same."""

    name: str
    target: str
    trouble: Trouble


@dataclass
class Tally:
    faults: int = 0
    kinds: "Counter[str]" = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)  # seconds from the end of a fault to an ack for everybody


@dataclass
class Campaign:
    """`lasting` bounds a fault's seconds; `long` is how long a long one takes, one in a hundred does."""

    site: Field
    postgres: Postgres
    redis: RedisServer
    dice: random.Random
    lasting: tuple[float, float] = (0.3, 4.0)
    long: float = 30.0
    spared: Sequence[Node] = ()  # these are neither killed nor stopped, so that their memory can be watched
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._to_start: list[Node] = []
        self.faults = [fault for number, node in enumerate(self.site.nodes) for fault in self._of_node(number, node)]
        self.faults += self._of_postgres() + self._of_redis()

    def run(self, *, until_faults: int = 0, until_time: float = 0, say: Callable[[str], None] = print) -> Tally:
        """Faults until there were so many and so much time (`time.monotonic`) is reached. They must be typing."""
        while self.tally.faults < until_faults or time.monotonic() < until_time:
            self._befall()
            if self.tally.faults % 50 == 0:
                say(f"{self.tally.faults} faults, {self.site.acked()} edits acked")
        return self.tally

    def _befall(self) -> None:
        first = self.dice.choice(self.faults)
        befalling = [first]
        if self.dice.random() < 0.25:
            other = self.dice.choice(self.faults)
            if other.target != first.target:
                befalling.append(other)
        with contextlib.ExitStack() as stack:
            for fault in befalling:
                stack.enter_context(fault.trouble())
                self.tally.faults += 1
                self.tally.kinds[fault.name] += 1
            self._last()
        for node in self._to_start:
            self._start(node)
        self._to_start.clear()
        healed = time.monotonic()
        if self.dice.random() < 0.2:  # the others follow before anybody has come to rest
            self.site.goes_on(edits=1, seconds=RECOVERY_SECONDS)
            self.tally.recoveries.append(time.monotonic() - healed)
        self.site.pass_time(self.dice.uniform(*CALM))

    def _last(self) -> None:
        seconds = self.long if self.dice.random() < 0.01 else self.dice.uniform(*self.lasting)
        self.site.pass_time(seconds)

    # --- what may befall ---

    def _of_node(self, number: int, node: Node) -> list[Fault]:
        def fault(name: str, trouble: Trouble) -> Fault:
            return Fault(f"node {name}", f"node {number}", trouble)

        def killed() -> Iterator[None]:
            node.kill()
            yield
            self._to_start.append(node)

        def stopped() -> Iterator[None]:
            with contextlib.suppress(AssertionError):  # it may be cut off from what it waits for
                node.server.stop()
            node.kill()
            yield
            self._to_start.append(node)

        def paused() -> Iterator[None]:
            node.server.pause()
            yield
            node.server.resume()

        def clock() -> Iterator[None]:
            node.move_clock(self.dice.choice((-1, 1)) * self.dice.uniform(1, 3600))
            yield

        troubles = (paused, clock) if node in self.spared else (killed, stopped, paused, clock)
        found = [fault(trouble.__name__, _lasting(trouble)) for trouble in troubles]
        found += [self._of_way("clients", number, node.front, each) for each in WAYS]
        assert node.database is not None
        found += [self._of_way("database", number, node.database, each) for each in (*WAYS, *COMMITS)]
        if node.bus is not None:
            found += [self._of_way("redis", number, node.bus, each) for each in WAYS]
        return found

    def _of_way(
        self, name: str, number: int, proxy: FaultProxy, trouble: "Callable[[FaultProxy, random.Random], None]"
    ) -> Fault:
        def bent() -> Iterator[None]:
            trouble(proxy, self.dice)
            yield
            proxy.heal()

        return Fault(f"{name} {trouble.__name__.strip('_')}", f"{name} {number}", _lasting(bent))

    def _start(self, node: Node) -> None:
        """With what it needs at hand again: it does not start without."""
        for proxy in node.proxies:
            proxy.heal()
        node.server.start()

    def _of_postgres(self) -> list[Fault]:
        def restarted() -> Iterator[None]:
            self.postgres.restart()
            yield

        def killed() -> Iterator[None]:
            self.postgres.crash()
            yield
            self.postgres.boot()

        def hanging() -> Iterator[None]:
            self.postgres.pause()
            yield
            self.postgres.resume()

        def ended() -> Iterator[None]:
            """Every connection, by an administrator."""
            with (
                contextlib.suppress(psycopg.OperationalError),
                psycopg.connect(self.site.url, autocommit=True) as ours,
            ):
                ours.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            yield

        troubles = (restarted, killed, hanging, ended)
        return [Fault(f"PostgreSQL {each.__name__}", "PostgreSQL", _lasting(each)) for each in troubles] * 2

    def _of_redis(self) -> list[Fault]:
        def flushed() -> Iterator[None]:
            with contextlib.suppress(OSError):
                self.redis.flush()
            yield

        def killed() -> Iterator[None]:
            self.redis.stop()
            yield
            self.redis.start()

        def hanging() -> Iterator[None]:
            self.redis.pause()
            yield
            self.redis.resume()

        troubles = (flushed, killed, hanging)
        return [Fault(f"Redis {each.__name__}", "Redis", _lasting(each)) for each in troubles] * 2


def _lasting(trouble: Callable[[], Iterator[None]]) -> Trouble:
    return contextlib.contextmanager(trouble)


def _cut(proxy: FaultProxy, _dice: random.Random) -> None:
    proxy.cut()


def _reset(proxy: FaultProxy, _dice: random.Random) -> None:
    proxy.reset()


def _refused(proxy: FaultProxy, _dice: random.Random) -> None:
    proxy.down()


def _swallowed(proxy: FaultProxy, _dice: random.Random) -> None:
    proxy.blackhole()


def _forgotten(proxy: FaultProxy, _dice: random.Random) -> None:
    proxy.blackhole()
    proxy.forget()


def _half_open(proxy: FaultProxy, _dice: random.Random) -> None:
    proxy.half_open()


def _delayed(proxy: FaultProxy, dice: random.Random) -> None:
    proxy.delay(dice.uniform(0.01, 0.3))


def _throttled(proxy: FaultProxy, dice: random.Random) -> None:
    proxy.throttle(dice.uniform(5_000, 50_000))


def _in_doubt(proxy: FaultProxy, dice: random.Random) -> None:
    proxy.doubt(dice.randrange(1, 4))


def _lost_commits(proxy: FaultProxy, dice: random.Random) -> None:
    proxy.lose_commits(dice.randrange(1, 4))


def _slow_commits(proxy: FaultProxy, dice: random.Random) -> None:
    proxy.slow_commits(dice.uniform(0.1, 1.5))


def _left_behind(proxy: FaultProxy, _dice: random.Random) -> None:
    proxy.leave_behind()


WAYS = (_cut, _reset, _refused, _swallowed, _forgotten, _half_open, _delayed, _throttled)
COMMITS = (_in_doubt, _lost_commits, _slow_commits, _left_behind)


def empty_again(nodes: list[Node]) -> None:
    """Returns once no node holds a socket or a document, after everybody left."""
    for node in nodes:
        until(lambda node=node: node.metric("roundtable_sockets") == 0, "the sockets to be gone")  # type: ignore[misc]
        until(lambda node=node: node.metric("roundtable_rooms") == 0, "the documents to be let go", seconds=60)  # type: ignore[misc]
